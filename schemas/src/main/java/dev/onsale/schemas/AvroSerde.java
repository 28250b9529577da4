package dev.onsale.schemas;

import dev.onsale.wire.Command;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
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
 * UnknownSchemaException}.
 */
public final class AvroSerde<T extends SpecificRecord> implements Serde<T>, Serializer<T>, Deserializer<T> {

    private static final byte MAGIC = 0;
    /** Bytes before the Avro binary. */
    public static final int PREFIX_BYTES = 5;

    static {
        // Avro makes instances of trusted classes only; besides its own, that is the wire contract.
        ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(
                ClassSecurityValidator.getGlobal(),
                type -> type.getPackageName().equals(Command.class.getPackageName())));
    }

    private final Schema schema;
    private final SpecificData data;
    private final SchemaIds ids;
    private final String subject;
    /** Looked up on the first write; a schema's id never changes. 0: not yet. */
    private volatile int id;

    private final SpecificDatumWriter<T> writer;
    private final Map<Integer, SpecificDatumReader<T>> readers = new ConcurrentHashMap<>();

    private AvroSerde(Class<T> type, SchemaIds ids, String subject) {
        this.data = SpecificData.getForClass(type);
        this.schema = data.getSchema(type);
        this.ids = ids;
        this.subject = subject;
        this.writer = new SpecificDatumWriter<>(schema, data);
    }

    /** @param subject the registry's subject under which the schema stands, such as {@code onsale.commands-value} */
    public static <T extends SpecificRecord> AvroSerde<T> of(Class<T> type, SchemaIds ids, String subject) {
        return new AvroSerde<>(type, ids, subject);
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
        var out = new ByteArrayOutputStream(256);
        out.write(MAGIC);
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(schemaId()).array());
        try {
            var encoder = EncoderFactory.get().directBinaryEncoder(out, null);
            writer.write(value, encoder);
            encoder.flush();
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (AvroRuntimeException | NullPointerException | ClassCastException e) {
            throw new SerializationException(
                    "a " + schema.getName() + " cannot be written; is a required field missing? " + e.getMessage(), e);
        }
    }

    public T fromBytes(byte[] bytes) {
        if (bytes.length < PREFIX_BYTES || bytes[0] != MAGIC) {
            throw new SerializationException("not in the Confluent wire format: " + bytes.length + " bytes"
                    + (bytes.length == 0 ? "" : ", the first is 0x%02x, not 0x00".formatted(bytes[0])));
        }
        int writtenId = ByteBuffer.wrap(bytes, 1, Integer.BYTES).getInt();
        SpecificDatumReader<T> reader = readers.computeIfAbsent(writtenId, this::readerFor);
        BinaryDecoder decoder =
                DecoderFactory.get().binaryDecoder(bytes, PREFIX_BYTES, bytes.length - PREFIX_BYTES, null);
        T value;
        try {
            value = reader.read(null, decoder);
            if (!decoder.isEnd()) {
                throw new SerializationException("bytes are left over behind a " + schema.getName());
            }
        } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw new SerializationException(
                    "not a " + schema.getName() + " written with schema id " + writtenId + ": " + e.getMessage(), e);
        }
        return value;
    }

    private int schemaId() {
        if (id == 0) {
            id = ids.idOf(subject, PortableSchema.of(schema));
        }
        return id;
    }

    private SpecificDatumReader<T> readerFor(int writtenId) {
        Schema written = ids.schemaOf(writtenId);
        if (!written.getFullName().equals(schema.getFullName())) {
            throw new UnknownSchemaException(
                    "schema id " + writtenId + " is a " + written.getFullName() + ", not a " + schema.getFullName());
        }
        return new SpecificDatumReader<>(written, schema, data);
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
