package dev.onsale.schemas;

import dev.onsale.wire.Adopted;
import dev.onsale.wire.CancelOrder;
import dev.onsale.wire.CancelledBy;
import dev.onsale.wire.Command;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.CommandRejected;
import dev.onsale.wire.EnterFallback;
import dev.onsale.wire.Event;
import dev.onsale.wire.EventHeader;
import dev.onsale.wire.ExpireHolds;
import dev.onsale.wire.FallbackEntered;
import dev.onsale.wire.FallbackLeft;
import dev.onsale.wire.HoldCancelled;
import dev.onsale.wire.HoldExpired;
import dev.onsale.wire.HoldReference;
import dev.onsale.wire.LeaveFallback;
import dev.onsale.wire.OpenSection;
import dev.onsale.wire.OrderRefunded;
import dev.onsale.wire.OrderState;
import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.PaymentDeclined;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentOutcome;
import dev.onsale.wire.PaymentReported;
import dev.onsale.wire.PaymentRequest;
import dev.onsale.wire.PaymentRequested;
import dev.onsale.wire.PaymentSettled;
import dev.onsale.wire.PaymentState;
import dev.onsale.wire.PaymentsState;
import dev.onsale.wire.PaymentsStateChanged;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.PurchaseRejected;
import dev.onsale.wire.Reason;
import dev.onsale.wire.Receipt;
import dev.onsale.wire.RetryPayment;
import dev.onsale.wire.SalesState;
import dev.onsale.wire.SalesStateChanged;
import dev.onsale.wire.SeatPreference;
import dev.onsale.wire.SeatsHeld;
import dev.onsale.wire.SeatsRetaken;
import dev.onsale.wire.SeatsSold;
import dev.onsale.wire.SectionDefinition;
import dev.onsale.wire.SectionOpened;
import dev.onsale.wire.SetPayments;
import dev.onsale.wire.SetSales;
import dev.onsale.wire.StoredFallback;
import dev.onsale.wire.StoredOrder;
import dev.onsale.wire.StoredSection;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/** One record of everything that goes over the wire or into a store: every subject, and every payload of commands and events. */
final class Samples {

    /** What a class stands for under which subject. */
    record Subject<T extends SpecificRecord>(String name, Class<T> type) {

        AvroSerde<T> serde(SchemaIds ids) {
            return AvroSerde.of(type, ids, name);
        }
    }

    /** @param name as in {@code golden.csv} */
    record Sample<T extends SpecificRecord>(String name, Subject<T> subject, T value) {

