package dev.onsale.schemas.violation;

/** Violates an arrow of the module table on purpose, so that the rule is known to fire. */
public final class SchemasUseDomain {
    public final Class<?> forbidden = dev.onsale.domain.Order.class;
}
