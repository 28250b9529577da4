package dev.onsale.audit.violation;

/** Violates an arrow of the module table on purpose, so that the rule is known to fire. */
public final class AuditUsesStreamsApp {
    public final Class<?> forbidden = dev.onsale.inventory.InventoryService.class;
}
