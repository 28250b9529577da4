package dev.onsale.system.linearizability;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.onsale.system.linearizability.Call.Kind;
import dev.onsale.system.linearizability.History.Refused;
import dev.onsale.system.linearizability.Told.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Histories of one seat that are known to be right or wrong. Times are milliseconds; a hold lasts a second. */
class HistoryTest {

    private static final String SEAT = "S/A-1";

    @Test
    void history_isExplained_whenBuyersCompeteAndOneWins() {
        assertExplained(
                buy("ada", 0, 20, Status.HELD),
                buy("bob", 5, 15, Status.REJECTED),
                read("ada", 30, 40, Status.SOLD),
                buy("cyd", 50, 60, Status.REJECTED));
    }

    @Test
    void history_isExplained_whenReadsOverlapTheChangeInEitherOrder() {
        assertExplained(
                buy("ada", 0, 10, Status.QUEUED),
                read("ada", 20, 60, Status.HELD),
                read("ada", 21, 61, Status.QUEUED),
                read("ada", 22, 62, Status.SOLD));
    }

    @Test
    void history_isExplained_whenACallWithoutAnswerTookEffectLate() {
        assertExplained(
                unanswered(Kind.BUY, "ada", 0),
                read("ada", 10, 20, Status.ABSENT),
                buy("bob", 30, 40, Status.REJECTED),
                read("ada", 50, 60, Status.HELD));
    }

    @Test
    void history_isExplained_whenACallWithoutAnswerTookNoEffect() {
        assertExplained(
                unanswered(Kind.BUY, "ada", 0), buy("bob", 30, 40, Status.HELD), read("ada", 50, 60, Status.ABSENT));
    }

    @Test
    void history_isExplained_whenASeatIsFreedByExpiryOrByCancellation() {
        assertExplained(
                buy("ada", 0, 10, Status.HELD),
                buy("bob", 1_010, 1_020, Status.HELD),
                read("ada", 1_100, 1_110, Status.EXPIRED),
                unanswered(Kind.CANCEL, "bob", 1_200),
                buy("cyd", 1_210, 1_220, Status.SOLD),
                read("bob", 1_230, 1_240, Status.CANCELLED));
    }

    @Test
    void history_isExplained_whenALatePaymentRetakesAFreeSeat() {
        assertExplained(
                buy("ada", 0, 10, Status.HELD),
                read("ada", 1_100, 1_110, Status.EXPIRED),
                read("ada", 1_200, 1_210, Status.SOLD),
                buy("bob", 1_300, 1_310, Status.REJECTED));
    }

    @Test
    void history_isExplained_whenAnInstanceThatDoesNotHoldTheOrderSaysThatItIsAccepted() {
        assertExplained(
                buy("ada", 0, 10, Status.HELD), buy("ada", 20, 30, Status.QUEUED), read("ada", 40, 50, Status.HELD));
    }

    @Test
    void seat_isRefused_whenSoldToTwoBuyers() {
        assertRefused(
                "seat " + SEAT,
                3,
                buy("ada", 0, 10, Status.SOLD),
                buy("bob", 5, 15, Status.QUEUED),
                read("bob", 20, 30, Status.SOLD),
                read("ada", 40, 50, Status.SOLD));
    }

    @Test
    void seat_isRefused_whenHeldForTwoBuyersAtOnce() {
        assertRefused("seat " + SEAT, 2, buy("ada", 0, 10, Status.HELD), buy("bob", 500, 510, Status.HELD));
    }

    @Test
    void seat_isRefused_whenAHoldEndsBeforeItsTime() {
        assertRefused("seat " + SEAT, 2, buy("ada", 0, 10, Status.HELD), read("ada", 800, 810, Status.EXPIRED));
    }

    @Test
    void seat_isRefused_whenABuyerIsSentAwayFromASeatThatWasFreeAllTheTime() {
        assertRefused(
                "seat " + SEAT,
                3,
                buy("ada", 0, 10, Status.HELD),
                cancel("ada", 20, 30, Status.CANCELLED),
                buy("bob", 40, 50, Status.REJECTED));
    }

