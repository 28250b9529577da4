package dev.onsale.domain;

import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/**
 * The words of the tables. An order is named after its buyer and a number: {@code ada1} is ada's first. Tickets cost 45.00,
 * a hold lasts 300 seconds, and a buyer may have 6.
 */
final class Story {

    static final long NOON = Instant.parse("2026-12-01T12:00:00Z").toEpochMilli();
    static final long HOLD = 300_000;
    static final long PRICE = 4500;

    /** Two rows of five: and B-1 to B-5. */
    static final SectionDefinition SEATS = definition(2, 5, 0);
    /** Ten tickets without seats. */
    static final SectionDefinition FLOOR = definition(0, 0, 10);

    private Story() {}

    static SectionDefinition definition(int rows, int seatsPerRow, int generalAdmission) {
        return new SectionDefinition(
                "Rock Night",
                "EUR",
                rows,
                seatsPerRow,
                generalAdmission,
                PRICE,
                300,
                6,
                OptionalLong.empty(),
                OptionalLong.empty());
    }

    static SectionDefinition priced(SectionDefinition d, long price) {
        return new SectionDefinition(
                d.eventName(),
                d.currency(),
                d.rows(),
                d.seatsPerRow(),
                d.generalAdmission(),
                price,
                d.holdSeconds(),
                d.maxPerBuyer(),
                d.salesOpenMillis(),
                d.salesCloseMillis());
    }

    static SectionDefinition holding(SectionDefinition d, int holdSeconds) {
        return new SectionDefinition(
                d.eventName(),
                d.currency(),
                d.rows(),
                d.seatsPerRow(),
                d.generalAdmission(),
                d.price(),
                holdSeconds,
                d.maxPerBuyer(),
                d.salesOpenMillis(),
                d.salesCloseMillis());
    }

    static SectionDefinition limited(SectionDefinition d, int maxPerBuyer) {
        return new SectionDefinition(
                d.eventName(),
                d.currency(),
                d.rows(),
                d.seatsPerRow(),
                d.generalAdmission(),
                d.price(),
                d.holdSeconds(),
                maxPerBuyer,
                d.salesOpenMillis(),
                d.salesCloseMillis());
    }

    /** On sale from and until a time, in milliseconds after noon. */
    static SectionDefinition window(SectionDefinition d, long from, long until) {
        return new SectionDefinition(
                d.eventName(),
                d.currency(),
                d.rows(),
                d.seatsPerRow(),
                d.generalAdmission(),
                d.price(),
                d.holdSeconds(),
                d.maxPerBuyer(),
                OptionalLong.of(NOON + from),
                OptionalLong.of(NOON + until));
    }

    static String buyer(String orderId) {
        return orderId.replaceAll("\\d+$", "");
    }

    static Command opens(SectionDefinition definition) {
        return new Command.OpenSection(definition);
    }

    /** Best available, or general admission. */
    static Command.Purchase buys(String orderId, int quantity) {
        return purchase(orderId, quantity, List.of(), OptionalLong.empty());
    }

    static Command.Purchase buysSeats(String orderId, String... seats) {
        return purchase(orderId, 0, List.of(seats), OptionalLong.empty());
    }

    static Command.Purchase purchase(String orderId, int quantity, List<String> seats, OptionalLong expectedTotal) {
        long hash = List.of(quantity, seats, expectedTotal).hashCode();
        return new Command.Purchase(
                orderId,
                buyer(orderId),
                hash,
                quantity,
                seats,
                SeatPreference.CONTIGUOUS,
                expectedTotal,
                token(orderId, 1));
    }

    private static String token(String orderId, int attempt) {
        return "card-" + attempt + "-of-" + orderId;
    }

    private static String intent(String orderId, int attempt) {
        return "pi-" + orderId + "-" + attempt;
    }

    static Command reports(String orderId, int attempt, PaymentOperation operation, PaymentOutcome outcome) {
        return reports(orderId, attempt, operation, outcome, 0);
    }

    private static Command reports(
            String orderId, int attempt, PaymentOperation operation, PaymentOutcome outcome, long amount) {
        return new Command.PaymentReported(
                orderId,
                attempt,
                operation,
                outcome,
                outcome == PaymentOutcome.SUCCEEDED ? "" : "no_" + operation,
                outcome == PaymentOutcome.CONFLICT ? "" : intent(orderId, attempt),
                amount);
    }

    static Command authorised(String orderId, int attempt) {
        return reports(orderId, attempt, PaymentOperation.AUTHORISE, PaymentOutcome.SUCCEEDED);
    }

