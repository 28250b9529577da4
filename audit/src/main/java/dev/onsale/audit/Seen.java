package dev.onsale.audit;

import dev.onsale.audit.AuditReport.Receipt;
import java.nio.ByteBuffer;

/** The latest record of a key, as it stands in a topic. */
final class Seen {

    private static final int HEAD = Integer.BYTES + 2 * Long.BYTES;

    private final int partition;
    private final long offset;
    private final long atMillis;
    private final byte[] value;

    private Seen(int partition, long offset, long atMillis, byte[] value) {
        this.partition = partition;
        this.offset = offset;
        this.atMillis = atMillis;
        this.value = value;
    }

    static Seen of(LogRecord message, byte[] value) {
        return new Seen(message.partition(), message.offset(), message.atMillis(), value);
    }

    static Table<Seen> table(Store store, char prefix) {
        return new Table<>(store, prefix, Seen::toBytes, Seen::fromBytes);
    }

    long atMillis() {
        return atMillis;
    }

    byte[] value() {
        return value;
    }

    Receipt in(String topic) {
        return new Receipt(topic, partition, offset);
    }

    private byte[] toBytes() {
        return ByteBuffer.allocate(HEAD + value.length)
                .putInt(partition)
                .putLong(offset)
                .putLong(atMillis)
                .put(value)
                .array();
    }

    private static Seen fromBytes(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        int partition = buffer.getInt();
        long offset = buffer.getLong();
        long atMillis = buffer.getLong();
        byte[] value = new byte[buffer.remaining()];
        buffer.get(value);
        return new Seen(partition, offset, atMillis, value);
    }
}
