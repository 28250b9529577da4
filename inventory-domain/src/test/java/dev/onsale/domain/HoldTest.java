package dev.onsale.domain;

import static dev.onsale.domain.Specification.spec;
import static dev.onsale.domain.Story.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** When holds end, and how pauses put that off. Ada holds A-1 since noon. */
class HoldTest {

    private static Specification held(String name) {
        return spec(name).given(opens(SEATS), buysSeats("ada1", "A-1"));
    }

    static Stream<Specification> endings() {
        return Stream.of(
                held("a millisecond before the deadline it stands")
                        .when(HOLD - 1, expires("ada1"))
                        .thenNothing(),
                held("it ends at the deadline").when(HOLD, expires("ada1")).then(expired("ada1", "A-1")),
                held("it ends once")
                        .given(HOLD, expires("ada1"))
                        .when(expires("ada1"))
                        .thenNothing(),
                held("any command ends it")
                        .when(HOLD, closes())
                        .then(expired("ada1", "A-1"), salesAre(SalesState.CLOSED, 0)),
                held("a command that is refused ends it, too")
                        .when(HOLD, opens(SEATS))
                        .then(expired("ada1", "A-1"), new Event.CommandRejected("", Reason.ALREADY_OPEN)),
                held("what ends it is the time, not what the clock saw")
                        .when(HOLD, expires())
                        .then(expired("ada1", "A-1")),
                held("what the clock saw may be of long ago or of nobody")
                        .given(cancels("ada1"))
                        .when(HOLD, expires("ada1", "eve1"))
                        .thenNothing(),
                held("a sale does not end")
                        .given(authorised("ada1", 1))
                        .when(HOLD, expires("ada1"))
                        .thenNothing(),
                held("it ends when sales are closed")
                        .given(closes())
                        .when(HOLD, expires("ada1"))
                        .then(expired("ada1", "A-1")),
                held("the earliest ends first, then by name")
                        .given(buysSeats("aaa1", "A-2"))
                        .given(-1, buysSeats("zoe1", "A-3"))
                        .given(1, buysSeats("ben1", "A-4"))
                        .when(HOLD, expires())
                        .then(expired("zoe1", "A-3"), expired("aaa1", "A-2"), expired("ada1", "A-1")),
                held("a cancellation at the deadline comes too late")
                        .when(HOLD, cancels("ada1"))
                        .then(expired("ada1", "A-1"), new Event.CommandRejected("ada1", Reason.ORDER_ENDED)),
                spec("a hold made after a pause ends at its deadline")
                        .given(opens(SEATS), Story.pauses())
                        .given(1000, resumes(), buysSeats("ada1", "A-1"))
                        .when(1000 + HOLD, expires("ada1"))
                        .then(expired("ada1", "A-1")),
                spec("a hold of general admission ends")
                        .given(opens(FLOOR), buys("ada1", 2))
                        .when(HOLD, expires("ada1"))
                        .then(new Event.HoldExpired("ada1", List.of(), 2)));
    }

    /** Payments are stopped at 100 s and go on at 150 s, as a rule. */
    static Stream<Specification> stops() {
        return Stream.of(
                held("it stands while payments are stopped")
                        .given(100_000, Story.stopsPayments())
                        .when(10 * HOLD, expires("ada1"))
                        .thenNothing(),
                held("the end of a stop says how long clocks have stood still")
                        .given(100_000, Story.stopsPayments())
                        .when(150_000, Story.resumesPayments())
                        .then(Story.paymentsAre(PaymentsState.RUNNING, 50_000)),
                held("it ends at the deadline that the stop has moved")
                        .given(100_000, Story.stopsPayments())
                        .given(150_000, Story.resumesPayments())
                        .when(HOLD + 50_000, expires("ada1"))
                        .then(expired("ada1", "A-1")),
                held("a hold made meanwhile has its whole time once payments go on: a millisecond before its end")
                        .given(100_000, Story.stopsPayments())
                        .given(140_000, buysSeats("ben1", "A-2"))
                        .given(150_000, Story.resumesPayments(), authorised("ada1", 1))
                        .when(150_000 + HOLD - 1, expires("ben1"))
                        .thenNothing(),
                held("a hold made meanwhile has its whole time once payments go on: its end")
                        .given(100_000, Story.stopsPayments())
                        .given(140_000, buysSeats("ben1", "A-2"))
                        .given(150_000, Story.resumesPayments(), authorised("ada1", 1))
                        .when(150_000 + HOLD, expires("ben1"))
                        .then(expired("ben1", "A-2")),
                held("clocks stand until both sales and payments go on")
                        .given(100_000, Story.stopsPayments())
                        .given(120_000, Story.pauses())
                        .given(150_000, Story.resumesPayments())
                        .when(170_000, resumes())
                        .then(salesAre(SalesState.OPEN, 70_000)),
                held("what is stopped already is not stopped again")
                        .given(100_000, Story.stopsPayments())
                        .when(120_000, Story.stopsPayments())
                        .thenNothing(),
                spec("payments of a section that is not on sale")
                        .when(Story.stopsPayments())
                        .then(new Event.CommandRejected("", Reason.UNKNOWN_SECTION)));
    }

