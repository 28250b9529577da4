package dev.onsale.orders;

import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.Requests;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.CancelOrder;
import dev.onsale.wire.CancelledBy;
import dev.onsale.wire.Command;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.CommandRejected;
import dev.onsale.wire.Event;
import dev.onsale.wire.EventHeader;
import dev.onsale.wire.OpenSection;
import dev.onsale.wire.OrderState;
import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.PaymentState;
import dev.onsale.wire.PaymentsStateChanged;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.Reason;
import dev.onsale.wire.Receipt;
import dev.onsale.wire.RetryPayment;
import dev.onsale.wire.SalesStateChanged;
import dev.onsale.wire.SeatsHeld;
import dev.onsale.wire.SectionOpened;
import dev.onsale.wire.SetPayments;
import dev.onsale.wire.SetSales;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Stands in for inventory-stream. It knows no rules: buyers whose names begin with {@code sold}, {@code held}, {@code
 * rejected}, {@code declined} or {@code never} get just that. While it is held back it reads nothing.
 */
final class ScriptedDecider implements AutoCloseable {

    static final long PRICE = 4500;

    private final KafkaConsumer<String, Command> consumer;
    private final KafkaProducer<String, Object> producer;
    private final Map<String, OrderStatus> orders = new ConcurrentHashMap<>();
    private final AtomicLong version = new AtomicLong();
    private final Thread thread;
    /** Held by whoever may go on: the decider for one round, or the test. Fair, so that the test gets it. */
    private final Semaphore turn = new Semaphore(1, true);

    private boolean heldBack;
    private volatile boolean stopped;

    ScriptedDecider(TestBroker broker) {
        Map<String, Object> consumerProperties = broker.client();
        consumerProperties.put("group.id", "onsale-inventory");
        consumerProperties.put("enable.auto.commit", "false");
        consumerProperties.put("auto.offset.reset", "earliest");
        consumerProperties.put("session.timeout.ms", "6000");
        consumerProperties.put("default.api.timeout.ms", "3000");
        var ids = PinnedSchemas.released();
        consumer = new KafkaConsumer<>(
                consumerProperties,
                Topics.COMMANDS.keySerde().deserializer(),
                Topics.COMMANDS.valueSerde(ids).deserializer());
        var statuses = Topics.ORDERS.valueSerde(ids).serializer();
        var events = Topics.EVENTS.valueSerde(ids).serializer();
        Map<String, Object> producerProperties = broker.client();
        // A test that takes the broker away would wait for what is under way.
        producerProperties.put("request.timeout.ms", 2_000);
        producerProperties.put("delivery.timeout.ms", 3_000);
        producer = new KafkaProducer<>(
                producerProperties, Topics.ORDERS.keySerde().serializer(), (topic, value) -> switch (value) {
                    case OrderStatus status -> statuses.serialize(topic, status);
                    case Event event -> events.serialize(topic, event);
                    default -> throw new IllegalArgumentException("neither status nor event: " + value);
                });
        thread = Thread.ofPlatform().name("scripted-decider").start(this::run);
    }

    /** Commands wait from now on: none that is written after this is decided. */
    void holdBack() {
        turn.acquireUninterruptibly();
        heldBack = true;
    }

    void goOn() {
        if (heldBack) {
            heldBack = false;
            turn.release();
        }
    }

    private void run() {
        consumer.subscribe(List.of(Topics.COMMANDS.name()));
        try {
            while (!stopped) {
                turn.acquireUninterruptibly();
                try {
                    round();
                } finally {
                    turn.release();
                }
            }
        } catch (TimeoutException e) {
            // The test has stopped the broker.
        } finally {
            consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
        }
    }

    private void round() {
        var records = consumer.poll(Duration.ofMillis(20));
        records.forEach(this::decide);
        producer.flush();
        consumer.commitSync();
    }

    private void decide(ConsumerRecord<String, Command> record) {
        CommandHeader header = record.value().getHeader();
        Receipt receipt = new Receipt(record.partition(), record.offset());
        switch (record.value().getPayload()) {
            case Purchase purchase -> purchase(header, purchase, receipt);
            case CancelOrder cancel -> cancel(header, cancel);
            case RetryPayment retry -> sell(header.getOrderId());
            case OpenSection open
            when open.getDefinition().getPrice() == 666 ->
                event(header, receipt, new CommandRejected(Reason.INVALID_DEFINITION), 0);
            case OpenSection open -> event(header, receipt, new SectionOpened(open.getDefinition()), capacity(open));
            case SetSales sales ->
                event(header, receipt, new SalesStateChanged(sales.getState(), 0L, sales.getNote()), 10);
            case SetPayments payments ->
                event(header, receipt, new PaymentsStateChanged(payments.getState(), 0L, payments.getNote()), 10);
            default -> throw new IllegalArgumentException("not scripted: " + record.value());
        }
    }

