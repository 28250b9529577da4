package dev.onsale.release.violation;

/** Violates an arrow of the module table on purpose, so that the rule is known to fire. */
public final class ReleaseUsesOrders {
    public final Class<?> forbidden = dev.onsale.orders.OrderService.class;
}
