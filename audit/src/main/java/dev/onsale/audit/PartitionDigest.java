package dev.onsale.audit;

import java.security.MessageDigest;
import java.util.HexFormat;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A chain of digests over the records of a partition. The first link is 32 zeros; each further one is the SHA-256 of the link before,
 * the record's offset and timestamp (8 bytes each), its key and its value (each as its length in 4 bytes and its bytes; length -1:
 * there is none), the number of its headers (4 bytes), and the name and value of each. Numbers are big-endian.
 *
 * <p>A chain, since its last link is all that it takes to go on. Records are taken once each, in order, by whatever thread reads them.
 */
final class PartitionDigest {

    private static final int LINK_BYTES = 32;

    private final String topic;
    private final int partition;
    private final long start;
    private final MessageDigest sha256 = Sha256.start();
    /** What is digested for one record, put together, since many small steps take longer. */
    private final Packed digested = new Packed(1024);

    private byte[] link = new byte[LINK_BYTES];
    private long end;
    private long records;

    PartitionDigest(String topic, int partition, long start) {
        this.topic = topic;
        this.partition = partition;
        this.start = start;
        this.end = start;
    }

    /** Takes the next record; one that was taken before is passed over. */
    synchronized void take(LogRecord record) {
        if (record.offset() < end) {
            return;
        }
        digested.clear();
        digested.putAll(link).put(record.offset()).put(record.atMillis());
        put(record.key());
        put(record.value());
        digested.put(record.headers().size());
        for (Header header : record.headers()) {
            digested.put(header.key());
            put(header.value());
        }
        sha256.update(digested.written());
        link = sha256.digest();
        end = record.offset() + 1;
        records++;
    }

    /** There is nothing more up to an offset. */
    synchronized void pass(long offset) {
        end = Math.max(end, offset);
    }

    synchronized Inputs.Partition soFar() {
        return new Inputs.Partition(
                topic, partition, start, end, records, HexFormat.of().formatHex(link));
    }

    private void put(byte @Nullable [] bytes) {
        if (bytes == null) {
            digested.put(-1);
        } else {
            digested.put(bytes);
        }
    }
}
