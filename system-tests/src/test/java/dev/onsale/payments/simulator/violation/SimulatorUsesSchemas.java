package dev.onsale.payments.simulator.violation;

/** Violates an arrow of the module table on purpose, so that the rule is known to fire. */
public final class SimulatorUsesSchemas {
    public final Class<?> forbidden = dev.onsale.schemas.Topics.class;
}
