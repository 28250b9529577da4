package dev.onsale.fallback.violation;

/** Violates an arrow of the module table on purpose, so that the rule is known to fire. */
public final class FallbackUsesStreamsApp {
    public final Class<?> forbidden = dev.onsale.inventory.InventoryService.class;
}
