package dev.onsale.audit;

import static java.util.Objects.requireNonNull;

import dev.onsale.schemas.Requests;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.tampering.Entry;
import dev.onsale.wire.CancelOrder;
import dev.onsale.wire.CancelledBy;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.ExpireHolds;
import dev.onsale.wire.OpenSection;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentOutcome;
import dev.onsale.wire.PaymentReported;
import dev.onsale.wire.PaymentsState;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.RetryPayment;
import dev.onsale.wire.SalesState;
import dev.onsale.wire.SeatPreference;
import dev.onsale.wire.SectionDefinition;
import dev.onsale.wire.SetPayments;
import dev.onsale.wire.SetSales;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Whatever may happen in a sale, at random. */
public final class RandomSale {

    private record Placed(SectionKey key, String orderId, String buyer) {}

    private final Shape shape;
    private final Random random;
    private final Sale sale;
    private final List<SectionKey> keys;
    private final List<Placed> placed = new ArrayList<>();
    private final Map<SectionKey, Away> away = new HashMap<>();
    private long epoch;

    private RandomSale(Shape shape, long seed) {
        this.shape = shape;
        this.random = new Random(seed);
        this.sale = new Sale(shape.partitions());
        this.keys = List.copyOf(shape.sections().keySet());
    }

    public static Sale of(Shape shape, long seed) {
        var run = new RandomSale(shape, seed);
        shape.sections().forEach(run::open);
        for (int i = 0; i < shape.commands(); i++) {
            run.passTime();
            run.step(run.keys.get(run.random.nextInt(run.keys.size())));
        }
        List.copyOf(run.away.keySet()).forEach(run::giveBack);
        return run.sale;
    }

    private void open(SectionKey key, SectionDefinition definition) {
        sale.send(key, Sale.header(key).build(), new OpenSection(definition));
    }

    /** Mostly a little, sometimes past the end of a hold, and seldom back, as when another broker becomes leader. */
    private void passTime() {
        switch (random.nextInt(40)) {
            case 0, 1, 2, 3 -> sale.nowMillis += random.nextInt(40_000);
            case 4 -> sale.nowMillis -= random.nextInt(3000);
            default -> sale.nowMillis += random.nextInt(500);
        }
    }

    private void step(SectionKey key) {
        switch (random.nextInt(26)) {
            case 0, 1, 2, 3, 4, 5 -> buy(key);
            case 6, 7, 8, 9, 10, 11, 12 -> sale.pay(answer());
            case 13 -> cancel(CancelledBy.BUYER);
            case 14 -> cancel(CancelledBy.ORGANIZER);
            case 15 -> send(key, new ExpireHolds(List.of()));
            case 16 -> send(key, new SetSales(SalesState.PAUSED, ""));
            case 17, 18 -> send(key, new SetSales(SalesState.OPEN, ""));
            case 19 -> send(key, new SetPayments(PaymentsState.STOPPED, ""));
            case 20 -> send(key, new SetPayments(PaymentsState.RUNNING, ""));
            case 21 -> closeOrGrow(key);
            case 22, 23 -> again();
            case 24 -> retry();
            default -> reportNonsense();
        }
        fallback(key);
    }

    /** Now and then a section is decided elsewhere for a while, and given back piece by piece. */
    private void fallback(SectionKey key) {
        Away decider = away.get(key);
        if (decider == null) {
            if (random.nextInt(60) == 0 && !sale.section(key).section().inFallback()) {
                away.put(key, Away.enter(sale, key, ++epoch));
            }
            return;
        }
        switch (random.nextInt(12)) {
            case 0 -> giveBack(key);
            case 1 -> decider.send(random.nextInt(4));
            case 2, 3, 4 -> decider.pay(answer());
            default -> buyElsewhere(key, decider);
        }
    }

    private void giveBack(SectionKey key) {
        requireNonNull(away.remove(key)).giveBack();
    }

