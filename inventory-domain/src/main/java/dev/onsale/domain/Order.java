package dev.onsale.domain;

import java.util.List;

/**
 * An order as decided so far. It is also the record by which a repeated request is recognised.
 *
 * @param seats its seats; of a rejection, the seats that were in the way
 * @param total price of all tickets, minor units
 * @param deadlineMillis when the hold ends, on the section's clock ({@link Section#clock})
 * @param attempt latest payment attempt; 0: none
 * @param reason why it was rejected, or the gateway's code of the latest decline
 * @param gatewayReference the gateway's id of the payment
 * @param purchase the command that made it
 * @param version version of the section after the latest change of this order
 */
public record Order(
        String orderId,
        String buyer,
        long requestHash,
        OrderState state,
        PaymentState payment,
        int attempt,
        List<String> seats,
        int quantity,
        long total,
        long deadlineMillis,
        String reason,
        String gatewayReference,
        Stamp purchase,
        long version) {

    /** Whether the order owns its seats. */
    public boolean owns() {
        return state == OrderState.HELD || state == OrderState.SOLD;
    }

    static Order held(Event.SeatsHeld held, long deadlineMillis, Stamp stamp, long version) {
        return new Order(
                held.orderId(),
                held.buyer(),
                held.requestHash(),
                OrderState.HELD,
                PaymentState.NONE,
                0,
                held.seats(),
                held.quantity(),
                held.total(),
                deadlineMillis,
                "",
                "",
                stamp,
                version);
    }

    static Order rejected(Event.PurchaseRejected rejected, Stamp stamp, long version) {
        return new Order(
                rejected.orderId(),
                rejected.buyer(),
                rejected.requestHash(),
                OrderState.REJECTED,
                PaymentState.NONE,
                0,
                rejected.seats(),
                0,
                0,
                0,
                rejected.reason().name(),
                "",
                stamp,
                version);
    }

    /** The order after an event of its own. @throws IllegalStateException when the event cannot follow */
    Order evolve(Event.OrderEvent event, long newVersion) {
        return switch (event) {
            case Event.SeatsHeld _, Event.PurchaseRejected _ -> throw impossible(event);
            case Event.PaymentRequested requested -> requested(requested).at(newVersion);
            case Event.PaymentDeclined declined -> declined(declined).at(newVersion);
            case Event.PaymentSettled settled -> settled(settled).at(newVersion);
            case Event.SeatsSold _ -> from(OrderState.HELD, event).to(OrderState.SOLD, newVersion);
            case Event.HoldExpired _ -> from(OrderState.HELD, event).to(OrderState.EXPIRED, newVersion);
            case Event.HoldCancelled _ -> from(OrderState.HELD, event).to(OrderState.CANCELLED, newVersion);
            case Event.SeatsRetaken _ -> from(OrderState.EXPIRED, event).to(OrderState.HELD, newVersion);
            case Event.OrderRefunded _ -> from(OrderState.SOLD, event).to(OrderState.REFUNDED, newVersion);
        };
    }

    private Order requested(Event.PaymentRequested requested) {
        return switch (requested.operation()) {
            case AUTHORISE -> {
                require(payment == PaymentState.NONE || payment == PaymentState.DECLINED, requested);
                require(requested.attempt() == attempt + 1, requested);
                yield with(PaymentState.AUTHORISING, requested.attempt(), "", gatewayReference);
            }
            case CAPTURE -> {
                require(payment == PaymentState.AUTHORISING, requested);
                yield with(PaymentState.CAPTURING, attempt, reason, requested.gatewayReference());
            }
            case VOID -> {
                require(payment == PaymentState.AUTHORISING || payment == PaymentState.CAPTURING, requested);
                yield with(PaymentState.VOIDING, attempt, reason, requested.gatewayReference());
            }
            case REFUND -> {
                require(payment == PaymentState.CAPTURED, requested);
                yield with(PaymentState.REFUNDING, attempt, reason, requested.gatewayReference());
            }
        };
    }

    private Order declined(Event.PaymentDeclined declined) {
        return switch (declined.operation()) {
            case AUTHORISE -> {
                require(payment == PaymentState.AUTHORISING, declined);
                yield with(PaymentState.DECLINED, attempt, declined.reason(), gatewayReference);
            }
            // The money stays authorised until the void that follows.
            case CAPTURE -> {
                require(payment == PaymentState.CAPTURING, declined);
                yield with(payment, attempt, declined.reason(), gatewayReference);
            }
            case VOID, REFUND -> with(PaymentState.FAILED, attempt, declined.reason(), gatewayReference);
        };
    }

    private Order settled(Event.PaymentSettled settled) {
        PaymentState after = switch (settled.operation()) {
            case AUTHORISE -> throw impossible(settled);
            case CAPTURE -> PaymentState.CAPTURED;
            case VOID -> PaymentState.VOIDED;
            case REFUND -> PaymentState.REFUNDED;
        };
        return with(after, attempt, reason, gatewayReference);
    }

    private Order from(OrderState before, Event event) {
        require(state == before, event);
        return this;
    }

    private void require(boolean possible, Event event) {
        if (!possible) {
            throw impossible(event);
        }
    }

    private IllegalStateException impossible(Event event) {
        return new IllegalStateException(event + " cannot follow " + this);
    }

    private Order to(OrderState newState, long newVersion) {
        return copy(newState, payment, attempt, reason, gatewayReference, newVersion);
    }

    private Order with(PaymentState newPayment, int newAttempt, String newReason, String newReference) {
        return copy(state, newPayment, newAttempt, newReason, newReference, version);
    }

    private Order at(long newVersion) {
        return copy(state, payment, attempt, reason, gatewayReference, newVersion);
    }

    private Order copy(
            OrderState newState,
            PaymentState newPayment,
            int newAttempt,
            String newReason,
            String newReference,
            long newVersion) {
        return new Order(
                orderId,
                buyer,
                requestHash,
                newState,
                newPayment,
                newAttempt,
                seats,
                quantity,
                total,
                deadlineMillis,
                newReason,
                newReference,
                purchase,
                newVersion);
    }
}
