package dev.onsale.schemas;

import org.apache.avro.specific.SpecificRecord;

/**
 * Turns records of one type into bytes and back. Safe for use by several threads; errors are those of {@link AvroSerde}.
 *
 * <p>There is one implementation here, {@link WireCodec}. The Maven profile {@code confluent} adds another, on Confluent's own
 * serializer, which then takes its place wherever a registry is configured.
 */
interface AvroCodec<T extends SpecificRecord> {

    byte[] toBytes(T value);

    T fromBytes(byte[] bytes);

    /** Found by {@link java.util.ServiceLoader}; at most one may be on the classpath. */
    interface Factory {
        <T extends SpecificRecord> AvroCodec<T> codec(Class<T> type, SchemaRegistry registry, String subject);
    }
}
