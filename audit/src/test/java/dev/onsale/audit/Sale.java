package dev.onsale.audit;

import dev.onsale.domain.Order;
import dev.onsale.inventory.wire.Intake;
import dev.onsale.inventory.wire.LiveSection;
import dev.onsale.inventory.wire.States;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.Requests;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.tampering.Entry;
import dev.onsale.tampering.RawLog;
import dev.onsale.wire.Command;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.Event;
import dev.onsale.wire.OpenSection;
import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentOutcome;
import dev.onsale.wire.PaymentReported;
import dev.onsale.wire.PaymentRequest;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.SeatPreference;
import dev.onsale.wire.SectionDefinition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A sale as the cluster writes it down, decided by the real decider, with a gateway beside it that keeps a ledger. */
public final class Sale {

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
    private final Map<SectionKey, List<byte[]>> putOff = new HashMap<>();
    /** What the gateway has answered, by idempotency key and section. */
    private final Map<String, PaymentReported> answers = new HashMap<>();

    long nowMillis = START_MILLIS;

    Sale(int partitions) {
        this.partitions = partitions;
        this.log = new MemoryLog(new RawLog(
                partitions,
                List.of(
                        Topics.COMMANDS.name(),
                        Topics.EVENTS.name(),
                        Topics.ORDERS.name(),
                        Topics.PAYMENTS.name(),
                        Topics.RELEASE_LOG,
                        StoreLog.ORDERS,
                        StoreLog.SECTIONS)));
        this.intake = new Intake(CODECS.commands(), partitions);
    }

    static CommandHeader.Builder header(SectionKey key) {
        return CommandHeader.newBuilder().setEventId(key.eventId()).setSectionId(key.sectionId());
    }

    /** What is put on sale, at 45.00 a ticket, six for a buyer, held for a minute. */
    static SectionDefinition definition(int rows, int seatsPerRow, int capacity) {
        return new SectionDefinition("Rock Night", "EUR", rows, seatsPerRow, capacity, PRICE, 60, 6, null, null);
    }

    void open(SectionKey key, int rows, int seatsPerRow, int capacity) {
        send(key, header(key).build(), new OpenSection(definition(rows, seatsPerRow, capacity)));
    }

    String buy(SectionKey key, String buyer, String request, int quantity, String... seats) {
        send(
                key,
                header(key).setBuyer(buyer).setRequestId(request).build(),
                new Purchase(quantity, List.of(seats), SeatPreference.CONTIGUOUS, null, "pm_card_visa"));
        return Requests.orderId(buyer, request);
    }

    void send(SectionKey key, CommandHeader header, Object payload) {
        send(key, CODECS.commands().toBytes(new Command(header, payload)));
    }

    /** A command as it is on the wire. */
    void send(SectionKey key, byte[] value) {
        int partition = key.partition(partitions);
        long offset = log.append(Topics.COMMANDS.name(), partition, nowMillis, key.toString(), value);
        byte[] keyBytes = key.toString().getBytes(StandardCharsets.UTF_8);
        if (intake.read(keyBytes, value, partition) instanceof Intake.Decidable decidable) {
            boolean adopted = decidable.command().getHeader().getAdopted() != null;
            if (section(key).section().inFallback() && !adopted) {
                putOff.computeIfAbsent(key, absent -> new ArrayList<>()).add(value);
            }
            write(key, partition, section(key).decide(decidable.command(), partition, offset, nowMillis));
        }
    }

    /** A section as it is now, to be decided by somebody else from here on. */
    LiveSection copy(SectionKey key, Map<String, Order> copied) {
        LiveSection copy = LiveSection.restored(
                key, section(key).section().state(), orderId -> Optional.ofNullable(copied.get(orderId)));
        orders.forEach((orderKey, order) -> {
            if (orderKey.equals(key + "/" + order.orderId())) {
                copied.put(order.orderId(), order);
                copy.restore(order);
            }
        });
        return copy;
    }

    /** Sends what was refused while a section was decided elsewhere, which was no answer. */
    void sendAgain(SectionKey key) {
        List<byte[]> again = putOff.remove(key);
        if (again != null) {
            again.forEach(value -> send(key, value));
        }
    }

    LiveSection section(SectionKey key) {
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

    /** What the gateway does next, if anything. */
    Optional<PaymentOperation> nextPayment() {
        return Optional.ofNullable(unpaid.peek()).map(PaymentRequest::getOperation);
    }

    /** The gateway does the oldest thing asked of it, and the worker reports it. */
    boolean pay(PaymentOutcome wanted) {
        PaymentRequest request = unpaid.poll();
        if (request == null) {
            return false;
        }
        report(key(request), request.getOrderId(), answer(request, wanted));
        return true;
    }

    static SectionKey key(PaymentRequest request) {
        return new SectionKey(request.getEventId(), request.getSectionId());
    }

    /** What the gateway answers: a request that it knows gets the first answer again. */
    PaymentReported answer(PaymentRequest request, PaymentOutcome wanted) {
        return answers.computeIfAbsent(request.getIdempotencyKey() + key(request), absent -> execute(request, wanted));
    }

    private PaymentReported execute(PaymentRequest request, PaymentOutcome wanted) {
        // The same request id in another section is the same idempotency key with another body.
        String first = bodies.putIfAbsent(request.getIdempotencyKey(), request.getSectionId() + request.getEventId());
        boolean conflict = first != null && !first.equals(request.getSectionId() + request.getEventId());
        PaymentOutcome outcome = conflict ? PaymentOutcome.CONFLICT : wanted;
        boolean succeeded = outcome == PaymentOutcome.SUCCEEDED;
        if (succeeded) {
            charge(request);
        }
        return new PaymentReported(
                request.getAttempt(),
                request.getOperation(),
                outcome,
                succeeded ? "" : "generic_decline",
                "pi_" + request.getOrderId() + "_" + request.getAttempt(),
                request.getAmount());
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

    /** The events of a partition, one after the other. */
    public List<Entry> events(int partition) {
        return log.partition(Topics.EVENTS.name(), partition);
    }

    /** Every section that had a command, as it was decided. */
    public Map<SectionKey, LiveSection> sections() {
        return Map.copyOf(live);
    }

    /** Every order, by {@code eventId/sectionId/orderId}. */
    public Map<String, Order> orders() {
        return Map.copyOf(orders);
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
        return Audit.run(log, options, AuditListener.SILENT, Story.none());
    }
}
