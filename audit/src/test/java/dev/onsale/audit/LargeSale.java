package dev.onsale.audit;

import dev.onsale.domain.Order;
import dev.onsale.inventory.wire.Intake;
import dev.onsale.inventory.wire.LiveSection;
import dev.onsale.inventory.wire.States;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Command;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.Event;
import dev.onsale.wire.OpenSection;
import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.PaymentOutcome;
import dev.onsale.wire.PaymentReported;
import dev.onsale.wire.PaymentRequest;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.SeatPreference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * An archive of as many records as wanted, decided by the real decider, in little memory: one evening after the other is sold
 * out, most orders are paid a little later, some are declined and lapse, some requests come twice.
 */
final class LargeSale {

    private static final int PARTITIONS = 8;
    private static final int SECTIONS = 40;
    private static final int ROWS = 40;
    private static final int SEATS_PER_ROW = 50;
    /** Purchases of an evening: a few more than there are seats for. */
    private static final int PURCHASES = SECTIONS * ROWS * SEATS_PER_ROW / 2;
    /** So many orders are asked for later at most. */
    private static final int REMEMBERED = 50_000;
    /** So many requests wait for the gateway. */
    private static final int UNPAID = 500;

    private final Random random = new Random(1);
    private final ArchiveWriter archive;
    private final Intake intake = new Intake(Sale.CODECS.commands(), PARTITIONS);
    private final Map<SectionKey, LiveSection> live = new HashMap<>();
    private final Map<String, Order> orders = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Order> eldest) {
            return size() > REMEMBERED;
        }
    };
    private final Deque<PaymentRequest> unpaid = new ArrayDeque<>();
    private long nowMillis = Sale.START_MILLIS;
    private int buyers;

    private LargeSale(ArchiveWriter archive) {
        this.archive = archive;
    }

    /** Writes at least so many records. @return how many there are */
    static long write(Path folder, long records) throws IOException {
        try (var archive = new ArchiveWriter(folder, PARTITIONS)) {
            var sale = new LargeSale(archive);
            for (int evening = 0; archive.records() < records; evening++) {
                sale.sell("rock-%04d".formatted(evening), records);
            }
            while (sale.pay()) {
                // The worker reports all that is left.
            }
            archive.end();
            return archive.records();
        }
    }

    private void sell(String event, long records) throws IOException {
        live.clear();
        List<SectionKey> keys = new ArrayList<>();
        for (int section = 0; section < SECTIONS; section++) {
            var key = new SectionKey(event, "S" + section);
            keys.add(key);
            boolean general = section % 10 == 9;
            send(
                    key,
                    Sale.header(key).build(),
                    new OpenSection(Sale.definition(
                            general ? 0 : ROWS, general ? 0 : SEATS_PER_ROW, general ? ROWS * SEATS_PER_ROW : 0)));
        }
        for (int i = 0; i < PURCHASES && archive.records() < records; i++) {
            nowMillis += random.nextInt(3);
            buy(keys.get(random.nextInt(SECTIONS)));
            while (unpaid.size() > UNPAID) {
                pay();
            }
        }
        while (pay()) {
            // An evening is paid before the next one is sold.
        }
    }

    private void buy(SectionKey key) throws IOException {
        boolean named = random.nextInt(5) == 0 && !key.sectionId().endsWith("9");
        String seat = (char) ('A' + random.nextInt(26)) + "-" + (1 + random.nextInt(SEATS_PER_ROW));
        CommandHeader header = Sale.header(key)
                .setBuyer("buyer-" + (buyers - random.nextInt(2) * random.nextInt(2)))
                .setRequestId("request-" + buyers)
                .build();
        buyers++;
        var purchase = new Purchase(
                named ? 0 : 1 + random.nextInt(4),
                named ? List.of(seat) : List.of(),
                SeatPreference.CONTIGUOUS,
                null,
                "pm_card_visa");
        send(key, header, purchase);
        if (random.nextInt(50) == 0) {
            send(key, CommandHeader.newBuilder(header).setOrderId("").build(), purchase);
        }
    }

    /** @return whether there was anything to report */
    private boolean pay() throws IOException {
        PaymentRequest request = unpaid.poll();
        if (request == null) {
            return false;
        }
        boolean declined =
                request.getOperation() == dev.onsale.wire.PaymentOperation.AUTHORISE && random.nextInt(12) == 0;
        var key = new SectionKey(request.getEventId(), request.getSectionId());
        send(
                key,
                Sale.header(key).setOrderId(request.getOrderId()).build(),
                new PaymentReported(
                        request.getAttempt(),
                        request.getOperation(),
                        declined ? PaymentOutcome.DECLINED : PaymentOutcome.SUCCEEDED,
                        declined ? "insufficient_funds" : "",
                        "pi_" + request.getOrderId().substring(0, 24),
                        request.getAmount()));
        return true;
    }

    private void send(SectionKey key, CommandHeader header, Object payload) throws IOException {
        int partition = key.partition(PARTITIONS);
        byte[] value = Sale.CODECS.commands().toBytes(new Command(header, payload));
        long offset = append(Topics.COMMANDS.name(), partition, key.toString(), value);
        byte[] keyBytes = key.toString().getBytes(StandardCharsets.UTF_8);
        if (intake.read(keyBytes, value, partition) instanceof Intake.Decidable decidable) {
            LiveSection section = live.computeIfAbsent(
                    key,
                    absent -> LiveSection.unknown(
                            absent, orderId -> Optional.ofNullable(orders.get(absent + "/" + orderId))));
            write(key, partition, section.decide(decidable.command(), partition, offset, nowMillis));
        }
    }

    private void write(SectionKey key, int partition, LiveSection.Outcome outcome) throws IOException {
        for (Event event : outcome.events()) {
            append(
                    Topics.EVENTS.name(),
                    partition,
                    key.toString(),
                    Sale.CODECS.events().write(event));
        }
        for (Order order : outcome.orders()) {
            String orderKey = key + "/" + order.orderId();
            orders.put(orderKey, order);
            append(
                    StoreLog.ORDERS,
                    partition,
                    orderKey,
                    Sale.CODECS.storedOrders().write(States.toStored(order)));
        }
        if (outcome.section().isPresent()) {
            append(
                    StoreLog.SECTIONS,
                    partition,
                    key.toString(),
                    Sale.CODECS
                            .storedSections()
                            .write(States.toStored(outcome.section().get())));
        }
        for (OrderStatus status : outcome.statuses()) {
            append(
                    Topics.ORDERS.name(),
                    byOrder(status.getOrderId()),
                    status.getOrderId(),
                    Sale.CODECS.statuses().write(status));
        }
        for (PaymentRequest request : outcome.payments()) {
            append(
                    Topics.PAYMENTS.name(),
                    byOrder(request.getOrderId()),
                    request.getOrderId(),
                    Sale.CODECS.payments().write(request));
            unpaid.add(request);
        }
    }

    private long append(String topic, int partition, String key, byte[] value) throws IOException {
        return archive.append(topic, partition, nowMillis, key, value);
    }

    private static int byOrder(String orderId) {
        return Math.floorMod(orderId.hashCode(), PARTITIONS);
    }
}