    private static int capacity(OpenSection open) {
        var definition = open.getDefinition();
        return definition.getCapacity() + definition.getRows() * definition.getSeatsPerRow();
    }

    private void purchase(CommandHeader header, Purchase purchase, Receipt receipt) {
        String buyer = header.getBuyer();
        if (orders.containsKey(header.getOrderId()) || buyer.startsWith("never")) {
            return;
        }
        boolean rejected = buyer.startsWith("rejected");
        int quantity = Math.max(purchase.getQuantity(), purchase.getSeats().size());
        OrderStatus status = OrderStatus.newBuilder()
                .setOrderId(header.getOrderId())
                .setEventId(header.getEventId())
                .setSectionId(header.getSectionId())
                .setBuyer(buyer)
                .setRequestHash(Requests.hash(header, purchase))
                .setState(rejected ? OrderState.REJECTED : OrderState.HELD)
                .setPayment(
                        rejected
                                ? PaymentState.NONE
                                : buyer.startsWith("declined") ? PaymentState.DECLINED : PaymentState.AUTHORISING)
                .setAttempt(rejected ? 0 : 1)
                .setSeats(purchase.getSeats())
                .setQuantity(quantity)
                .setTotal(rejected ? 0 : PRICE * quantity)
                .setCurrency("EUR")
                .setHoldEndsAt(rejected ? null : Instant.parse("2030-01-01T00:00:00Z"))
                .setReason(rejected ? Reason.SOLD_OUT.name() : "")
                .setReceipt(receipt)
                .setVersion(version.incrementAndGet())
                .build();
        publish(status);
        if (!rejected) {
            event(
                    header,
                    receipt,
                    SeatsHeld.newBuilder()
                            .setSeats(purchase.getSeats())
                            .setQuantity(quantity)
                            .setTotal(status.getTotal())
                            .setHoldEndsAt(status.getHoldEndsAt())
                            .setRequestHash(status.getRequestHash())
                            .build(),
                    10 - quantity);
        }
        if (buyer.startsWith("sold")) {
            sell(header.getOrderId());
        }
    }

    private void cancel(CommandHeader header, CancelOrder cancel) {
        OrderStatus order = orders.get(header.getOrderId());
        if (order == null) {
            return;
        }
        if (order.getState() == OrderState.HELD) {
            change(order, OrderState.CANCELLED, PaymentState.VOIDED);
        } else if (order.getState() == OrderState.SOLD && cancel.getBy() == CancelledBy.ORGANIZER) {
            change(order, OrderState.REFUNDED, PaymentState.REFUNDED);
        }
    }

    /** The order's payment came through. */
    void sell(String orderId) {
        OrderStatus order = orders.get(orderId);
        if (order == null) {
            throw new IllegalStateException("no order " + orderId);
        }
        change(order, OrderState.SOLD, PaymentState.CAPTURED);
    }

    /** The same status again and again, under a new version each time. */
    void repeat(String orderId, int times) {
        for (int i = 0; i < times; i++) {
            OrderStatus order = Objects.requireNonNull(orders.get(orderId));
            publish(OrderStatus.newBuilder(order)
                    .setVersion(version.incrementAndGet())
                    .build());
        }
    }

    private void change(OrderStatus order, OrderState state, PaymentState payment) {
        publish(OrderStatus.newBuilder(order)
                .setState(state)
                .setPayment(payment)
                .setHoldEndsAt(null)
                .setVersion(version.incrementAndGet())
                .build());
    }

    private void publish(OrderStatus status) {
        orders.put(status.getOrderId(), status);
        var _ = producer.send(new ProducerRecord<>(Topics.ORDERS.name(), status.getOrderId(), status));
    }

    private void event(CommandHeader header, Receipt receipt, Object payload, int free) {
        Event event = new Event(
                EventHeader.newBuilder()
                        .setEventId(header.getEventId())
                        .setSectionId(header.getSectionId())
                        .setOrderId(header.getOrderId())
                        .setBuyer(header.getBuyer())
                        .setReceipt(receipt)
                        .setDecidedAt(Instant.EPOCH)
                        .setSectionVersion(version.incrementAndGet())
                        .setFree(free)
                        .setHeld(0)
                        .setSold(0)
                        .build(),
                payload);
        var _ = producer.send(
                new ProducerRecord<>(Topics.EVENTS.name(), header.getEventId() + "/" + header.getSectionId(), event));
    }

    @Override
    public void close() throws InterruptedException {
        stopped = true;
        goOn();
        thread.join();
        producer.close(Duration.ofSeconds(1));
    }
}
