package dev.onsale.runtime.violation;

/** Violates an arrow of the module table on purpose, so that the rule is known to fire. */
public final class RuntimeUsesSchemas {
    public final Class<?> forbidden = dev.onsale.schemas.Topics.class;
}
