package dev.onsale.domain;

import dev.onsale.domain.Decision.Accepted;
import dev.onsale.domain.Decision.Rejected;

/**
 * The saga of an order's money: authorise, then sell the seats, then capture. An authorisation that comes too late takes
 * the same seats again if they are free, else it is voided. Only the decider makes attempt numbers, a new one only after a
 * definite decline.
 */
final class PaymentRules {

    private PaymentRules() {}

    static Decision reported(Section section, Command.PaymentReported report) {
        Order order = section.order(report.orderId()).orElse(null);
        if (order == null) {
            return Rejected.because(Reason.UNKNOWN_ORDER);
        }
        if (report.attempt() != order.attempt()) {
            return otherAttempt(order, report);
        }
        boolean succeeded = report.outcome() == PaymentOutcome.SUCCEEDED;
        return switch (report.operation()) {
            case AUTHORISE ->
                switch (order.payment()) {
                    case AUTHORISING -> authorised(section, order, report);
                    case NONE -> repeatedUnless(true);
                    case DECLINED -> repeatedUnless(succeeded);
                    // Nothing of this can come about without an authorisation.
                    case CAPTURING, CAPTURED, VOIDING, VOIDED, REFUNDING, REFUNDED, FAILED ->
                        repeatedUnless(!succeeded);
                };
            case CAPTURE ->
                switch (order.payment()) {
                    case CAPTURING -> captured(order, report);
                    case NONE, AUTHORISING, DECLINED -> repeatedUnless(true);
                    case CAPTURED, REFUNDING, REFUNDED -> repeatedUnless(!succeeded);
                    // Voided because the capture was refused, or without one.
                    case VOIDING, VOIDED -> repeatedUnless(succeeded || order.state() != OrderState.REFUNDED);
                    // A refund failed, so the capture had succeeded; or a void, so it had not.
                    case FAILED -> repeatedUnless(order.state() != OrderState.REFUNDED);
                };
            case VOID ->
                switch (order.payment()) {
                    case VOIDING -> undone(report);
                    case VOIDED -> repeatedUnless(!succeeded);
                    case FAILED -> repeatedUnless(succeeded);
                    case NONE, AUTHORISING, DECLINED, CAPTURING, CAPTURED, REFUNDING, REFUNDED -> repeatedUnless(true);
                };
            case REFUND ->
                switch (order.payment()) {
                    case REFUNDING -> undone(report);
                    case REFUNDED -> repeatedUnless(!succeeded);
                    case FAILED -> repeatedUnless(succeeded);
                    case NONE, AUTHORISING, DECLINED, CAPTURING, CAPTURED, VOIDING, VOIDED -> repeatedUnless(true);
                };
        };
    }

    /** Earlier attempts were all declined; anything else said of them, or of a later attempt, contradicts the log. */
    private static Decision otherAttempt(Order order, Command.PaymentReported report) {
        boolean earlier = report.attempt() >= 1 && report.attempt() < order.attempt();
        boolean declined =
                report.operation() == PaymentOperation.AUTHORISE && report.outcome() != PaymentOutcome.SUCCEEDED;
        return repeatedUnless(!(earlier && declined));
    }

    private static Decision repeatedUnless(boolean unexpected) {
        return unexpected ? Rejected.because(Reason.UNEXPECTED_REPORT) : Accepted.of();
    }

    private static Decision authorised(Section section, Order order, Command.PaymentReported report) {
        if (report.outcome() != PaymentOutcome.SUCCEEDED) {
            return Accepted.of(declined(report));
        }
        Event sold = new Event.SeatsSold(order.orderId(), order.seats(), order.quantity(), order.total());
        Event capture = request(order, PaymentOperation.CAPTURE, report.gatewayReference());
        return switch (order.state()) {
            case HELD -> Accepted.of(sold, capture);
            case EXPIRED ->
                canRetake(section, order)
                        ? Accepted.of(
                                new Event.SeatsRetaken(order.orderId(), order.seats(), order.quantity()), sold, capture)
                        : Accepted.of(request(order, PaymentOperation.VOID, report.gatewayReference()));
            case CANCELLED -> Accepted.of(request(order, PaymentOperation.VOID, report.gatewayReference()));
            case REJECTED, SOLD, REFUNDED ->
                throw new IllegalStateException("an authorisation is under way for " + order);
        };
    }

    private static boolean canRetake(Section section, Order order) {
        int limit = section.definition().orElseThrow().maxPerBuyer();
        return section.ticketsOf(order.buyer()) + order.quantity() <= limit
                && section.free() >= order.quantity()
                && order.seats().stream().noneMatch(section.seats()::isTaken);
    }

    private static Decision captured(Order order, Command.PaymentReported report) {
        boolean sold = order.state() == OrderState.SOLD;
        if (report.outcome() == PaymentOutcome.SUCCEEDED) {
            // Refunded by the organizer while the capture was under way: now the money goes back.
            return sold
                    ? Accepted.of(settled(report))
                    : Accepted.of(settled(report), request(order, PaymentOperation.REFUND));
        }
        Event release = request(order, PaymentOperation.VOID);
        return sold
                ? Accepted.of(
                        declined(report),
                        new Event.OrderRefunded(order.orderId(), order.seats(), order.quantity(), "capture_failed"),
                        release)
                : Accepted.of(declined(report), release);
    }

    private static Decision undone(Command.PaymentReported report) {
        return Accepted.of(report.outcome() == PaymentOutcome.SUCCEEDED ? settled(report) : declined(report));
    }

    static Decision retry(Section section, Command.RetryPayment retry) {
        Order order = section.order(retry.orderId()).orElse(null);
        if (order == null || !order.buyer().equals(retry.buyer())) {
            return Rejected.because(Reason.UNKNOWN_ORDER);
        }
        int answered = retry.declinedAttempt();
        if (answered > 0 && answered < order.attempt()) {
            return Accepted.of();
        }
        if (order.state() != OrderState.HELD) {
            return Rejected.because(Reason.ORDER_ENDED);
        }
        if (order.payment() != PaymentState.DECLINED || answered > order.attempt()) {
            return Rejected.because(Reason.NOT_DECLINED);
        }
        return Accepted.of(new Event.PaymentRequested(
                order.orderId(),
                PaymentOperation.AUTHORISE,
                order.attempt() + 1,
                order.total(),
                retry.paymentToken(),
                ""));
    }

    static Event request(Order order, PaymentOperation operation) {
        return request(order, operation, order.gatewayReference());
    }

    private static Event request(Order order, PaymentOperation operation, String gatewayReference) {
        return new Event.PaymentRequested(
                order.orderId(), operation, order.attempt(), order.total(), "", gatewayReference);
    }

    private static Event declined(Command.PaymentReported report) {
        return new Event.PaymentDeclined(report.orderId(), report.operation(), report.attempt(), report.reason());
    }

    private static Event settled(Command.PaymentReported report) {
        return new Event.PaymentSettled(
                report.orderId(), report.operation(), report.attempt(), report.amount(), report.gatewayReference());
    }
}
