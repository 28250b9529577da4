package dev.onsale.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The life of an order: every transition that is possible, and that all others are not. */
class OrderTest {

    private static final Stamp STAMP = new Stamp(3, 7, Story.NOON, Stamp.STABLE);

    /** Order and money before, event, order and money after. Whatever is not here throws. */
    private static final String TRANSITIONS = """
            HELD/AUTHORISING HoldCancelled -> CANCELLED/AUTHORISING
            HELD/AUTHORISING HoldExpired -> EXPIRED/AUTHORISING
            HELD/AUTHORISING PaymentDeclined:AUTHORISE -> HELD/DECLINED
            HELD/AUTHORISING SeatsSold -> SOLD/AUTHORISING
            HELD/DECLINED HoldCancelled -> CANCELLED/DECLINED
            HELD/DECLINED HoldExpired -> EXPIRED/DECLINED
            HELD/DECLINED PaymentRequested:AUTHORISE -> HELD/AUTHORISING
            HELD/NONE PaymentRequested:AUTHORISE -> HELD/AUTHORISING
            SOLD/AUTHORISING PaymentRequested:CAPTURE -> SOLD/CAPTURING
            SOLD/CAPTURED OrderRefunded -> REFUNDED/CAPTURED
            SOLD/CAPTURING OrderRefunded -> REFUNDED/CAPTURING
            SOLD/CAPTURING PaymentDeclined:CAPTURE -> SOLD/CAPTURING
            SOLD/CAPTURING PaymentSettled:CAPTURE -> SOLD/CAPTURED
            EXPIRED/AUTHORISING PaymentDeclined:AUTHORISE -> EXPIRED/DECLINED
            EXPIRED/AUTHORISING PaymentRequested:VOID -> EXPIRED/VOIDING
            EXPIRED/AUTHORISING SeatsRetaken -> HELD/AUTHORISING
            EXPIRED/VOIDING PaymentDeclined:VOID -> EXPIRED/FAILED
            EXPIRED/VOIDING PaymentSettled:VOID -> EXPIRED/VOIDED
            CANCELLED/AUTHORISING PaymentDeclined:AUTHORISE -> CANCELLED/DECLINED
            CANCELLED/AUTHORISING PaymentRequested:VOID -> CANCELLED/VOIDING
            CANCELLED/VOIDING PaymentDeclined:VOID -> CANCELLED/FAILED
            CANCELLED/VOIDING PaymentSettled:VOID -> CANCELLED/VOIDED
            REFUNDED/CAPTURED PaymentRequested:REFUND -> REFUNDED/REFUNDING
            REFUNDED/CAPTURING PaymentDeclined:CAPTURE -> REFUNDED/CAPTURING
            REFUNDED/CAPTURING PaymentRequested:VOID -> REFUNDED/VOIDING
            REFUNDED/CAPTURING PaymentSettled:CAPTURE -> REFUNDED/CAPTURED
            REFUNDED/REFUNDING PaymentDeclined:REFUND -> REFUNDED/FAILED
            REFUNDED/REFUNDING PaymentSettled:REFUND -> REFUNDED/REFUNDED
            REFUNDED/VOIDING PaymentDeclined:VOID -> REFUNDED/FAILED
            REFUNDED/VOIDING PaymentSettled:VOID -> REFUNDED/VOIDED
            """;

    @Test
    void evolve_takesTheseTransitionsAndNoOthers() {
        assertEquals(lines(TRANSITIONS.lines()), lines(transitions(held(4500), rejected())));
    }

    @Test
    void evolve_takesTheseTransitionsAndNoOthers_whenTheTicketIsFree() {
        String withoutMoney = lines(transitions(held(0)).filter(line -> line.endsWith("/NONE")));

        assertEquals("""
                HELD/NONE SeatsSold -> SOLD/NONE
                SOLD/NONE OrderRefunded -> REFUNDED/NONE""", withoutMoney);
    }

    /** Goes from order to order by every event that is taken. */
    private static Stream<String> transitions(Order... starts) {
        Deque<Order> toVisit = new ArrayDeque<>(List.of(starts));
        Set<String> visited = new HashSet<>();
        List<String> taken = new ArrayList<>();
        while (!toVisit.isEmpty()) {
            Order before = toVisit.remove();
            if (visited.add(name(before))) {
                for (Event.OrderEvent event : events(before)) {
                    evolved(before, event).ifPresent(after -> {
                        taken.add(name(before) + " " + name(event) + " -> " + name(after));
                        toVisit.add(after);
                    });
                }
            }
        }
        return taken.stream();
    }

    private static Optional<Order> evolved(Order before, Event.OrderEvent event) {
        try {
            return Optional.of(before.evolve(event, before.version() + 1));
        } catch (IllegalStateException _) {
            return Optional.empty();
        }
    }

