package dev.onsale.domain;

import static dev.onsale.domain.Reason.*;
import static dev.onsale.domain.Specification.spec;
import static dev.onsale.domain.Story.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Why commands are refused. */
class RefusalsTest {

    private static final SectionDefinition TEN_TO_TWENTY = window(SEATS, 10, 20);
    private static final OptionalLong WRONG_TOTAL = OptionalLong.of(1);
    private static final SectionDefinition ONE_EACH = limited(SEATS, 1);

    static Stream<Specification> purchases() {
        return Stream.of(
                spec("another request under a used id")
                        .given(opens(SEATS), buys("ada1", 1))
                        .when(buys("ada1", 2))
                        .thenRefused(REQUEST_ID_REUSED),
                spec("another request under the id of a refused one")
                        .given(opens(SEATS), buys("ada1", 7))
                        .when(buys("ada1", 2))
                        .thenRefused(REQUEST_ID_REUSED),
                spec("nothing is on sale").when(buys("ada1", 1)).thenRefused(UNKNOWN_SECTION),
                spec("sales are paused")
                        .given(opens(SEATS), pauses())
                        .when(buys("ada1", 1))
                        .thenRefused(SALES_PAUSED),
                spec("sales are closed")
                        .given(opens(SEATS), closes())
                        .when(buys("ada1", 1))
                        .thenRefused(SALES_CLOSED),
                spec("at the end of the sales window")
                        .given(opens(TEN_TO_TWENTY))
                        .when(20, buys("ada1", 1))
                        .thenRefused(SALES_CLOSED),
                spec("a millisecond before the sales window")
                        .given(opens(TEN_TO_TWENTY))
                        .when(9, buys("ada1", 1))
                        .thenRefused(SALES_NOT_OPEN),
                spec("no tickets").given(opens(SEATS)).when(buys("ada1", 0)).thenRefused(INVALID_QUANTITY),
                spec("fewer than no tickets")
                        .given(opens(SEATS))
                        .when(buys("ada1", -1))
                        .thenRefused(INVALID_QUANTITY),
                spec("more tickets than an order can have")
                        .given(opens(definition(0, 0, 1000)))
                        .when(buys("ada1", 101))
                        .thenRefused(INVALID_QUANTITY),
                spec("the most tickets that there are numbers for")
                        .given(opens(SEATS))
                        .when(buys("ada1", Integer.MAX_VALUE))
                        .thenRefused(INVALID_QUANTITY),
                spec("another quantity than seats are named")
                        .given(opens(SEATS))
                        .when(purchase("ada1", 3, List.of("A-1", "A-2"), OptionalLong.empty()))
                        .thenRefused(INVALID_QUANTITY),
                spec("seats that do not exist are named, the others are not")
                        .given(opens(SEATS))
                        .when(buysSeats(
                                "ada1", "A-1", "C-1", "A-6", "A-0", "A-01", "a-1", "A1", "", "-", "A-", "A-1-1"))
                        .thenRefused(UNKNOWN_SEAT, "C-1", "A-6", "A-0", "A-01", "a-1", "A1", "", "-", "A-", "A-1-1"),
                spec("a seat where there are none")
                        .given(opens(FLOOR))
                        .when(buysSeats("ada1", "A-1"))
                        .thenRefused(UNKNOWN_SEAT, "A-1"),
                spec("a seat twice")
                        .given(opens(SEATS))
                        .when(buysSeats("ada1", "A-1", "A-2", "A-1"))
                        .thenRefused(DUPLICATE_SEAT, "A-1"),
                spec("more than the limit")
                        .given(opens(SEATS))
                        .when(buys("ada1", 7))
                        .thenRefused(BUYER_LIMIT),
                spec("more than the limit, with what is held and sold")
                        .given(opens(SEATS), buys("ada1", 3), authorised("ada1", 1), buys("ada2", 2))
                        .when(buys("ada3", 2))
                        .thenRefused(BUYER_LIMIT),
                spec("more than the limit, with orders of the same number of tickets")
                        .given(opens(SEATS), buys("ada1", 3), buys("ada2", 3))
                        .when(buys("ada3", 1))
                        .thenRefused(BUYER_LIMIT),
                spec("another total than the buyer was shown")
                        .given(opens(SEATS))
                        .when(purchase("ada1", 2, List.of(), OptionalLong.of(8999)))
                        .thenRefused(PRICE_CHANGED),
                spec("all or nothing: taken seats are named")
                        .given(opens(SEATS), buysSeats("ada1", "A-2", "A-3"), authorised("ada1", 1))
                        .given(buysSeats("ben1", "A-4"))
                        .when(buysSeats("cy1", "A-1", "A-2", "A-4"))
                        .thenRefused(SEATS_TAKEN, "A-2", "A-4"),
                spec("fewer seats are free")
                        .given(opens(SEATS), buys("ada1", 6), buys("ben1", 3))
                        .when(buys("cy1", 2))
                        .thenRefused(SOLD_OUT),
                spec("fewer tickets are free")
                        .given(opens(FLOOR), buys("ada1", 6), buys("ben1", 3))
                        .when(buys("cy1", 2))
                        .thenRefused(SOLD_OUT));
    }

