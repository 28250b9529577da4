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
            return earlierAttempt(order, report);
        }
        return switch (report.operation()) {
            case AUTHORISE ->
                switch (order.payment()) {
                    case AUTHORISING -> authorised(section, order, report);
                    case DECLINED -> repeatedUnless(report.outcome() == PaymentOutcome.SUCCEEDED);
                    default -> Accepted.of();
                };
            case CAPTURE ->
                switch (order.payment()) {
                    case CAPTURING -> captured(order, report);
                    case NONE, AUTHORISING, DECLINED -> Rejected.because(Reason.UNEXPECTED_REPORT);
                    default -> Accepted.of();
                };
            case VOID ->
                order.payment() == PaymentState.VOIDING
                        ? undone(report)
                        : repeatedUnless(
                                order.payment() != PaymentState.VOIDED && order.payment() != PaymentState.FAILED);
            case REFUND ->
                order.payment() == PaymentState.REFUNDING
                        ? undone(report)
                        : repeatedUnless(
                                order.payment() != PaymentState.REFUNDED && order.payment() != PaymentState.FAILED);
        };
    }

    /** Earlier attempts were all declined; anything else said of them, or of a later attempt, contradicts the log. */
    private static Decision earlierAttempt(Order order, Command.PaymentReported report) {
        return repeatedUnless(report.attempt() > order.attempt()
                || report.attempt() < 1
                || report.outcome() == PaymentOutcome.SUCCEEDED);
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