    /** Every sort of event, fitting the order as well as it can. */
    private static List<Event.OrderEvent> events(Order order) {
        String id = order.orderId();
        List<String> seats = order.seats();
        List<Event.OrderEvent> events = new ArrayList<>(List.of(
                new Event.SeatsHeld(id, "ada", seats, 1, order.total(), 0, 42),
                new Event.PurchaseRejected(id, "ada", Reason.SOLD_OUT, List.of(), 42),
                new Event.SeatsSold(id, seats, order.quantity(), order.total()),
                new Event.HoldExpired(id, seats, order.quantity()),
                new Event.HoldCancelled(id, seats, order.quantity(), CancelledBy.BUYER),
                new Event.SeatsRetaken(id, seats, order.quantity()),
                new Event.OrderRefunded(id, seats, order.quantity(), "")));
        for (PaymentOperation operation : PaymentOperation.values()) {
            int asked = operation == PaymentOperation.AUTHORISE ? order.attempt() + 1 : order.attempt();
            events.add(new Event.PaymentRequested(id, operation, asked, order.total(), "", "pi"));
            events.add(new Event.PaymentDeclined(id, operation, order.attempt(), "no"));
            events.add(new Event.PaymentSettled(id, operation, order.attempt(), order.total(), "pi"));
        }
        return events;
    }

    private static String name(Order order) {
        return order.state() + "/" + order.payment();
    }

    private static String name(Event.OrderEvent event) {
        String sort = event.getClass().getSimpleName();
        return switch (event) {
            case Event.PaymentRequested e -> sort + ":" + e.operation();
            case Event.PaymentDeclined e -> sort + ":" + e.operation();
            case Event.PaymentSettled e -> sort + ":" + e.operation();
            default -> sort;
        };
    }

    private static String lines(Stream<String> lines) {
        return String.join("\n", lines.sorted().toList());
    }

    /** Events that would fit but for one thing. */
    static Stream<Event.OrderEvent> misfits() {
        List<String> other = List.of("A-2");
        List<String> own = List.of("A-1");
        return Stream.of(
                new Event.SeatsSold("ada1", other, 1, 4500),
                new Event.SeatsSold("ada1", own, 2, 4500),
                new Event.SeatsSold("ada1", own, 1, 4499),
                new Event.HoldExpired("ada1", other, 1),
                new Event.HoldExpired("ada1", own, 0),
                new Event.HoldCancelled("ada1", List.of(), 1, CancelledBy.BUYER),
                new Event.PaymentDeclined("ada1", PaymentOperation.AUTHORISE, 2, "no"));
    }

    @ParameterizedTest
    @MethodSource("misfits")
    void evolve_throws_whenTheEventIsOfOtherSeatsMoneyOrAttempt(Event.OrderEvent event) {
        Order authorising = asked(PaymentOperation.AUTHORISE, 1, 4500, held(4500));

        assertThrows(IllegalStateException.class, () -> authorising.evolve(event, 3));
    }

    @Test
    void evolve_throws_whenAnotherAmountIsAskedFor() {
        assertThrows(IllegalStateException.class, () -> asked(PaymentOperation.AUTHORISE, 1, 4499, held(4500)));
    }

    @Test
    void evolve_throws_whenAnAttemptIsSkipped() {
        assertThrows(IllegalStateException.class, () -> asked(PaymentOperation.AUTHORISE, 2, 4500, held(4500)));
    }

    @Test
    void evolve_keepsWhatTheEventDoesNotSay() {
        Order before = asked(PaymentOperation.AUTHORISE, 1, 4500, held(4500));

        Order after = before.evolve(new Event.PaymentDeclined("ada1", PaymentOperation.AUTHORISE, 1, "no_money"), 9);

        assertEquals(
                new Order(
                        "ada1",
                        "ada",
                        42,
                        OrderState.HELD,
                        PaymentState.DECLINED,
                        1,
                        List.of("A-1"),
                        1,
                        4500,
                        Story.NOON + Story.HOLD,
                        "no_money",
                        "",
                        STAMP,
                        9),
                after);
    }

    @Test
    void tables_knowEveryState() {
        Set<String> named = new HashSet<>(Arrays.asList(TRANSITIONS.split("[/\\s]+")));

        Stream.of(OrderState.values(), PaymentState.values())
                .flatMap(Arrays::stream)
                .filter(state -> state != OrderState.REJECTED)
                .forEach(state -> assertEquals(true, named.contains(state.toString()), state.toString()));
    }

    private static Order asked(PaymentOperation operation, int attempt, long amount, Order order) {
        return order.evolve(new Event.PaymentRequested("ada1", operation, attempt, amount, "", ""), 2);
    }

    private static Order held(long total) {
        var held = new Event.SeatsHeld("ada1", "ada", List.of("A-1"), 1, total, Story.NOON + Story.HOLD, 42);
        return Order.held(held, Story.NOON + Story.HOLD, STAMP, 1);
    }

    private static Order rejected() {
        return Order.rejected(new Event.PurchaseRejected("ada1", "ada", Reason.SOLD_OUT, List.of(), 42), STAMP, 1);
    }
}