        byte[] bytes() {
            return subject.serde(PinnedSchemas.released()).toBytes(value);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static final Subject<Command> COMMANDS = new Subject<>("onsale.commands-value", Command.class);
    static final Subject<Event> EVENTS = new Subject<>("onsale.events-value", Event.class);
    static final Subject<OrderStatus> ORDERS = new Subject<>("onsale.orders-value", OrderStatus.class);
    static final Subject<PaymentRequest> PAYMENTS = new Subject<>("onsale.payments-value", PaymentRequest.class);
    static final Subject<StoredOrder> STORED_ORDERS = new Subject<>("orders-value", StoredOrder.class);
    static final Subject<StoredSection> STORED_SECTIONS = new Subject<>("sections-value", StoredSection.class);

    static final List<Subject<?>> SUBJECTS =
            List.of(COMMANDS, EVENTS, ORDERS, PAYMENTS, STORED_ORDERS, STORED_SECTIONS);

    private static final String ORDER = Requests.orderId("ada", "try-1");
    private static final Instant NOON = Instant.parse("2026-12-01T12:00:00Z");
    private static final Receipt RECEIPT = new Receipt(3, 1_234_567_890_123L);
    private static final List<String> SEATS = List.of("A-1", "A-2");
    private static final SectionDefinition SECTION = new SectionDefinition(
            "Rock Night – Größe 東京", "EUR", 20, 25, 0, 4500L, 300, 6, NOON, NOON.plusSeconds(3600));

    private Samples() {}

    static List<Sample<?>> all() {
        return List.of(
                command("Purchase", purchase()),
                command("OpenSection", new OpenSection(SECTION)),
                command(
                        "PaymentReported",
                        new PaymentReported(
                                1,
                                PaymentOperation.AUTHORISE,
                                PaymentOutcome.DECLINED,
                                "card_declined",
                                "pi_1",
                                9000L)),
                command("RetryPayment", new RetryPayment("pm_card_visa", 1)),
                command("CancelOrder", new CancelOrder(CancelledBy.BUYER, "changed my mind")),
                command("ExpireHolds", new ExpireHolds(List.of(new HoldReference(ORDER, 7L)))),
                command("SetSales", new SetSales(SalesState.PAUSED, "fire alarm")),
                command("SetPayments", new SetPayments(PaymentsState.STOPPED, "the gateway is down")),
                command("EnterFallback", new EnterFallback(7L)),
                command("LeaveFallback", new LeaveFallback(7L, 1200L)),
                new Sample<>("Command.adopted", COMMANDS, new Command(adoptedHeader(), purchase())),
                event("SectionOpened", new SectionOpened(SECTION)),
                event("SeatsHeld", new SeatsHeld(SEATS, 2, 9000L, NOON, -1L)),
                event("PurchaseRejected", new PurchaseRejected(Reason.SEATS_TAKEN, SEATS, Long.MIN_VALUE)),
                event(
                        "PaymentRequested",
                        new PaymentRequested(PaymentOperation.CAPTURE, 1, 9000L, "pm_card_visa", "pi_1")),
                event("PaymentDeclined", new PaymentDeclined(PaymentOperation.AUTHORISE, 1, "card_declined")),
                event("PaymentSettled", new PaymentSettled(PaymentOperation.REFUND, 1, 9000L, "pi_1")),
                event("SeatsSold", new SeatsSold(SEATS, 2, 9000L)),
                event("HoldExpired", new HoldExpired(SEATS, 2)),
                event("HoldCancelled", new HoldCancelled(SEATS, 2, CancelledBy.ORGANIZER)),
                event("SeatsRetaken", new SeatsRetaken(SEATS, 2)),
                event("OrderRefunded", new OrderRefunded(SEATS, 2, "rain")),
                event("SalesStateChanged", new SalesStateChanged(SalesState.OPEN, 1500L, "")),
                event("PaymentsStateChanged", new PaymentsStateChanged(PaymentsState.RUNNING, 1500L, "")),
                event("FallbackEntered", new FallbackEntered(7L)),
                event("FallbackLeft", new FallbackLeft(7L)),
                event("CommandRejected", new CommandRejected(Reason.UNKNOWN_ORDER)),
                new Sample<>("OrderStatus", ORDERS, orderStatus()),
                new Sample<>("PaymentRequest", PAYMENTS, paymentRequest()),
                new Sample<>("StoredOrder", STORED_ORDERS, storedOrder()),
                new Sample<>("StoredSection", STORED_SECTIONS, storedSection(SECTION)),
                new Sample<>("StoredSection.unknown", STORED_SECTIONS, storedSection(null)));
    }

    static Purchase purchase() {
        return new Purchase(0, SEATS, SeatPreference.ANY, 9000L, "pm_card_visa");
    }

    static CommandHeader header() {
        return new CommandHeader(
                "c-1", "rock-night", "A", "try-1", ORDER, "ada", Map.of("allocator", "candidate"), null);
    }

    private static CommandHeader adoptedHeader() {
        CommandHeader header = header();
        header.setAdopted(new Adopted(
                7L, 1100L, 1150L, NOON, List.of(new Event(eventHeader(), new SeatsHeld(SEATS, 2, 9000L, NOON, -1L)))));
        return header;
    }

    static Sample<Command> command(String payloadName, Object payload) {
        return new Sample<>("Command." + payloadName, COMMANDS, new Command(header(), payload));
    }

    private static Sample<Event> event(String payloadName, Object payload) {
        return new Sample<>("Event." + payloadName, EVENTS, new Event(eventHeader(), payload));
    }

    private static EventHeader eventHeader() {
        return new EventHeader("rock-night", "A", ORDER, "ada", RECEIPT, NOON, "stable", 8L, 490, 8, 2);
    }

    private static OrderStatus orderStatus() {
        return OrderStatus.newBuilder()
                .setOrderId(ORDER)
                .setEventId("rock-night")
                .setSectionId("A")
                .setBuyer("ada")
                .setRequestHash(42L)
                .setState(OrderState.HELD)
                .setPayment(PaymentState.AUTHORISING)
                .setAttempt(1)
                .setSeats(SEATS)
                .setQuantity(2)
                .setTotal(9000L)
                .setCurrency("EUR")
                .setHoldEndsAt(NOON)
                .setReceipt(RECEIPT)
                .setVersion(8L)
                .build();
    }

    private static PaymentRequest paymentRequest() {
        return PaymentRequest.newBuilder()
                .setOrderId(ORDER)
                .setEventId("rock-night")
                .setSectionId("A")
                .setBuyer("ada")
                .setOperation(PaymentOperation.AUTHORISE)
                .setAttempt(1)
                .setAmount(9000L)
                .setCurrency("EUR")
                .setIdempotencyKey(ORDER + ":1:authorise")
                .setPaymentToken("pm_card_visa")
                .setVariants(Map.of("allocator", "candidate"))
                .setReceipt(RECEIPT)
                .build();
    }

    private static StoredOrder storedOrder() {
        return StoredOrder.newBuilder()
                .setOrderId(ORDER)
                .setBuyer("ada")
                .setRequestHash(42L)
                .setState(OrderState.SOLD)
                .setPayment(PaymentState.CAPTURED)
                .setAttempt(2)
                .setSeats(SEATS)
                .setQuantity(2)
                .setTotal(9000L)
                .setDeadlineMillis(NOON.toEpochMilli())
                .setGatewayReference("pi_1")
                .setPurchasedAt(NOON)
                .setReceipt(RECEIPT)
                .setVersion(8L)
                .build();
    }

    private static StoredSection storedSection(@org.jspecify.annotations.Nullable SectionDefinition definition) {
        return StoredSection.newBuilder()
                .setDefinition(definition)
                .setSales(SalesState.PAUSED)
                .setPayments(PaymentsState.STOPPED)
                .setPausedMillis(1500L)
                .setPausedAt(NOON)
                .setFallback(new StoredFallback(7L, true, 1100L))
                .setVersion(9L)
                .build();
    }
}
