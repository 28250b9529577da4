package dev.onsale.domain;

import java.util.List;
import java.util.OptionalLong;

/** Everything that can change a section. Money is in minor units. */
public sealed interface Command {

    /** The organizer puts the section on sale, or adds seats to it. */
    record OpenSection(SectionDefinition definition) implements Command {}

    /**
     * A buyer wants tickets.
     *
     * @param requestHash tells a repeated request from a reused id
     * @param quantity number of tickets; 0 or the number of seats when seats are named
     * @param seats seats by name; empty: best available, or general admission
     * @param expectedTotal what the buyer was shown
     */
    record Purchase(
            String orderId,
            String buyer,
            long requestHash,
            int quantity,
            List<String> seats,
            SeatPreference preference,
            OptionalLong expectedTotal,
            String paymentToken)
            implements Command {}

    /** A payment worker reports how an operation ended. */
    record PaymentReported(
            String orderId,
            int attempt,
            PaymentOperation operation,
            PaymentOutcome outcome,
            String reason,
            String gatewayReference,
            long amount)
            implements Command {}

    /**
     * The buyer offers another means of payment.
     *
     * @param declinedAttempt the declined attempt that this answers; 0: the latest
     */
    record RetryPayment(String orderId, String buyer, String paymentToken, int declinedAttempt) implements Command {}

    /** Gives up a hold or, by the organizer, undoes a sale. */
    record CancelOrder(String orderId, String buyer, CancelledBy by, String note) implements Command {}

    /**
     * The clock noticed holds that seem due. What ends them is the command's timestamp, as with any other command; the
     * references say what the clock saw.
     */
    record ExpireHolds(List<HoldReference> holds) implements Command {}

    /** A hold as it was when the clock noticed it. */
    record HoldReference(String orderId, long version) {}

    /** Opens, pauses or closes sales. */
    record SetSales(SalesState state, String note) implements Command {}

    /** Says that payment requests are not executed for now, or are again. */
    record SetPayments(PaymentsState state, String note) implements Command {}

    /** What goes on between the log and whoever decides a section while its decider is away. */
    sealed interface FallbackCommand extends Command {}

    /** From here on the section is decided elsewhere; whoever does so sends what it decided as {@link Adopt}. */
    record EnterFallback(long epoch) implements FallbackCommand {}

    /**
     * All that was decided elsewhere is in the log, and the section is decided here again.
     *
     * @param version version of the section where it was decided, after the last decision
     */
    record LeaveFallback(long epoch, long version) implements FallbackCommand {}

    /**
     * A command that was decided elsewhere, with the proof that it could be: the state it met and what came of it. It is
     * decided once more, at the time of then, and must come out the same.
     *
     * @param epoch number of the fallback in which it was decided
     * @param base version of the section, where it was decided, when the fallback had been entered
     * @param version version of the section that the decision met
     * @param events what was decided
     */
    record Adopt(Command decided, long epoch, long base, long version, List<Event> events) implements FallbackCommand {}
}
