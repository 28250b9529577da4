package dev.onsale.payments.violation;

/** Violates an arrow of the module table on purpose, so that the rule is known to fire. */
public final class PaymentsUseOrders {
    public final Class<?> forbidden = dev.onsale.orders.OrderService.class;
}
