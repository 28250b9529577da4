package dev.onsale.domain;

import static dev.onsale.domain.PaymentOperation.*;
import static dev.onsale.domain.Specification.spec;
import static dev.onsale.domain.Story.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Opening and growing, opening and closing sales, cancelling; and events that cannot be. */
class SectionTest {

    private static final SectionDefinition MORE_SEATS = definition(3, 5, 0);
    private static final SectionDefinition MORE_FLOOR = definition(0, 0, 12);

    static Stream<Specification> commands() {
        return Stream.of(
                spec("a section is put on sale").when(opens(SEATS)).then(new Event.SectionOpened(SEATS)),
                spec("a section of one seat")
                        .when(opens(definition(1, 1, 0)))
                        .then(new Event.SectionOpened(definition(1, 1, 0))),
                spec("the greatest section")
                        .when(opens(definition(0, 0, SectionDefinition.MAX_CAPACITY)))
                        .then(new Event.SectionOpened(definition(0, 0, SectionDefinition.MAX_CAPACITY))),
                spec("the greatest section of seats")
                        .when(opens(definition(SectionDefinition.MAX_CAPACITY, 1, 0)))
                        .then(new Event.SectionOpened(definition(SectionDefinition.MAX_CAPACITY, 1, 0))),
                spec("the highest price")
                        .when(opens(priced(SEATS, SectionDefinition.MAX_PRICE)))
                        .then(new Event.SectionOpened(priced(SEATS, SectionDefinition.MAX_PRICE))),
                spec("the longest holds")
                        .when(opens(holding(SEATS, SectionDefinition.MAX_HOLD_SECONDS)))
                        .then(new Event.SectionOpened(holding(SEATS, SectionDefinition.MAX_HOLD_SECONDS))),
                spec("rows are added")
                        .given(opens(SEATS), buysSeats("ada1", "B-5"))
                        .when(opens(MORE_SEATS))
                        .then(new Event.SectionOpened(MORE_SEATS)),
                spec("seats in the added row are for sale")
                        .given(opens(SEATS), opens(MORE_SEATS))
                        .when(buysSeats("ada1", "C-5"))
                        .then(held(buysSeats("ada1", "C-5"), HOLD, "C-5"), asksAuthorise("ada1", 1, PRICE)),
                spec("seats that were taken stay taken when rows are added")
                        .given(opens(SEATS), buysSeats("ada1", "B-5"), opens(MORE_SEATS))
                        .when(buysSeats("ben1", "B-5"))
                        .thenRefused(Reason.SEATS_TAKEN, "B-5"),
                spec("tickets are added to a section that was sold out")
                        .given(opens(definition(0, 0, 1)), buys("ada1", 1), opens(MORE_FLOOR))
                        .when(buys("ben1", 2))
                        .then(held(buys("ben1", 2), HOLD, 2 * PRICE, 2), asksAuthorise("ben1", 1, 2 * PRICE)),
                spec("sales are paused").given(opens(SEATS)).when(pauses()).then(salesAre(SalesState.PAUSED, 0)),
                spec("sales are closed").given(opens(SEATS)).when(closes()).then(salesAre(SalesState.CLOSED, 0)),
                spec("sales are opened again")
                        .given(opens(SEATS), closes())
                        .when(resumes())
                        .then(salesAre(SalesState.OPEN, 0)),
                spec("sales are open already")
                        .given(opens(SEATS))
                        .when(resumes())
                        .thenNothing(),
                spec("growth does not open sales")
                        .given(opens(SEATS), closes(), opens(MORE_SEATS))
                        .when(buys("ada1", 1))
                        .thenRefused(Reason.SALES_CLOSED),
                spec("a buyer gives up a hold")
                        .given(opens(SEATS), buysSeats("ada1", "A-1"))
                        .when(cancels("ada1"))
                        .then(cancelled("ada1", CancelledBy.BUYER, "A-1")),
                spec("the organizer ends a hold")
                        .given(opens(SEATS), buysSeats("ada1", "A-1"))
                        .when(organizerCancels("ada1"))
                        .then(cancelled("ada1", CancelledBy.ORGANIZER, "A-1")),
                spec("a hold is given up twice")
                        .given(opens(SEATS), buysSeats("ada1", "A-1"), cancels("ada1"))
                        .when(cancels("ada1"))
                        .thenNothing(),
                spec("a hold is given up after a decline")
                        .given(opens(SEATS), buysSeats("ada1", "A-1"), declined("ada1", 1, AUTHORISE))
                        .when(cancels("ada1"))
                        .then(cancelled("ada1", CancelledBy.BUYER, "A-1")),
                spec("a sale is refunded twice")
                        .given(opens(SEATS), buysSeats("ada1", "A-1"), authorised("ada1", 1))
                        .given(organizerCancels("ada1"))
                        .when(organizerCancels("ada1"))
                        .thenNothing(),
                spec("a free ticket is taken back without any money")
                        .given(opens(priced(SEATS, 0)), buysSeats("ada1", "A-1"))
                        .when(organizerCancels("ada1"))
                        .then(undone("ada1", "cancelled by us", "A-1")),
                spec("seats that were given up are for sale")
                        .given(opens(SEATS), buysSeats("ada1", "A-1"), cancels("ada1"))
                        .when(buysSeats("ben1", "A-1"))
                        .then(held(buysSeats("ben1", "A-1"), HOLD, "A-1"), asksAuthorise("ben1", 1, PRICE)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("commands")
    void command_leadsTo(Specification specification) {
        specification.verify();
    }

    /** What no log of a sale contains. */
    record Impossible(String name, List<Command> given, Event event) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Impossible impossible(String name, Event event, Command... given) {
        return new Impossible(name, List.of(given), event);
    }

    static Stream<Impossible> impossible() {
        Command.Purchase a1 = buysSeats("ada1", "A-1");
        return Stream.of(
                impossible("seats of a section that is not on sale", held(a1, HOLD, "A-1")),
                impossible("a taken seat", held(buysSeats("ben1", "A-1"), HOLD, "A-1"), opens(SEATS), a1),
                impossible("a seat that does not exist", held(a1, HOLD, "C-1"), opens(SEATS)),
                impossible("a seat twice", held(a1, HOLD, "A-1", "A-1"), opens(SEATS)),
                impossible("another quantity than seats", held(a1, HOLD, PRICE, 2, "A-1"), opens(SEATS)),
                impossible("seats without a name", held(a1, HOLD, PRICE, 1), opens(SEATS)),
                impossible("named seats of general admission", held(a1, HOLD, PRICE, 1, "A-1"), opens(FLOOR)),
                impossible("no tickets", held(a1, HOLD, 0, 0), opens(FLOOR)),
                impossible("more tickets than there are", held(a1, HOLD, 11 * PRICE, 11), opens(FLOOR)),
                impossible("an order twice", held(a1, HOLD, "A-2"), opens(SEATS), a1),
                impossible(
                        "a refusal of an order that is held",
                        new Event.PurchaseRejected("ada1", "ada", Reason.SOLD_OUT, List.of(), 0),
                        opens(SEATS),
                        a1),
                impossible("the sale of no order", sold("ada1", "A-1"), opens(SEATS)),
                impossible("other seats than held", sold("ada1", "A-2"), opens(SEATS), a1),
                impossible("an invalid section", new Event.SectionOpened(definition(0, 0, 0))),
                impossible("a section that shrinks", new Event.SectionOpened(definition(1, 5, 0)), opens(SEATS)),
                impossible("a section that is the same", new Event.SectionOpened(SEATS), opens(SEATS)),
                impossible("another price", new Event.SectionOpened(priced(MORE_SEATS, 1)), opens(SEATS)),
                impossible("sales of nothing", salesAre(SalesState.PAUSED, 0)),
                impossible("sales that are so already", salesAre(SalesState.OPEN, 0), opens(SEATS)),
                impossible("a pause that never was", salesAre(SalesState.CLOSED, 1), opens(SEATS)),
                impossible("payments of nothing", paymentsAre(PaymentsState.STOPPED, 0)),
                impossible("payments that are so already", paymentsAre(PaymentsState.RUNNING, 0), opens(SEATS)),
                impossible("a stop that never was", paymentsAre(PaymentsState.STOPPED, 1), opens(SEATS)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void impossible(Impossible row) {
        var world = new World();
        row.given().forEach(command -> world.handle(command, NOON));

        assertThrows(
                IllegalStateException.class,
                () -> world.section().evolve(row.event(), new Stamp(3, 99, NOON, Stamp.STABLE)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("impossible")
    void orders_stayAsTheyWere_whenAnEventIsImpossible(Impossible row) {
        var world = new World();
        row.given().forEach(command -> world.handle(command, NOON));
        String before = world.orders().toString();

        assertThrows(
                IllegalStateException.class,
                () -> world.section().evolve(row.event(), new Stamp(3, 99, NOON, Stamp.STABLE)));

        assertEquals(before, world.orders().toString());
    }
}
