package dev.onsale.schemas;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
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
import org.apache.kafka.common.errors.SerializationException;

/** The Confluent wire format, written and read with Avro alone. */
final class WireCodec<T extends SpecificRecord> implements AvroCodec<T> {

    private static final byte MAGIC = 0;

    private final Schema schema;
    private final SpecificData data;
    private final SchemaIds ids;
    private final String subject;
    /** Looked up on the first write; a schema's id never changes. 0: not yet. */
    private volatile int id;

    private final SpecificDatumWriter<T> writer;
    private final Map<Integer, Reading<T>> readings = new ConcurrentHashMap<>();

    /** How records with one schema id are read. */
    private record Reading<T>(SpecificDatumReader<T> reader, Optional<NewerTypes> newerTypes) {}

    WireCodec(Class<T> type, SchemaIds ids, String subject) {
        this.data = SpecificData.getForClass(type);
        this.schema = data.getSchema(type);
        this.ids = ids;
        this.subject = subject;
        this.writer = new SpecificDatumWriter<>(schema, data);
    }

    /** Bytes for one thread: what takes a lock for each number that is written takes twice as long in all. */
    private static final class Bytes extends OutputStream {
        private byte[] bytes = new byte[256];
        private int size;

        private void room(int more) {
            if (bytes.length - size < more) {
                bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
            }
        }

        @Override
        public void write(int value) {
            room(1);
            bytes[size++] = (byte) value;
        }

        @Override
        public void write(byte[] from, int at, int length) {
            room(length);
            System.arraycopy(from, at, bytes, size, length);
            size += length;
        }

        byte[] toBytes() {
            return Arrays.copyOf(bytes, size);
        }
    }

    @Override
    public byte[] toBytes(T value) {
        var out = new Bytes();
        out.write(MAGIC);
        out.write(ByteBuffer.allocate(Integer.BYTES).putInt(schemaId()).array(), 0, Integer.BYTES);
        try {
            var encoder = EncoderFactory.get().directBinaryEncoder(out, null);
            writer.write(value, encoder);
            encoder.flush();
            return out.toBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (AvroRuntimeException | NullPointerException | ClassCastException e) {
            throw new SerializationException(
                    "a " + schema.getName() + " cannot be written; is a required field missing? " + e.getMessage(), e);
        }
    }

    @Override
    public T fromBytes(byte[] bytes) {
        if (bytes.length < AvroSerde.PREFIX_BYTES || bytes[0] != MAGIC) {
            throw new SerializationException("not in the Confluent wire format: " + bytes.length + " bytes"
                    + (bytes.length == 0 ? "" : ", the first is 0x%02x, not 0x00".formatted(bytes[0])));
        }
        int writtenId = ByteBuffer.wrap(bytes, 1, Integer.BYTES).getInt();
        Reading<T> reading = readingOf(writtenId);
        BinaryDecoder decoder = DecoderFactory.get()
                .binaryDecoder(bytes, AvroSerde.PREFIX_BYTES, bytes.length - AvroSerde.PREFIX_BYTES, null);
        T value;
        boolean ended;
        try {
            if (reading.newerTypes().isPresent()) {
                reading.newerTypes().get().refuse(bytes);
            }
            value = reading.reader().read(null, decoder);
            ended = decoder.isEnd();
        } catch (IOException | RuntimeException e) {
            // Reading touches nothing but these bytes, so whatever goes wrong is theirs; Avro has no one type for it.
            throw new SerializationException(
                    "not a " + schema.getName() + " written with schema id " + writtenId + ": " + e.getMessage(), e);
        }
        if (!ended) {
            throw new SerializationException("bytes are left over behind a " + schema.getName());
        }
        return value;
    }

    private int schemaId() {
        if (id == 0) {
            id = ids.idOf(subject, PortableSchema.of(schema));
        }
        return id;
    }

    private Reading<T> readingOf(int writtenId) {
        Reading<T> known = readings.get(writtenId);
        if (known != null) {
            return known;
        }
        Schema written = ids.schemaOf(writtenId);
        if (!written.getFullName().equals(schema.getFullName())) {
            throw new UnknownSchemaException(
                    "schema id " + writtenId + " is a " + written.getFullName() + ", not a " + schema.getFullName());
        }
        Reading<T> reading =
                new Reading<>(new SpecificDatumReader<>(written, schema, data), NewerTypes.between(written, schema));
        readings.put(writtenId, reading);
        return reading;
    }
}
