package dev.onsale.fallback.violation;

/** Violates an arrow of the module table on purpose, so that the rule is known to fire. */
public final class FallbackUsesOrders {
    public final Class<?> forbidden = dev.onsale.orders.OrderService.class;
}
