package dev.onsale.audit;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Another log, of which one topic breaks off after its first record. */
record DyingLog(LogSource log, String dyingTopic) implements LogSource {

    @Override
    public int partitions(String topic) {
        return log.partitions(topic);
    }

    @Override
    public long start(String topic, int partition) {
        return log.start(topic, partition);
    }

    @Override
    public long end(String topic, int partition) {
        return log.end(topic, partition);
    }

    @Override
    public long stableEnd(String topic, int partition) {
        return log.stableEnd(topic, partition);
    }

    @Override
    public long decided(int partition, long end, Duration patience) {
        return log.decided(partition, end, patience);
    }

    @Override
    public long sizeBytes(String topic, int partition) {
        return log.sizeBytes(topic, partition);
    }

    @Override
    public LogCursor open(String topic, int partition, long from, long end, Runnable beforeReading) {
        LogCursor cursor = log.open(topic, partition, from, end, beforeReading);
        return !topic.equals(dyingTopic)
                ? cursor
                : new LogCursor() {
                    private boolean begun;

                    @Override
                    public @Nullable LogRecord next() {
                        if (begun) {
                            throw new IllegalStateException("the power is gone");
                        }
                        begun = true;
                        return cursor.next();
                    }

                    @Override
                    public void close() {
                        cursor.close();
                    }
                };
    }

    @Override
    public long bytesRead() {
        return log.bytesRead();
    }

    @Override
    public void close() {
        log.close();
    }
}
