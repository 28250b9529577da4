package dev.onsale.domain;

import static dev.onsale.domain.Specification.spec;
import static dev.onsale.domain.Story.*;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a purchase leads to when nothing speaks against it. */
class PurchaseTest {

    private static final SectionDefinition FREE = priced(SEATS, 0);

    static Stream<Specification> purchases() {
        return Stream.of(
                spec("best available: the middle of the front row")
                        .given(opens(SEATS))
                        .when(buys("ada1", 3))
                        .then(held(buys("ada1", 3), HOLD, "A-2", "A-3", "A-4"), asksAuthorise("ada1", 1, 3 * PRICE)),
                spec("the seats that were asked for, as they were asked for")
                        .given(opens(SEATS))
                        .when(buysSeats("ada1", "B-5", "A-1"))
                        .then(
                                held(buysSeats("ada1", "B-5", "A-1"), HOLD, "B-5", "A-1"),
                                asksAuthorise("ada1", 1, 2 * PRICE)),
                spec("seats and their number")
                        .given(opens(SEATS))
                        .when(purchase("ada1", 1, List.of("A-1"), OptionalLong.empty()))
                        .then(
                                held(purchase("ada1", 1, List.of("A-1"), OptionalLong.empty()), HOLD, "A-1"),
                                asksAuthorise("ada1", 1, PRICE)),
                spec("general admission has no seats")
                        .given(opens(FLOOR))
                        .when(buys("ada1", 2))
                        .then(held(buys("ada1", 2), HOLD, 2 * PRICE, 2), asksAuthorise("ada1", 1, 2 * PRICE)),
                spec("the total that the buyer was shown")
                        .given(opens(SEATS))
                        .when(purchase("ada1", 1, List.of(), OptionalLong.of(PRICE)))
                        .then(
                                held(purchase("ada1", 1, List.of(), OptionalLong.of(PRICE)), HOLD, "A-3"),
                                asksAuthorise("ada1", 1, PRICE)),
                spec("the total for several tickets that the buyer was shown")
                        .given(opens(SEATS))
                        .when(purchase("ada1", 2, List.of(), OptionalLong.of(2 * PRICE)))
                        .then(
                                held(purchase("ada1", 2, List.of(), OptionalLong.of(2 * PRICE)), HOLD, "A-2", "A-3"),
                                asksAuthorise("ada1", 1, 2 * PRICE)),
                spec("best available: a seat that was given up in a row that was full")
                        .given(opens(SEATS), buysSeats("ada1", "A-1", "A-2", "A-3", "A-4", "A-5"), cancels("ada1"))
                        .when(buys("ben1", 1))
                        .then(held(buys("ben1", 1), HOLD, "A-3"), asksAuthorise("ben1", 1, PRICE)),
                spec("best available: a row that was added to a section that was sold out")
                        .given(opens(definition(1, 1, 0)), buys("ada1", 1), opens(definition(2, 1, 0)))
                        .when(buys("ben1", 1))
                        .then(held(buys("ben1", 1), HOLD, "B-1"), asksAuthorise("ben1", 1, PRICE)),
                spec("free tickets are sold at once, without a payment")
                        .given(opens(FREE))
                        .when(buysSeats("ada1", "A-1"))
                        .then(
                                held(buysSeats("ada1", "A-1"), HOLD, 0, 1, "A-1"),
                                new Event.SeatsSold("ada1", List.of("A-1"), 1, 0)),
                spec("exactly the limit")
                        .given(opens(SEATS), buysSeats("ada1", "A-1", "A-2", "A-3", "A-4", "A-5"))
                        .when(buysSeats("ada2", "B-1"))
                        .then(held(buysSeats("ada2", "B-1"), HOLD, "B-1"), asksAuthorise("ada2", 1, PRICE)),
                spec("the limit is for tickets held and sold, not for those given up")
                        .given(opens(limited(SEATS, 1)), buys("ada1", 1), cancels("ada1"))
                        .when(buysSeats("ada2", "B-1"))
                        .then(held(buysSeats("ada2", "B-1"), HOLD, "B-1"), asksAuthorise("ada2", 1, PRICE)),
                spec("the last ticket")
                        .given(opens(definition(0, 0, 2)), buys("ada1", 1))
                        .when(buys("ben1", 1))
                        .then(held(buys("ben1", 1), HOLD, PRICE, 1), asksAuthorise("ben1", 1, PRICE)),
                spec("an order of a hundred")
                        .given(opens(limited(definition(0, 0, 100), 100)))
                        .when(buys("ada1", 100))
                        .then(held(buys("ada1", 100), HOLD, 100 * PRICE, 100), asksAuthorise("ada1", 1, 100 * PRICE)),
                spec("the first millisecond of the sales window")
                        .given(opens(window(SEATS, 10, 20)))
                        .when(10, buysSeats("ada1", "A-1"))
                        .then(held(buysSeats("ada1", "A-1"), HOLD + 10, "A-1"), asksAuthorise("ada1", 1, PRICE)),
                spec("the last millisecond of the sales window")
                        .given(opens(window(SEATS, 10, 20)))
                        .when(19, buysSeats("ada1", "A-1"))
                        .then(held(buysSeats("ada1", "A-1"), HOLD + 19, "A-1"), asksAuthorise("ada1", 1, PRICE)),
                spec("sales that go on after a pause")
                        .given(opens(SEATS), pauses())
                        .given(1000, resumes())
                        .when(buysSeats("ada1", "A-1"))
                        .then(held(buysSeats("ada1", "A-1"), HOLD + 1000, "A-1"), asksAuthorise("ada1", 1, PRICE)),
                spec("sales that are opened again")
                        .given(opens(SEATS), closes(), resumes())
                        .when(buysSeats("ada1", "A-1"))
                        .then(held(buysSeats("ada1", "A-1"), HOLD, "A-1"), asksAuthorise("ada1", 1, PRICE)),
                spec("a seat whose hold ends in this very millisecond")
                        .given(opens(SEATS), buysSeats("ada1", "A-1"))
                        .when(HOLD, buysSeats("ben1", "A-1"))
                        .then(
                                expired("ada1", "A-1"),
                                held(buysSeats("ben1", "A-1"), 2 * HOLD, "A-1"),
                                asksAuthorise("ben1", 1, PRICE)));
    }