    /** Two reasons at once: the one that comes first in the order of checks is the answer. */
    static Stream<Specification> precedence() {
        return Stream.of(
                spec("REQUEST_ID_REUSED before UNKNOWN_SECTION")
                        .given(buys("ada1", 1))
                        .when(buys("ada1", 2))
                        .thenRefused(REQUEST_ID_REUSED),
                spec("REQUEST_ID_REUSED before SALES_PAUSED")
                        .given(opens(SEATS), buys("ada1", 1), pauses())
                        .when(buys("ada1", 2))
                        .thenRefused(REQUEST_ID_REUSED),
                spec("UNKNOWN_SECTION before INVALID_QUANTITY")
                        .when(buys("ada1", 0))
                        .thenRefused(UNKNOWN_SECTION),
                spec("SALES_PAUSED before SALES_CLOSED")
                        .given(opens(TEN_TO_TWENTY), pauses())
                        .when(20, buys("ada1", 1))
                        .thenRefused(SALES_PAUSED),
                spec("SALES_PAUSED before SALES_NOT_OPEN")
                        .given(opens(TEN_TO_TWENTY), pauses())
                        .when(9, buys("ada1", 1))
                        .thenRefused(SALES_PAUSED),
                spec("SALES_CLOSED before SALES_NOT_OPEN")
                        .given(opens(TEN_TO_TWENTY), closes())
                        .when(9, buys("ada1", 1))
                        .thenRefused(SALES_CLOSED),
                spec("SALES_PAUSED before INVALID_QUANTITY")
                        .given(opens(SEATS), pauses())
                        .when(buys("ada1", 0))
                        .thenRefused(SALES_PAUSED),
                spec("SALES_CLOSED before UNKNOWN_SEAT")
                        .given(opens(SEATS), closes())
                        .when(buysSeats("ada1", "Z-1"))
                        .thenRefused(SALES_CLOSED),
                spec("SALES_NOT_OPEN before DUPLICATE_SEAT")
                        .given(opens(TEN_TO_TWENTY))
                        .when(9, buysSeats("ada1", "A-1", "A-1"))
                        .thenRefused(SALES_NOT_OPEN),
                spec("INVALID_QUANTITY before UNKNOWN_SEAT")
                        .given(opens(SEATS))
                        .when(purchase("ada1", 2, List.of("Z-1"), OptionalLong.empty()))
                        .thenRefused(INVALID_QUANTITY),
                spec("INVALID_QUANTITY before BUYER_LIMIT")
                        .given(opens(SEATS))
                        .when(buys("ada1", 101))
                        .thenRefused(INVALID_QUANTITY),
                spec("UNKNOWN_SEAT before DUPLICATE_SEAT")
                        .given(opens(SEATS))
                        .when(buysSeats("ada1", "A-1", "A-1", "Z-1"))
                        .thenRefused(UNKNOWN_SEAT, "Z-1"),
                spec("DUPLICATE_SEAT before BUYER_LIMIT")
                        .given(opens(ONE_EACH))
                        .when(buysSeats("ada1", "A-1", "A-1"))
                        .thenRefused(DUPLICATE_SEAT, "A-1"),
                spec("BUYER_LIMIT before PRICE_CHANGED")
                        .given(opens(ONE_EACH))
                        .when(purchase("ada1", 2, List.of(), WRONG_TOTAL))
                        .thenRefused(BUYER_LIMIT),
                spec("BUYER_LIMIT before SEATS_TAKEN")
                        .given(opens(ONE_EACH), buysSeats("ada1", "A-1"))
                        .when(buysSeats("ada2", "A-1"))
                        .thenRefused(BUYER_LIMIT),
                spec("PRICE_CHANGED before SEATS_TAKEN")
                        .given(opens(SEATS), buysSeats("ada1", "A-1"))
                        .when(purchase("ben1", 0, List.of("A-1"), WRONG_TOTAL))
                        .thenRefused(PRICE_CHANGED),
                spec("PRICE_CHANGED before SOLD_OUT")
                        .given(opens(definition(0, 0, 1)), buys("ada1", 1))
                        .when(purchase("ben1", 1, List.of(), WRONG_TOTAL))
                        .thenRefused(PRICE_CHANGED),
                spec("SEATS_TAKEN before SOLD_OUT")
                        .given(opens(definition(1, 1, 0)), buysSeats("ada1", "A-1"))
                        .when(buysSeats("ben1", "A-1"))
                        .thenRefused(SEATS_TAKEN, "A-1"));
    }