    static Command declined(String orderId, int attempt, PaymentOperation operation) {
        return reports(orderId, attempt, operation, PaymentOutcome.DECLINED);
    }

    static Command conflict(String orderId, int attempt) {
        return reports(orderId, attempt, PaymentOperation.AUTHORISE, PaymentOutcome.CONFLICT);
    }

    static Command captured(String orderId, int attempt, long amount) {
        return reports(orderId, attempt, PaymentOperation.CAPTURE, PaymentOutcome.SUCCEEDED, amount);
    }

    static Command voided(String orderId, int attempt) {
        return reports(orderId, attempt, PaymentOperation.VOID, PaymentOutcome.SUCCEEDED);
    }

    static Command refunded(String orderId, int attempt, long amount) {
        return reports(orderId, attempt, PaymentOperation.REFUND, PaymentOutcome.SUCCEEDED, amount);
    }

    /** @param declinedAttempt 0: the latest */
    static Command retries(String orderId, int declinedAttempt) {
        return new Command.RetryPayment(orderId, buyer(orderId), token(orderId, declinedAttempt + 1), declinedAttempt);
    }

    static Command cancels(String orderId) {
        return new Command.CancelOrder(orderId, buyer(orderId), CancelledBy.BUYER, "");
    }

    static Command organizerCancels(String orderId) {
        return new Command.CancelOrder(orderId, "", CancelledBy.ORGANIZER, "cancelled by us");
    }

    static Command pauses() {
        return new Command.SetSales(SalesState.PAUSED, "");
    }

    static Command resumes() {
        return new Command.SetSales(SalesState.OPEN, "");
    }

    static Command closes() {
        return new Command.SetSales(SalesState.CLOSED, "");
    }

    static Command expires(String... orderIds) {
        return new Command.ExpireHolds(List.of(orderIds).stream()
                .map(orderId -> new Command.HoldReference(orderId, 1))
                .toList());
    }

    /** Seats held at a price of 45.00 each, until a time in milliseconds after noon. */
    static Event held(Command.Purchase purchase, long until, String... seats) {
        return held(purchase, until, PRICE * seats.length, seats.length, seats);
    }

    static Event held(Command.Purchase purchase, long until, long total, int quantity, String... seats) {
        return new Event.SeatsHeld(
                purchase.orderId(),
                purchase.buyer(),
                List.of(seats),
                quantity,
                total,
                NOON + until,
                purchase.requestHash());
    }

    static Event asksAuthorise(String orderId, int attempt, long amount) {
        return new Event.PaymentRequested(
                orderId, PaymentOperation.AUTHORISE, attempt, amount, token(orderId, attempt), "");
    }

    static Event asks(PaymentOperation operation, String orderId, int attempt, long amount) {
        return new Event.PaymentRequested(orderId, operation, attempt, amount, "", intent(orderId, attempt));
    }

    static Event refused(PaymentOperation operation, String orderId, int attempt) {
        return new Event.PaymentDeclined(orderId, operation, attempt, "no_" + operation);
    }

    static Event settled(PaymentOperation operation, String orderId, int attempt, long amount) {
        return new Event.PaymentSettled(orderId, operation, attempt, amount, intent(orderId, attempt));
    }

    static Event sold(String orderId, String... seats) {
        return new Event.SeatsSold(orderId, List.of(seats), seats.length, PRICE * seats.length);
    }

    static Event expired(String orderId, String... seats) {
        return new Event.HoldExpired(orderId, List.of(seats), seats.length);
    }

    static Event cancelled(String orderId, CancelledBy by, String... seats) {
        return new Event.HoldCancelled(orderId, List.of(seats), seats.length, by);
    }

    static Event retaken(String orderId, String... seats) {
        return new Event.SeatsRetaken(orderId, List.of(seats), seats.length);
    }

    static Event undone(String orderId, String reason, String... seats) {
        return new Event.OrderRefunded(orderId, List.of(seats), seats.length, reason);
    }

    static Command stopsPayments() {
        return new Command.SetPayments(PaymentsState.STOPPED, "");
    }

    static Command resumesPayments() {
        return new Command.SetPayments(PaymentsState.RUNNING, "");
    }

    static Event paymentsAre(PaymentsState state, long pausedMillis) {
        return new Event.PaymentsStateChanged(state, pausedMillis, "");
    }

    /** @param pausedMillis for how long clocks of holds have stood still */
    static Event salesAre(SalesState state, long pausedMillis) {
        return new Event.SalesStateChanged(state, pausedMillis, "");
    }
}
