package dev.onsale.domain;

import java.util.List;

/**
 * An order as decided so far. It is also the record by which a repeated request is recognised.
 *
 * @param seats its seats; of a rejection, the seats that were in the way
 * @param total price of all tickets, minor units
 * @param deadlineMillis when the hold ends, on the section's clock ({@link SectionState#clock})
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
            case Event.PaymentRequested requested -> requested(requested, newVersion);
            case Event.PaymentDeclined declined -> declined(declined, newVersion);
            case Event.PaymentSettled settled -> settled(settled, newVersion);
            case Event.SeatsSold e -> {
                require(payment == (total == 0 ? PaymentState.NONE : PaymentState.AUTHORISING), e);
                require(e.total() == total, e);
                yield move(OrderState.HELD, OrderState.SOLD, e, e.seats(), e.quantity(), newVersion);
            }
            case Event.HoldExpired e -> {
                require(payment == PaymentState.AUTHORISING || payment == PaymentState.DECLINED, e);
                yield move(OrderState.HELD, OrderState.EXPIRED, e, e.seats(), e.quantity(), newVersion);
            }
            case Event.HoldCancelled e -> {
                require(payment == PaymentState.AUTHORISING || payment == PaymentState.DECLINED, e);
                yield move(OrderState.HELD, OrderState.CANCELLED, e, e.seats(), e.quantity(), newVersion);
            }
            case Event.SeatsRetaken e -> {
                require(payment == PaymentState.AUTHORISING, e);
                yield move(OrderState.EXPIRED, OrderState.HELD, e, e.seats(), e.quantity(), newVersion);
            }
            case Event.OrderRefunded e -> {
                require(payment != PaymentState.AUTHORISING, e);
                yield move(OrderState.SOLD, OrderState.REFUNDED, e, e.seats(), e.quantity(), newVersion);
            }
        };
    }

    private Order requested(Event.PaymentRequested requested, long newVersion) {
        require(requested.amount() == total, requested);
        if (requested.operation() == PaymentOperation.AUTHORISE) {
            require(state == OrderState.HELD, requested);
            require(payment == PaymentState.NONE || payment == PaymentState.DECLINED, requested);
            require(requested.attempt() == attempt + 1, requested);
            return copy(state, PaymentState.AUTHORISING, requested.attempt(), "", gatewayReference, newVersion);
        }
        require(requested.attempt() == attempt, requested);
        PaymentState after = switch (requested.operation()) {
            case AUTHORISE -> throw impossible(requested);
            case CAPTURE -> {
                require(state == OrderState.SOLD && payment == PaymentState.AUTHORISING, requested);
                yield PaymentState.CAPTURING;
            }
            // An authorisation that came too late, or a capture that was refused.
            case VOID -> {
                require(!owns(), requested);
                require(payment == PaymentState.AUTHORISING || payment == PaymentState.CAPTURING, requested);
                yield PaymentState.VOIDING;
            }
            case REFUND -> {
                require(state == OrderState.REFUNDED && payment == PaymentState.CAPTURED, requested);
                yield PaymentState.REFUNDING;
            }
        };
        return copy(state, after, attempt, reason, requested.gatewayReference(), newVersion);
    }

    private Order declined(Event.PaymentDeclined declined, long newVersion) {
        require(payment == underWay(declined.operation()) && declined.attempt() == attempt, declined);
        PaymentState after = switch (declined.operation()) {
            case AUTHORISE -> {
                require(state != OrderState.SOLD, declined);
                yield PaymentState.DECLINED;
            }
            // The money stays authorised until the void that follows.
            case CAPTURE -> payment;
            case VOID, REFUND -> PaymentState.FAILED;
        };
        return copy(state, after, attempt, declined.reason(), gatewayReference, newVersion);
    }

    private Order settled(Event.PaymentSettled settled, long newVersion) {
        require(payment == underWay(settled.operation()) && settled.attempt() == attempt, settled);
        PaymentState after = switch (settled.operation()) {
            case AUTHORISE -> throw impossible(settled);
            case CAPTURE -> PaymentState.CAPTURED;
            case VOID -> PaymentState.VOIDED;
            case REFUND -> PaymentState.REFUNDED;
        };
        return copy(state, after, attempt, reason, gatewayReference, newVersion);
    }

    private static PaymentState underWay(PaymentOperation operation) {
        return switch (operation) {
            case AUTHORISE -> PaymentState.AUTHORISING;
            case CAPTURE -> PaymentState.CAPTURING;
            case VOID -> PaymentState.VOIDING;
            case REFUND -> PaymentState.REFUNDING;
        };
    }

    /** An event that moves seats names the order's own, all of them. */
    private Order move(
            OrderState before,
            OrderState after,
            Event event,
            List<String> movedSeats,
            int movedQuantity,
            long newVersion) {
        require(state == before && movedSeats.equals(seats) && movedQuantity == quantity, event);
        return copy(after, payment, attempt, reason, gatewayReference, newVersion);
    }

    private void require(boolean possible, Event event) {
        if (!possible) {
            throw impossible(event);
        }
    }

    private IllegalStateException impossible(Event event) {
        return new IllegalStateException(event + " cannot follow " + this);
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