    static Stream<Specification> otherCommands() {
        return Stream.of(
                spec("the same section again")
                        .given(opens(SEATS))
                        .when(opens(SEATS))
                        .thenRefused(ALREADY_OPEN),
                spec("another price")
                        .given(opens(SEATS))
                        .when(opens(priced(SEATS, 5000)))
                        .thenRefused(OPENED_DIFFERENTLY),
                spec("more rows, and another price")
                        .given(opens(SEATS))
                        .when(opens(priced(definition(3, 5, 0), 5000)))
                        .thenRefused(OPENED_DIFFERENTLY),
                spec("fewer rows")
                        .given(opens(SEATS))
                        .when(opens(definition(1, 5, 0)))
                        .thenRefused(OPENED_DIFFERENTLY),
                spec("longer rows")
                        .given(opens(SEATS))
                        .when(opens(definition(2, 6, 0)))
                        .thenRefused(OPENED_DIFFERENTLY),
                spec("more, shorter rows")
                        .given(opens(SEATS))
                        .when(opens(definition(3, 4, 0)))
                        .thenRefused(OPENED_DIFFERENTLY),
                spec("less general admission")
                        .given(opens(FLOOR))
                        .when(opens(definition(0, 0, 9)))
                        .thenRefused(OPENED_DIFFERENTLY),
                spec("general admission instead of seats")
                        .given(opens(SEATS))
                        .when(opens(definition(0, 0, 100)))
                        .thenRefused(OPENED_DIFFERENTLY),
                spec("neither seats nor general admission")
                        .when(opens(definition(0, 0, 0)))
                        .thenRefused(INVALID_DEFINITION),
                spec("both seats and general admission")
                        .when(opens(definition(2, 5, 10)))
                        .thenRefused(INVALID_DEFINITION),
                spec("rows without seats").when(opens(definition(2, 0, 0))).thenRefused(INVALID_DEFINITION),
                spec("seats without rows").when(opens(definition(0, 5, 10))).thenRefused(INVALID_DEFINITION),
                spec("a negative number of rows")
                        .when(opens(definition(-2, -5, 0)))
                        .thenRefused(INVALID_DEFINITION),
                spec("more seats than fit into an int")
                        .when(opens(definition(65_536, 65_536, 0)))
                        .thenRefused(INVALID_DEFINITION),
                spec("one seat too many")
                        .when(opens(definition(1, SectionDefinition.MAX_CAPACITY + 1, 0)))
                        .thenRefused(INVALID_DEFINITION),
                spec("one ticket too many")
                        .when(opens(definition(0, 0, SectionDefinition.MAX_CAPACITY + 1)))
                        .thenRefused(INVALID_DEFINITION),
                spec("a negative price").when(opens(priced(SEATS, -1))).thenRefused(INVALID_DEFINITION),
                spec("a price that totals could overflow with")
                        .when(opens(priced(SEATS, SectionDefinition.MAX_PRICE + 1)))
                        .thenRefused(INVALID_DEFINITION),
                spec("holds that end at once").when(opens(holding(SEATS, 0))).thenRefused(INVALID_DEFINITION),
                spec("holds that last too long")
                        .when(opens(holding(SEATS, SectionDefinition.MAX_HOLD_SECONDS + 1)))
                        .thenRefused(INVALID_DEFINITION),
                spec("nothing for anybody").when(opens(limited(SEATS, 0))).thenRefused(INVALID_DEFINITION),
                spec("an empty sales window").when(opens(window(SEATS, 10, 10))).thenRefused(INVALID_DEFINITION),
                spec("INVALID_DEFINITION before OPENED_DIFFERENTLY")
                        .given(opens(SEATS))
                        .when(opens(priced(SEATS, -1)))
                        .thenRefused(INVALID_DEFINITION),
                spec("sales of nothing").when(pauses()).thenRefused(UNKNOWN_SECTION),
                spec("a report on no order")
                        .given(opens(SEATS))
                        .when(authorised("ada1", 1))
                        .thenRefused(UNKNOWN_ORDER),
                spec("a retry of no order")
                        .given(opens(SEATS))
                        .when(retries("ada1", 0))
                        .thenRefused(UNKNOWN_ORDER),
                spec("a retry of somebody else's order")
                        .given(opens(SEATS), buys("ada1", 1), declined("ada1", 1, PaymentOperation.AUTHORISE))
                        .when(new Command.RetryPayment("ada1", "ben", "card", 1))
                        .thenRefused(UNKNOWN_ORDER),
                spec("cancelling no order")
                        .given(opens(SEATS))
                        .when(cancels("ada1"))
                        .thenRefused(UNKNOWN_ORDER),
                spec("cancelling somebody else's order")
                        .given(opens(SEATS), buys("ada1", 1))
                        .when(new Command.CancelOrder("ada1", "ben", CancelledBy.BUYER, ""))
                        .thenRefused(UNKNOWN_ORDER),
                spec("cancelling a refused order")
                        .given(opens(SEATS), buys("ada1", 0))
                        .when(cancels("ada1"))
                        .thenRefused(ORDER_ENDED),
                spec("cancelling an expired order")
                        .given(opens(SEATS), buys("ada1", 1))
                        .given(HOLD, expires("ada1"))
                        .when(organizerCancels("ada1"))
                        .thenRefused(ORDER_ENDED),
                spec("a retry of a sale")
                        .given(opens(SEATS), buys("ada1", 1), authorised("ada1", 1))
                        .when(retries("ada1", 0))
                        .thenRefused(ORDER_ENDED),
                spec("a retry while the payment is under way")
                        .given(opens(SEATS), buys("ada1", 1))
                        .when(retries("ada1", 0))
                        .thenRefused(NOT_DECLINED),
                spec("a retry of an attempt to come")
                        .given(opens(SEATS), buys("ada1", 1), declined("ada1", 1, PaymentOperation.AUTHORISE))
                        .when(retries("ada1", 2))
                        .thenRefused(NOT_DECLINED),
                spec("a buyer cancels a sale")
                        .given(opens(SEATS), buys("ada1", 1), authorised("ada1", 1))
                        .when(cancels("ada1"))
                        .thenRefused(NOT_REFUNDABLE),
                spec("a report on a refused order")
                        .given(opens(SEATS), buys("ada1", 0))
                        .when(authorised("ada1", 0))
                        .thenRefused(UNEXPECTED_REPORT),
                spec("a cancellation while the section is decided elsewhere")
                        .given(opens(SEATS), buys("ada1", 1), new Command.EnterFallback(1))
                        .when(cancels("ada1"))
                        .thenRefused(IN_FALLBACK),
                spec("a fallback that nobody entered")
                        .given(opens(SEATS))
                        .when(new Command.LeaveFallback(1, 1))
                        .thenRefused(NOT_ADOPTED));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"purchases", "precedence", "otherCommands"})
    void command_isRefused(Specification specification) {
        specification.verify();
    }

    @Test
    void tables_haveARow_forEveryReason() {
        Set<Reason> seen = Stream.of(purchases(), otherCommands())
                .flatMap(table -> table)
                .flatMap(row -> row.verify().stream())
                .flatMap(event -> switch (event) {
                    case Event.PurchaseRejected rejected -> Stream.of(rejected.reason());
                    case Event.CommandRejected rejected -> Stream.of(rejected.reason());
                    default -> Stream.empty();
                })
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Reason.class)));

        assertEquals(EnumSet.allOf(Reason.class), seen);
    }

    @Test
    void everything_staysAsItWas_whenARequestIdIsReused() {
        var world = new World();
        world.handle(opens(SEATS), NOON);
        world.handle(buys("ada1", 2), NOON);
        String before = world.fingerprint();

        world.handle(buys("ada1", 3), NOON + 1);

        assertEquals(before, world.fingerprint());
    }
}
