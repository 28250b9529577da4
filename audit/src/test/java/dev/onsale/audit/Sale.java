package dev.onsale.audit;

import dev.onsale.domain.Order;
import dev.onsale.inventory.wire.Intake;
import dev.onsale.inventory.wire.LiveSection;
import dev.onsale.inventory.wire.States;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.Requests;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.CancelOrder;
import dev.onsale.wire.CancelledBy;
import dev.onsale.wire.Command;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.Event;
import dev.onsale.wire.ExpireHolds;
import dev.onsale.wire.OpenSection;
import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentOutcome;
import dev.onsale.wire.PaymentReported;
import dev.onsale.wire.PaymentRequest;
import dev.onsale.wire.PaymentsState;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.RetryPayment;
import dev.onsale.wire.SalesState;
import dev.onsale.wire.SeatPreference;
import dev.onsale.wire.SectionDefinition;
import dev.onsale.wire.SetPayments;
import dev.onsale.wire.SetSales;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** A sale as the cluster writes it down, decided by the real decider, with a gateway beside it that keeps a ledger. */
final class Sale {

    private record Placed(SectionKey key, String orderId, String buyer) {}

    static final Codecs CODECS = Codecs.of(PinnedSchemas.released());
    static final long START_MILLIS = 1_796_119_200_000L;
    private static final long PRICE = 4500;

    final MemoryLog log;
    final List<String> ledger = new ArrayList<>();
    private final int partitions;
    private final Intake intake;
    private final Map<SectionKey, LiveSection> live = new HashMap<>();
    private final Map<String, Order> orders = new HashMap<>();
    private final Deque<PaymentRequest> unpaid = new ArrayDeque<>();
    private final Map<String, String> bodies = new HashMap<>();
    private final List<Placed> placed = new ArrayList<>();
    long nowMillis = START_MILLIS;

    Sale(int partitions) {
        this.partitions = partitions;
        this.log = new MemoryLog(
                partitions,
                List.of(
                        Topics.COMMANDS.name(),
                        Topics.EVENTS.name(),
                        Topics.ORDERS.name(),
                        Topics.PAYMENTS.name(),
                        Topics.RELEASE_LOG,
                        StoreLog.ORDERS,
                        StoreLog.SECTIONS));
        this.intake = new Intake(CODECS.commands(), partitions);
    }

    static CommandHeader.Builder header(SectionKey key) {
        return CommandHeader.newBuilder().setEventId(key.eventId()).setSectionId(key.sectionId());
    }

    void open(SectionKey key, int rows, int seatsPerRow, int capacity) {
        send(
                key,
                header(key).build(),
                new OpenSection(new SectionDefinition(
                        "Rock Night", "EUR", rows, seatsPerRow, capacity, PRICE, 60, 6, null, null)));
    }

    String buy(SectionKey key, String buyer, String request, int quantity, String... seats) {
        send(
                key,
                header(key).setBuyer(buyer).setRequestId(request).build(),
                new Purchase(quantity, List.of(seats), SeatPreference.CONTIGUOUS, null, "pm_card_visa"));
        return Requests.orderId(buyer, request);
    }

    void send(SectionKey key, CommandHeader header, Object payload) {
        int partition = key.partition(partitions);
        byte[] value = CODECS.commands().toBytes(new Command(header, payload));
        long offset = log.append(Topics.COMMANDS.name(), partition, nowMillis, key.toString(), value);
        byte[] keyBytes = key.toString().getBytes(StandardCharsets.UTF_8);
        if (intake.read(keyBytes, value, partition) instanceof Intake.Decidable decidable) {
            write(key, partition, section(key).decide(decidable.command(), partition, offset, nowMillis));
        }
    }

    private LiveSection section(SectionKey key) {
        return live.computeIfAbsent(
                key,
                absent -> LiveSection.unknown(
                        absent, orderId -> Optional.ofNullable(orders.get(absent + "/" + orderId))));
    }

    private void write(SectionKey key, int partition, LiveSection.Outcome outcome) {
        for (Event event : outcome.events()) {
            log.append(
                    Topics.EVENTS.name(),
                    partition,
                    nowMillis,
                    key.toString(),
                    CODECS.events().write(event));
        }
        for (Order order : outcome.orders()) {
            String orderKey = key + "/" + order.orderId();
            orders.put(orderKey, order);
            byte[] stored = CODECS.storedOrders().write(States.toStored(order));
            log.append(StoreLog.ORDERS, partition, nowMillis, orderKey, stored);
        }
        outcome.section()
                .ifPresent(state -> log.append(
                        StoreLog.SECTIONS,
                        partition,
                        nowMillis,
                        key.toString(),
                        CODECS.storedSections().write(States.toStored(state))));
        for (OrderStatus status : outcome.statuses()) {
            log.append(
                    Topics.ORDERS.name(),
                    byOrder(status.getOrderId()),
                    nowMillis,
                    status.getOrderId(),
                    CODECS.statuses().write(status));
        }
        for (PaymentRequest request : outcome.payments()) {
            log.append(
                    Topics.PAYMENTS.name(),
                    byOrder(request.getOrderId()),
                    nowMillis,
                    request.getOrderId(),
                    CODECS.payments().write(request));
            unpaid.add(request);
        }
    }

    private int byOrder(String orderId) {
        return Math.floorMod(orderId.hashCode(), partitions);
    }

