package dev.onsale.inventory.wire.violation;

/** Violates an arrow of the module table on purpose, so that the rule is known to fire. */
public final class WireMappingUsesStreams {
    public final Class<?> forbidden = org.apache.kafka.streams.KafkaStreams.class;
}
