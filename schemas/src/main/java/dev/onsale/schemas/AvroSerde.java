package dev.onsale.schemas;

import dev.onsale.wire.Command;
import java.util.Map;
import java.util.ServiceLoader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * The Confluent wire format: byte {@code 0x00}, 4-byte big-endian schema id, Avro binary. What was written with an older
 * or newer schema is resolved to ours. Safe for use by several threads. {@code null} stands for a tombstone both ways.
 *
 * <p>Bytes that are no such record give a {@link SerializationException}; an id that nobody knows an {@link
 * UnknownSchemaException}. A registry that does not answer gives a {@link RegistryUnavailableException}, which says nothing
 * about the record: try again or stop, and do not put the record into dead letters.
 */
public final class AvroSerde<T extends SpecificRecord> implements Serde<T>, Serializer<T>, Deserializer<T> {

    /** Bytes before the Avro binary. */
    public static final int PREFIX_BYTES = 5;

    static {
        // Avro makes instances of trusted classes only; besides its own, that is the wire contract.
        ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(
                ClassSecurityValidator.getGlobal(),
                type -> type.getPackageName().equals(Command.class.getPackageName())));
    }

    private final AvroCodec<T> codec;

    private AvroSerde(AvroCodec<T> codec) {
        this.codec = codec;
    }

    /** @param subject the registry's subject under which the schema stands, such as {@code onsale.commands-value} */
    public static <T extends SpecificRecord> AvroSerde<T> of(Class<T> type, SchemaIds ids, String subject) {
        if (ids instanceof SchemaRegistry registry) {
            return new AvroSerde<>(ServiceLoader.load(AvroCodec.Factory.class)
                    .findFirst()
                    .map(factory -> factory.codec(type, registry, subject))
                    .orElseGet(() -> new WireCodec<>(type, ids, subject)));
        }
        return new AvroSerde<>(new WireCodec<>(type, ids, subject));
    }

    @Override
    public byte @Nullable [] serialize(@Nullable String topic, @Nullable T value) {
        return value == null ? null : toBytes(value);
    }

    @Override
    public @Nullable T deserialize(@Nullable String topic, byte @Nullable [] bytes) {
        return bytes == null ? null : fromBytes(bytes);
    }

    public byte[] toBytes(T value) {
        return codec.toBytes(value);
    }

    public T fromBytes(byte[] bytes) {
        return codec.fromBytes(bytes);
    }

    @Override
    public Serializer<T> serializer() {
        return this;
    }

    @Override
    public Deserializer<T> deserializer() {
        return this;
    }

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {}

    @Override
    public void close() {}
}
