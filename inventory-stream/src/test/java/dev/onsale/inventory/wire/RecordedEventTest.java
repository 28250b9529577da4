package dev.onsale.inventory.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.domain.CancelledBy;
import dev.onsale.domain.Decider.Recorded;
import dev.onsale.domain.Event;
import dev.onsale.domain.Order;
import dev.onsale.domain.OrderState;
import dev.onsale.domain.Orders;
import dev.onsale.domain.PaymentOperation;
import dev.onsale.domain.PaymentState;
import dev.onsale.domain.PaymentsState;
import dev.onsale.domain.Reason;
import dev.onsale.domain.SalesState;
import dev.onsale.domain.Section;
import dev.onsale.domain.SectionDefinition;
import dev.onsale.domain.Stamp;
import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.SectionKey;
import dev.onsale.wire.CommandRejected;
import dev.onsale.wire.OrderStatus;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecordedEventTest {

    private static final AvroSerde<dev.onsale.wire.Event> WIRE =
            AvroSerde.of(dev.onsale.wire.Event.class, PinnedSchemas.released(), "onsale.events-value");

    private static final SectionKey KEY = new SectionKey("rock-night", "A");
    private static final Stamp STAMP = new Stamp(3, 1_234_567_890_123L, 1_796_119_200_123L, Stamp.CANDIDATE);
    private static final String ID = "0123456789abcdef";
    private static final List<String> SEATS = List.of("A-1", "Größe\u0000 東京");

    static List<Event> events() {
        return List.of(
                new Event.SectionOpened(new SectionDefinition(
                        "Rock Night", "EUR", 20, 25, 0, 4500, 300, 6, OptionalLong.of(1), OptionalLong.empty())),
                new Event.SectionOpened(
                        new SectionDefinition("", "JPY", 0, 0, 7, 0, 1, 1, OptionalLong.empty(), OptionalLong.of(-1))),
                new Event.SeatsHeld(ID, "ada", SEATS, 2, 9000, 1_796_119_500_123L, Long.MIN_VALUE),
                new Event.SeatsHeld(ID, "ada", List.of(), 5, 0, 0, -1),
                new Event.PurchaseRejected(ID, "ada", Reason.SEATS_TAKEN, SEATS, Long.MAX_VALUE),
                new Event.PaymentRequested(ID, PaymentOperation.AUTHORISE, 1, 9000, "pm_card_visa", ""),
                new Event.PaymentDeclined(ID, PaymentOperation.CAPTURE, 2, "card_declined"),
                new Event.PaymentSettled(ID, PaymentOperation.REFUND, 3, 9000, "pi_1"),
                new Event.SeatsSold(ID, SEATS, 2, 9000),
                new Event.HoldExpired(ID, SEATS, 2),
                new Event.HoldCancelled(ID, SEATS, 2, CancelledBy.ORGANIZER),
                new Event.SeatsRetaken(ID, SEATS, 2),
                new Event.OrderRefunded(ID, SEATS, 2, "the band is ill"),
                new Event.SalesStateChanged(SalesState.PAUSED, 17, "fire alarm"),
                new Event.PaymentsStateChanged(PaymentsState.STOPPED, -17, "the gateway is down"),
                new Event.FallbackEntered(7),
                new Event.FallbackLeft(7),
                new Event.CommandRejected(ID, Reason.NOT_DECLINED),
                new Event.CommandRejected("", Reason.ALREADY_OPEN));
    }

    @ParameterizedTest
    @MethodSource("events")
    void event_isTheSame_afterTheWire(Event event) {
        Recorded recorded = new Recorded(event, 1_000_000_000_001L, 1, 2, 3);

        assertEquals(new RecordedEvent(KEY, recorded, STAMP), RecordedEvent.of(overTheWire(recorded)));
    }

    @Test
    void everyTypeOfEvent_isAmongThem() {
        assertEquals(
                leaves(Event.class).collect(Collectors.toSet()),
                events().stream().map(Event::getClass).collect(Collectors.toSet()));
    }

    private static Stream<Class<?>> leaves(Class<?> type) {
        return type.isSealed()
                ? Set.of(type.getPermittedSubclasses()).stream().flatMap(RecordedEventTest::leaves)
                : Stream.of(type);
    }

    /** A section whose order is ada's: the buyer of an event is looked up. */
    private static dev.onsale.wire.Event overTheWire(Recorded recorded) {
        Orders orders = Orders.inMemory();
        orders.put(new Order(ID, "ada", 0, OrderState.HELD, PaymentState.NONE, 0, SEATS, 2, 9000, 0, "", "", STAMP, 1));
        return WIRE.fromBytes(WIRE.toBytes(Events.toWire(KEY, Section.unknown(orders), recorded, STAMP)));
    }

    @Test
    void payload_isRefusedByName_whenItIsNone() {
        dev.onsale.wire.Event event = overTheWire(new Recorded(events().getFirst(), 1, 1, 0, 0));
        event.setPayload(new OrderStatus());

        var error = assertThrows(IllegalArgumentException.class, () -> RecordedEvent.of(event));

        assertTrue(String.valueOf(error.getMessage()).contains("OrderStatus"), error.getMessage());
    }

    @Test
    void symbol_isRefusedByName_whenItIsOfANewerSchema() {
        dev.onsale.wire.Event event = overTheWire(new Recorded(events().getFirst(), 1, 1, 0, 0));
        event.setPayload(new CommandRejected(dev.onsale.wire.Reason.UNKNOWN));

        var error = assertThrows(IllegalArgumentException.class, () -> RecordedEvent.of(event));

        assertTrue(String.valueOf(error.getMessage()).contains("Reason.UNKNOWN"), error.getMessage());
    }

    @Test
    void section_isRefused_whenItCanHaveNoSuchName() {
        dev.onsale.wire.Event event = overTheWire(new Recorded(events().getFirst(), 1, 1, 0, 0));
        event.getHeader().setSectionId("A/B");

        assertThrows(IllegalArgumentException.class, () -> RecordedEvent.of(event));
    }
}
