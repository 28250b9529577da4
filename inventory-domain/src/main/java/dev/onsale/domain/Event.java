package dev.onsale.domain;

import java.util.List;

/** What was decided. Money is in minor units; {@code seats} is empty for general admission. */
public sealed interface Event {

    /** An event of one order. */
    sealed interface OrderEvent extends Event {
        String orderId();
    }

    /** The section is on sale, or has grown. */
    record SectionOpened(SectionDefinition definition) implements Event {}

    /**
     * An order holds seats.
     *
     * @param holdEndsAtMillis when the hold ends unless sales are paused meanwhile, epoch milliseconds
     */
    record SeatsHeld(
            String orderId,
            String buyer,
            List<String> seats,
            int quantity,
            long total,
            long holdEndsAtMillis,
            long requestHash)
            implements OrderEvent {}

    /** A purchase was refused; {@code seats} are those that were in the way, as asked for. */
    record PurchaseRejected(String orderId, String buyer, Reason reason, List<String> seats, long requestHash)
            implements OrderEvent {}

    /** A payment worker shall do something. */
    record PaymentRequested(
            String orderId,
            PaymentOperation operation,
            int attempt,
            long amount,
            String paymentToken,
            String gatewayReference)
            implements OrderEvent {}

    /** A payment operation failed for certain. */
    record PaymentDeclined(String orderId, PaymentOperation operation, int attempt, String reason)
            implements OrderEvent {}

    /** A payment operation succeeded. */
    record PaymentSettled(String orderId, PaymentOperation operation, int attempt, long amount, String gatewayReference)
            implements OrderEvent {}

    /** The order is paid for: authorised, to be captured. */
    record SeatsSold(String orderId, List<String> seats, int quantity, long total) implements OrderEvent {}

    /** A hold ended unpaid. */
    record HoldExpired(String orderId, List<String> seats, int quantity) implements OrderEvent {}

    /** A hold was given up. */
    record HoldCancelled(String orderId, List<String> seats, int quantity, CancelledBy by) implements OrderEvent {}

    /** An authorisation came after the hold had ended and the seats were still free. */
    record SeatsRetaken(String orderId, List<String> seats, int quantity) implements OrderEvent {}

    /** A sale was undone; the money follows by {@link PaymentRequested}. */
    record OrderRefunded(String orderId, List<String> seats, int quantity, String reason) implements OrderEvent {}

    /**
     * Sales were opened, paused or closed.
     *
     * @param pausedMillis for how long clocks of holds stood still, without a pause that begins now
     */
    record SalesStateChanged(SalesState state, long pausedMillis, String note) implements Event {}

    /**
     * Payments were stopped, or go on.
     *
     * @param pausedMillis for how long clocks of holds stood still, without a pause that begins now
     */
    record PaymentsStateChanged(PaymentsState state, long pausedMillis, String note) implements Event {}

    /** The section is decided elsewhere from here on. */
    record FallbackEntered(long epoch) implements Event {}

    /** The section is decided here again; all that was decided elsewhere has been adopted. */
    record FallbackLeft(long epoch) implements Event {}

    /**
     * A command other than a purchase was refused, or any command because it is not decided here now; {@code orderId} is the
     * order it concerned, or empty.
     */
    record CommandRejected(String orderId, Reason reason) implements Event {}
}
