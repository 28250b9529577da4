package dev.onsale.inventory.wire;

import dev.onsale.domain.CancelledBy;
import dev.onsale.domain.OrderState;
import dev.onsale.domain.PaymentOperation;
import dev.onsale.domain.PaymentOutcome;
import dev.onsale.domain.PaymentState;
import dev.onsale.domain.PaymentsState;
import dev.onsale.domain.Reason;
import dev.onsale.domain.SalesState;
import dev.onsale.domain.SeatPreference;

/**
 * Symbols between the wire and the domain. They bear the same names on both sides; a test holds the two together. UNKNOWN, the
 * stand-in for a symbol of a newer schema, never gets past {@link Intake}; in an event, it is an {@link
 * IllegalArgumentException} that names it.
 */
final class Enums {

    private Enums() {}

    static SeatPreference preference(dev.onsale.wire.SeatPreference wire) {
        return SeatPreference.valueOf(wire.name());
    }

    static PaymentOperation operation(dev.onsale.wire.PaymentOperation wire) {
        return PaymentOperation.valueOf(wire.name());
    }

    static dev.onsale.wire.PaymentOperation operation(PaymentOperation domain) {
        return dev.onsale.wire.PaymentOperation.valueOf(domain.name());
    }

    static PaymentOutcome outcome(dev.onsale.wire.PaymentOutcome wire) {
        return PaymentOutcome.valueOf(wire.name());
    }

    static CancelledBy by(dev.onsale.wire.CancelledBy wire) {
        return CancelledBy.valueOf(wire.name());
    }

    static dev.onsale.wire.CancelledBy by(CancelledBy domain) {
        return dev.onsale.wire.CancelledBy.valueOf(domain.name());
    }

    static SalesState sales(dev.onsale.wire.SalesState wire) {
        return SalesState.valueOf(wire.name());
    }

    static dev.onsale.wire.SalesState sales(SalesState domain) {
        return dev.onsale.wire.SalesState.valueOf(domain.name());
    }

    static PaymentsState payments(dev.onsale.wire.PaymentsState wire) {
        return PaymentsState.valueOf(wire.name());
    }

    static dev.onsale.wire.PaymentsState payments(PaymentsState domain) {
        return dev.onsale.wire.PaymentsState.valueOf(domain.name());
    }

    static OrderState orderState(dev.onsale.wire.OrderState wire) {
        return OrderState.valueOf(wire.name());
    }

    static dev.onsale.wire.OrderState orderState(OrderState domain) {
        return dev.onsale.wire.OrderState.valueOf(domain.name());
    }

    static PaymentState paymentState(dev.onsale.wire.PaymentState wire) {
        return PaymentState.valueOf(wire.name());
    }

    static dev.onsale.wire.PaymentState paymentState(PaymentState domain) {
        return dev.onsale.wire.PaymentState.valueOf(domain.name());
    }

    static Reason reason(dev.onsale.wire.Reason wire) {
        return Reason.valueOf(wire.name());
    }

    static dev.onsale.wire.Reason reason(Reason domain) {
        return dev.onsale.wire.Reason.valueOf(domain.name());
    }
}