    @Test
    void order_isRefused_whenItsStatusGoesBack() {
        assertRefused(
                "order ada",
                3,
                buy("ada", 0, 10, Status.QUEUED),
                read("ada", 15, 18, Status.HELD),
                read("ada", 20, 30, Status.SOLD),
                read("ada", 40, 50, Status.HELD));
    }

    @Test
    void order_isRefused_whenALaterReadDoesNotSeeWhatAnEarlierAnswerSaid() {
        assertRefused("order ada", 2, buy("ada", 0, 10, Status.HELD), read("ada", 11, 20, Status.QUEUED));
    }

    @Test
    void order_isRefused_whenAnAcceptedPurchaseIsLost() {
        assertRefused("order ada", 2, buy("ada", 0, 10, Status.QUEUED), read("ada", 11, 20, Status.ABSENT));
    }

    @Test
    void order_isRefused_whenItIsCancelledUnasked() {
        assertRefused("order ada", 2, buy("ada", 0, 10, Status.HELD), read("ada", 20, 30, Status.CANCELLED));
    }

    @Test
    void order_isRefused_whenTheSameRequestHasTwoIds() {
        assertRefused(
                "order ada",
                2,
                buy("ada", 0, 10, Status.HELD),
                call(Kind.BUY, "ada", 20, 30, new Told("another", Status.HELD, List.of(SEAT), "")));
    }

    @Test
    void order_isRefused_whenTheSameRequestHasTwoAnswers() {
        assertRefused(
                "order ada",
                2,
                buy("ada", 0, 10, Status.REJECTED),
                call(Kind.BUY, "ada", 20, 30, new Told("id-ada", Status.REJECTED, List.of(), "SALES_PAUSED")));
    }

    @Test
    void order_isRefused_whenItHasOtherSeatsThanAskedFor() {
        assertRefused(
                "order ada", 1, call(Kind.BUY, "ada", 0, 10, new Told("id-ada", Status.HELD, List.of("S/A-2"), "")));
    }

    private static void assertExplained(Call... calls) {
        assertEquals(List.of(), new History(List.of(calls), Duration.ofSeconds(1)).refused());
    }

    /** @param size number of calls in the shortest contradiction */
    private static void assertRefused(String about, int size, Call... calls) {
        List<Refused> refused = new History(List.of(calls), Duration.ofSeconds(1)).refused();
        Refused first = refused.stream()
                .filter(it -> it.about().equals(about))
                .findFirst()
                .orElseThrow(() -> new AssertionError(about + " is explained; refused are " + refused));
        assertEquals(size, first.calls().size(), first::toString);
    }

    private static Call buy(String order, int from, int to, Status status) {
        return call(Kind.BUY, order, from, to, status);
    }

    private static Call read(String order, int from, int to, Status status) {
        return call(Kind.READ, order, from, to, status);
    }

    private static Call cancel(String order, int from, int to, Status status) {
        return call(Kind.CANCEL, order, from, to, status);
    }

    private static Call call(Kind kind, String order, int from, int to, Status status) {
        boolean decided = status.compareTo(Status.QUEUED) > 0;
        return call(
                kind,
                order,
                from,
                to,
                new Told(
                        status == Status.ABSENT ? "" : "id-" + order,
                        status,
                        decided ? List.of(SEAT) : List.of(),
                        status == Status.REJECTED ? "SEATS_TAKEN" : ""));
    }

    private static Call call(Kind kind, String order, int from, int to, Told told) {
        return new Call(kind, "caller", order, List.of(SEAT), millis(from), millis(to), Optional.of(told));
    }

    private static Call unanswered(Kind kind, String order, int from) {
        return new Call(kind, "caller", order, List.of(SEAT), millis(from), Operation.NEVER, Optional.empty());
    }

    private static long millis(int time) {
        return Duration.ofMillis(time).toNanos();
    }
}