    static Stream<Specification> repeats() {
        return Stream.of(
                spec("of a hold")
                        .given(opens(SEATS), buys("ada1", 1))
                        .when(buys("ada1", 1))
                        .thenNothing(),
                spec("of a refusal, though it would be held now")
                        .given(opens(SEATS), pauses(), buys("ada1", 1), resumes())
                        .when(buys("ada1", 1))
                        .thenNothing(),
                spec("of a refusal from before the section was on sale")
                        .given(buys("ada1", 1), opens(SEATS))
                        .when(buys("ada1", 1))
                        .thenNothing(),
                spec("of a sale")
                        .given(opens(SEATS), buys("ada1", 1), authorised("ada1", 1))
                        .when(buys("ada1", 1))
                        .thenNothing(),
                spec("of a hold that ended, while sales are closed")
                        .given(opens(SEATS), buys("ada1", 1), cancels("ada1"), closes())
                        .when(buys("ada1", 1))
                        .thenNothing(),
                spec("that only ends the hold")
                        .given(opens(SEATS), buysSeats("ada1", "A-1"))
                        .when(HOLD, buysSeats("ada1", "A-1"))
                        .then(expired("ada1", "A-1")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("purchases")
    void purchase_holds(Specification specification) {
        specification.verify();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("repeats")
    void purchase_leadsToNothing_whenItIsARepeat(Specification specification) {
        specification.verify();
    }
}