    private void buyElsewhere(SectionKey key, Away decider) {
        String buyer = "buyer" + random.nextInt(shape.buyers());
        String request = "r" + random.nextInt(4);
        placed.add(new Placed(key, Requests.orderId(buyer, request), buyer));
        decider.decide(
                Sale.header(key).setBuyer(buyer).setRequestId(request).build(),
                new Purchase(1 + random.nextInt(3), List.of(), SeatPreference.CONTIGUOUS, null, "pm_card_visa"));
    }

    private SectionDefinition definition(SectionKey key) {
        return requireNonNull(shape.sections().get(key));
    }

    private void send(SectionKey key, Object payload) {
        sale.send(key, Sale.header(key).build(), payload);
    }

    private void buy(SectionKey key) {
        String buyer = "buyer" + random.nextInt(shape.buyers());
        String request = "r" + random.nextInt(4);
        placed.add(new Placed(key, Requests.orderId(buyer, request), buyer));
        boolean any = random.nextBoolean();
        boolean candidate = Math.floorMod(buyer.hashCode(), 100) < shape.candidatePercent();
        sale.send(
                key,
                Sale.header(key)
                        .setBuyer(buyer)
                        .setRequestId(request)
                        .setVariants(candidate ? Map.of("allocator", "candidate") : Map.of())
                        .build(),
                new Purchase(
                        any ? 1 + random.nextInt(3) : 0,
                        any ? List.of() : popularSeats(key),
                        SeatPreference.CONTIGUOUS,
                        random.nextInt(12) == 0 ? 4500L : null,
                        "pm_card_visa"));
    }

    /** Of the first rows, now and then one too many to exist. */
    private List<String> popularSeats(SectionKey key) {
        int perRow = definition(key).getSeatsPerRow();
        List<String> seats = new ArrayList<>();
        for (int i = random.nextInt(2); i < 2; i++) {
            seats.add("AB".charAt(random.nextInt(2)) + "-" + (1 + random.nextInt(Math.min(perRow, 6) + 1)));
        }
        return seats;
    }

    private void closeOrGrow(SectionKey key) {
        if (random.nextInt(4) == 0) {
            send(key, new SetSales(SalesState.CLOSED, ""));
            return;
        }
        SectionDefinition grown = SectionDefinition.newBuilder(definition(key)).build();
        if (grown.getRows() > 0) {
            grown.setRows(grown.getRows() + 1);
        } else {
            grown.setCapacity(grown.getCapacity() + 5);
        }
        open(key, grown);
    }

    /** Some command once more, byte for byte: a producer that lost the answer, or a worker that reports twice. */
    private void again() {
        SectionKey key = keys.get(random.nextInt(keys.size()));
        List<Entry> sent = sale.log.partition(Topics.COMMANDS.name(), key.partition(shape.partitions()));
        Entry again = sent.get(random.nextInt(sent.size()));
        sale.send(SectionKey.parse(again.key()), again.bytes());
    }

    private PaymentOutcome answer() {
        boolean mayRefuse = sale.nextPayment().orElse(PaymentOperation.REFUND) != PaymentOperation.REFUND;
        return mayRefuse && random.nextInt(4) == 0 ? PaymentOutcome.DECLINED : PaymentOutcome.SUCCEEDED;
    }

    private void cancel(CancelledBy by) {
        if (!placed.isEmpty()) {
            sendAsBuyer(new CancelOrder(by, "changed my mind"));
        }
    }

    private void retry() {
        if (!placed.isEmpty()) {
            sendAsBuyer(new RetryPayment("pm_card_visa", random.nextInt(3)));
        }
    }

    /** Of an attempt that was never made: refused, and without any effect. */
    private void reportNonsense() {
        if (!placed.isEmpty()) {
            sendAsBuyer(new PaymentReported(
                    9, PaymentOperation.AUTHORISE, PaymentOutcome.DECLINED, "generic_decline", "pi_other", 0L));
        }
    }

    private void sendAsBuyer(Object payload) {
        Placed chosen = placed.get(random.nextInt(placed.size()));
        CommandHeader header = Sale.header(chosen.key())
                .setOrderId(chosen.orderId())
                .setBuyer(chosen.buyer())
                .build();
        sale.send(chosen.key(), header, payload);
    }
}
