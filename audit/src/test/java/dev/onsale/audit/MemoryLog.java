package dev.onsale.audit;

import dev.onsale.tampering.Entry;
import dev.onsale.tampering.RawLog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Topics in memory, to be tampered with. */
final class MemoryLog implements LogSource {

    private final RawLog topics;
    private final LongAdder bytesRead = new LongAdder();
    /** Commands that the decider has decided; negative: all. */
    private long decided = -1;

    private boolean understated;

    MemoryLog(RawLog topics) {
        this.topics = topics;
    }

    RawLog raw() {
        return topics;
    }

    List<Entry> partition(String topic, int partition) {
        return topics.partition(topic, partition);
    }

    /** Appends a record. @return its offset */
    long append(String topic, int partition, long atMillis, String key, byte[] value) {
        List<Entry> log = partition(topic, partition);
        log.add(Entry.of(atMillis, key, value));
        return log.size() - 1L;
    }

    /** From now on, looks smaller than it is. */
    void understate() {
        understated = true;
    }

    void decideOnly(long commands) {
        decided = commands;
    }

    @Override
    public int partitions(String topic) {
        return topics.partitions(topic);
    }

    @Override
    public long start(String topic, int partition) {
        return 0;
    }

    @Override
    public long end(String topic, int partition) {
        return partition(topic, partition).size();
    }

    @Override
    public long stableEnd(String topic, int partition) {
        return end(topic, partition);
    }

    @Override
    public long decided(int partition, long end, Duration patience) {
        return decided < 0 ? end : Math.min(end, decided);
    }

    @Override
    public long sizeBytes(String topic, int partition) {
        return partition(topic, partition).stream()
                        .mapToLong(entry -> entry.value().size())
                        .sum()
                / (understated ? 2 : 1);
    }

    @Override
    public LogCursor open(String topic, int partition, long from, long end, Runnable beforeReading) {
        List<Entry> log = partition(topic, partition);
        return new LogCursor() {
            private int next = (int) from;

            @Override
            public @Nullable LogRecord next() {
                while (next < end && log.get(next).gone()) {
                    next++;
                }
                if (next >= end) {
                    return null;
                }
                beforeReading.run();
                Entry entry = log.get(next);
                bytesRead.add(entry.value().size());
                return new LogRecord(
                        topic,
                        partition,
                        next++,
                        entry.atMillis(),
                        entry.key().getBytes(StandardCharsets.UTF_8),
                        entry.bytes(),
                        List.of());
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public long bytesRead() {
        return bytesRead.sum();
    }

    @Override
    public void close() {}
}
