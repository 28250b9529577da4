package dev.onsale.domain.violation;

/** Violates an arrow of the module table on purpose, so that the rule is known to fire. */
public final class DomainUsesKafka {
    public final Class<?> forbidden = org.apache.kafka.clients.producer.Producer.class;
}