    /** Sales are paused at 100 s and go on at 150 s: the hold's end moves by 50 s. */
    static Stream<Specification> pauses() {
        return Stream.of(
                held("it stands while sales are paused")
                        .given(100_000, Story.pauses())
                        .when(10 * HOLD, expires("ada1"))
                        .thenNothing(),
                held("a millisecond before the moved deadline it stands")
                        .given(100_000, Story.pauses())
                        .given(150_000, resumes())
                        .when(HOLD + 49_999, expires("ada1"))
                        .thenNothing(),
                held("it ends at the moved deadline")
                        .given(100_000, Story.pauses())
                        .given(150_000, resumes())
                        .when(HOLD + 50_000, expires("ada1"))
                        .then(expired("ada1", "A-1")),
                held("the end of a pause says how long clocks have stood still")
                        .given(100_000, Story.pauses())
                        .when(150_000, resumes())
                        .then(salesAre(SalesState.OPEN, 50_000)),
                held("two pauses add up")
                        .given(100_000, Story.pauses())
                        .given(150_000, resumes())
                        .given(200_000, Story.pauses())
                        .when(210_000, resumes())
                        .then(salesAre(SalesState.OPEN, 60_000)),
                held("a millisecond before the twice moved deadline it stands")
                        .given(100_000, Story.pauses())
                        .given(150_000, resumes())
                        .given(200_000, Story.pauses())
                        .given(210_000, resumes())
                        .when(HOLD + 59_999, expires("ada1"))
                        .thenNothing(),
                held("it ends at the twice moved deadline")
                        .given(100_000, Story.pauses())
                        .given(150_000, resumes())
                        .given(200_000, Story.pauses())
                        .given(210_000, resumes())
                        .when(HOLD + 60_000, expires("ada1"))
                        .then(expired("ada1", "A-1")),
                held("closing ends the pause: clocks go on")
                        .given(100_000, Story.pauses())
                        .when(150_000, closes())
                        .then(salesAre(SalesState.CLOSED, 50_000)),
                held("it ends at the moved deadline while sales are closed")
                        .given(100_000, Story.pauses())
                        .given(150_000, closes())
                        .when(HOLD + 50_000, expires("ada1"))
                        .then(expired("ada1", "A-1")),
                held("a pause within a pause is none")
                        .given(100_000, Story.pauses())
                        .when(120_000, Story.pauses())
                        .thenNothing(),
                held("a pause within a pause does not begin anew")
                        .given(100_000, Story.pauses())
                        .given(120_000, Story.pauses())
                        .when(150_000, resumes())
                        .then(salesAre(SalesState.OPEN, 50_000)),
                held("a pause at the deadline comes too late")
                        .when(HOLD, Story.pauses())
                        .then(expired("ada1", "A-1"), salesAre(SalesState.PAUSED, 0)),
                held("a pause a millisecond before the deadline leaves a millisecond")
                        .given(HOLD - 1, Story.pauses())
                        .given(2 * HOLD, resumes())
                        .when(2 * HOLD + 1, expires())
                        .then(expired("ada1", "A-1")),
                held("a payment in the time that the pause gave back is in time")
                        .given(100_000, Story.pauses())
                        .given(150_000, resumes())
                        .when(HOLD + 49_999, authorised("ada1", 1))
                        .then(sold("ada1", "A-1"), asks(PaymentOperation.CAPTURE, "ada1", 1, PRICE)),
                spec("a hold from after a pause ends when it says")
                        .given(opens(SEATS))
                        .given(100_000, Story.pauses())
                        .given(150_000, resumes(), buysSeats("ada1", "A-1"))
                        .when(150_000 + HOLD, expires("ada1"))
                        .then(expired("ada1", "A-1")),
                held("clocks stand still, too, when the broker's goes back: as much is left as when they stopped")
                        .given(100_000, Story.pauses())
                        .when(90_000, resumes())
                        .then(salesAre(SalesState.OPEN, -10_000)),
                held("what was left when clocks stopped is left when the broker's has gone back meanwhile")
                        .given(100_000, Story.pauses())
                        .given(90_000, resumes())
                        .when(HOLD - 10_001, expires("ada1"))
                        .then(),
                held("and it ends when that is over")
                        .given(100_000, Story.pauses())
                        .given(90_000, resumes())
                        .when(HOLD - 10_000, expires("ada1"))
                        .then(expired("ada1", "A-1")),
                spec("a hold from after the broker's clock went back does not end while clocks stand still")
                        .given(opens(SEATS))
                        .given(10 * HOLD, Story.stopsPayments())
                        .given(0, buysSeats("ada1", "A-1"))
                        .when(2 * HOLD, expires("ada1"))
                        .then());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("endings")
    @Tag("expiry-races-payment")
    void hold_ends(Specification specification) {
        specification.verify();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pauses")
    void hold_endsLater_whenSalesWerePaused(Specification specification) {
        specification.verify();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("stops")
    void hold_whenSalesWerePaused(Specification specification) {
        specification.verify();
    }

    @Test
    void holdEndsAt_moves_byThePause() {
        var world = new World();
        world.handle(opens(SEATS), NOON);
        world.handle(buysSeats("ada1", "A-1"), NOON);
        Order order = world.section().order("ada1").orElseThrow();
        assertEquals(NOON + HOLD, world.section().state().holdEndsAt(order.deadlineMillis()));

        world.handle(Story.pauses(), NOON + 100_000);
        world.handle(resumes(), NOON + 150_000);

        assertEquals(order, world.section().order("ada1").orElseThrow(), "a pause changes no order");
        assertEquals(NOON + HOLD + 50_000, world.section().state().holdEndsAt(order.deadlineMillis()));
    }

    @Test
    void holdsEndedBy_areTheEarliest_whenThereAreMoreThanTheLimit() {
        var world = new World();
        world.handle(opens(FLOOR), NOON);
        world.handle(buys("cy1", 1), NOON);
        world.handle(buys("ben1", 1), NOON + 1);
        world.handle(buys("ada1", 1), NOON + 2);

        assertEquals(List.of("cy1", "ben1"), world.section().holdsEndedBy(NOON + HOLD + 2, 2));
    }
}