    /** The gateway does the oldest thing asked of it, and the worker reports it. */
    boolean pay(PaymentOutcome wanted) {
        PaymentRequest request = unpaid.poll();
        if (request == null) {
            return false;
        }
        // The same request id in another section is the same idempotency key with another body.
        String first = bodies.putIfAbsent(request.getIdempotencyKey(), request.getSectionId() + request.getEventId());
        boolean conflict = first != null && !first.equals(request.getSectionId() + request.getEventId());
        PaymentOutcome outcome = conflict ? PaymentOutcome.CONFLICT : wanted;
        boolean succeeded = outcome == PaymentOutcome.SUCCEEDED;
        if (succeeded) {
            charge(request);
        }
        var report = new PaymentReported(
                request.getAttempt(),
                request.getOperation(),
                outcome,
                succeeded ? "" : "generic_decline",
                "pi_" + request.getOrderId() + "_" + request.getAttempt(),
                request.getAmount());
        report(new SectionKey(request.getEventId(), request.getSectionId()), request.getOrderId(), report);
        return true;
    }

    void payAll() {
        boolean more = true;
        while (more) {
            more = pay(PaymentOutcome.SUCCEEDED);
        }
    }

    void report(SectionKey key, String orderId, PaymentReported report) {
        send(key, header(key).setOrderId(orderId).build(), report);
    }

    private void charge(PaymentRequest request) {
        ledger.add(ledgerLine(
                request.getOperation().name().toLowerCase(java.util.Locale.ROOT),
                request.getOrderId(),
                request.getAmount(),
                request.getIdempotencyKey()));
    }

    String ledgerLine(String operation, String orderId, long amount, String key) {
        return ("{\"seq\":%d,\"at\":\"2026-12-01T10:00:00Z\",\"operation\":\"%s\",\"orderId\":\"%s\",\"attempt\":1,"
                        + "\"amount\":%d,\"currency\":\"EUR\",\"outcome\":\"succeeded\",\"idempotencyKey\":\"%s\"}")
                .formatted(ledger.size() + 1, operation, orderId, amount, key);
    }

    /** Whatever may happen in a sale, at random. */
    static Sale random(long seed, int commands) {
        var random = new Random(seed);
        var sale = new Sale(2);
        List<SectionKey> keys =
                List.of(new SectionKey("rock", "A"), new SectionKey("rock", "STANDING"), new SectionKey("jazz", "A"));
        sale.open(keys.get(0), 3, 6, 0);
        sale.open(keys.get(1), 0, 0, 40);
        sale.open(keys.get(2), 2, 5, 0);
        for (int i = 0; i < commands; i++) {
            sale.nowMillis += random.nextInt(10) == 0 ? random.nextInt(40_000) : random.nextInt(500);
            sale.step(random, keys.get(random.nextInt(keys.size())));
        }
        return sale;
    }

    private void step(Random random, SectionKey key) {
        switch (random.nextInt(22)) {
            case 0, 1, 2, 3, 4, 5 -> {
                String buyer = "buyer" + random.nextInt(30);
                String request = "r" + random.nextInt(4);
                placed.add(new Placed(key, Requests.orderId(buyer, request), buyer));
                if (random.nextBoolean()) {
                    buy(key, buyer, request, 1 + random.nextInt(3));
                } else {
                    buy(key, buyer, request, 0, "A-" + (1 + random.nextInt(5)), "B-" + (1 + random.nextInt(7)));
                }
            }
            case 6, 7, 8, 9, 10, 11, 12 -> pay(answer(random));
            case 13 -> cancel(random, CancelledBy.BUYER);
            case 14 -> cancel(random, CancelledBy.ORGANIZER);
            case 15 -> send(key, header(key).build(), new ExpireHolds(List.of()));
            case 16 -> send(key, header(key).build(), new SetSales(SalesState.PAUSED, ""));
            case 20 -> send(key, header(key).build(), new SetPayments(PaymentsState.STOPPED, ""));
            case 21 -> send(key, header(key).build(), new SetPayments(PaymentsState.RUNNING, ""));
            case 17, 18 -> send(key, header(key).build(), new SetSales(SalesState.OPEN, ""));
            default -> retry(random);
        }
    }

    private PaymentOutcome answer(Random random) {
        PaymentRequest next = unpaid.peek();
        boolean mayRefuse = next != null && next.getOperation() != PaymentOperation.REFUND;
        return mayRefuse && random.nextInt(4) == 0 ? PaymentOutcome.DECLINED : PaymentOutcome.SUCCEEDED;
    }

    private void cancel(Random random, CancelledBy by) {
        if (!placed.isEmpty()) {
            Placed chosen = placed.get(random.nextInt(placed.size()));
            SectionKey key = chosen.key();
            send(
                    key,
                    header(key)
                            .setOrderId(chosen.orderId())
                            .setBuyer(chosen.buyer())
                            .build(),
                    new CancelOrder(by, "changed my mind"));
        }
    }

    private void retry(Random random) {
        if (!placed.isEmpty()) {
            Placed chosen = placed.get(random.nextInt(placed.size()));
            SectionKey key = chosen.key();
            send(
                    key,
                    header(key)
                            .setOrderId(chosen.orderId())
                            .setBuyer(chosen.buyer())
                            .build(),
                    new RetryPayment("pm_card_visa", 0));
        }
    }

    Order order(SectionKey key, String orderId) {
        Order order = orders.get(key + "/" + orderId);
        if (order == null) {
            throw new AssertionError("no order " + orderId);
        }
        return order;
    }

    Event event(int partition, int offset) {
        return CODECS.events()
                .readOwn(log.partition(Topics.EVENTS.name(), partition)
                        .get(offset)
                        .bytes());
    }

    AuditReport audit() {
        return audit(AuditOptions.of(Map.of()));
    }

    AuditReport audit(AuditOptions options) {
        return Audit.run(log, options, AuditListener.SILENT);
    }
}
