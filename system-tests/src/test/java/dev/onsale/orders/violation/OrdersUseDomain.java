package dev.onsale.orders.violation;

/** Violates an arrow of the module table on purpose, so that the rule is known to fire. */
public final class OrdersUseDomain {
    public final Class<?> forbidden = dev.onsale.domain.Order.class;
}
