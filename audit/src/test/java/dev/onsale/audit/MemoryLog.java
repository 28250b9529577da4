package dev.onsale.audit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Topics in memory, to be tampered with. Offsets are renumbered whenever they are read. */
final class MemoryLog implements LogSource {

    /** A record before it has an offset. */
    record Entry(long atMillis, String key, List<Byte> value) {
        byte[] bytes() {
            byte[] bytes = new byte[value.size()];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = value.get(i);
            }
            return bytes;
        }
    }

    private final int partitions;
    private final Map<String, List<List<Entry>>> topics = new HashMap<>();
    private long bytesRead;
    /** Commands that the decider has decided; negative: all. */
    private long decided = -1;

    MemoryLog(int partitions, List<String> names) {
        this.partitions = partitions;
        for (String name : names) {
            List<List<Entry>> logs = new ArrayList<>();
            for (int i = 0; i < partitions; i++) {
                logs.add(new ArrayList<>());
            }
            topics.put(name, logs);
        }
    }

    List<Entry> partition(String topic, int partition) {
        return topics.getOrDefault(topic, List.of()).get(partition);
    }

    /** Appends a record. @return its offset */
    long append(String topic, int partition, long atMillis, String key, byte[] value) {
        List<Entry> log = partition(topic, partition);
        log.add(entry(atMillis, key, value));
        return log.size() - 1L;
    }

    static Entry entry(long atMillis, String key, byte[] value) {
        List<Byte> bytes = new ArrayList<>(value.length);
        for (byte each : value) {
            bytes.add(each);
        }
        return new Entry(atMillis, key, bytes);
    }

    void decideOnly(long commands) {
        decided = commands;
    }

    @Override
    public int partitions(String topic) {
        return topics.containsKey(topic) ? partitions : 0;
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
                .sum();
    }

    @Override
    public LogCursor open(String topic, int partition, long from, long end, Runnable beforeReading) {
        List<Entry> log = partition(topic, partition);
        return new LogCursor() {
            private int next = (int) from;

            @Override
            public @Nullable LogRecord next() {
                if (next >= end) {
                    return null;
                }
                beforeReading.run();
                Entry entry = log.get(next);
                bytesRead += entry.value().size();
                return new LogRecord(
                        topic,
                        partition,
                        next++,
                        entry.atMillis(),
                        entry.key().getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        entry.bytes());
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public long bytesRead() {
        return bytesRead;
    }

    @Override
    public void close() {}
}
