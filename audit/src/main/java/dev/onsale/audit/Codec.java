package dev.onsale.audit;

import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.SchemaIds;
import dev.onsale.schemas.UnknownSchemaException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.specific.SpecificRecord;

/**
 * Reads what the cluster's ids say, and writes with the ids pinned in this build, so that an audit never registers a
 * schema.
 */
final class Codec<T extends SpecificRecord> {

    private final SchemaIds ids;
    private final AvroSerde<T> reading;
    private final AvroSerde<T> writing;
    private final Map<Integer, Boolean> ours = new ConcurrentHashMap<>();

    Codec(Class<T> type, SchemaIds ids, String subject) {
        this.ids = ids;
        this.reading = AvroSerde.of(type, ids, subject);
        this.writing = AvroSerde.of(type, PinnedSchemas.released(), subject);
    }

    /** @throws org.apache.kafka.common.errors.SerializationException when the bytes are no such record */
    T read(byte[] bytes) {
        return reading.fromBytes(bytes);
    }

    /** Bytes for {@link #same}, for {@link #sameBytes} and for a {@link Table}. */
    byte[] write(T value) {
        return writing.toBytes(value);
    }

    T readOwn(byte[] written) {
        return writing.fromBytes(written);
    }

    /** Whether bytes from a topic are, byte for byte, what this build writes for a value. */
    boolean same(byte[] actual, T decoded, byte[] expected) {
        return written(actual, expected) ? payloadEquals(actual, expected) : payloadEquals(write(decoded), expected);
    }

    /** Whether bytes from a topic are at once seen to be what this build writes; if not, they may still stand for the same value. */
    boolean sameBytes(byte[] actual, byte[] expected) {
        return actual.length == expected.length && payloadEquals(actual, expected) && written(actual, expected);
    }

    private boolean written(byte[] actual, byte[] expected) {
        return ours.computeIfAbsent(id(actual), id -> {
            try {
                return ids.schemaOf(id).equals(PinnedSchemas.released().schemaOf(id(expected)));
            } catch (UnknownSchemaException e) {
                return false;
            }
        });
    }

    private static int id(byte[] bytes) {
        return ByteBuffer.wrap(bytes, 1, Integer.BYTES).getInt();
    }

    private static boolean payloadEquals(byte[] a, byte[] b) {
        return Arrays.equals(a, AvroSerde.PREFIX_BYTES, a.length, b, AvroSerde.PREFIX_BYTES, b.length);
    }
}
