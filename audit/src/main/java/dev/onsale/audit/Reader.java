package dev.onsale.audit;

import dev.onsale.audit.AuditListener.Progress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Reads from the source within the limit of bytes, and tells how far it is. */
final class Reader {

    /** The limit of bytes is reached; caught by {@link Audit}. */
    static final class LimitReached extends RuntimeException {
        private static final long serialVersionUID = 1L;

        LimitReached() {
            super("the limit of bytes is reached", null, false, false);
        }
    }

    private static final int TELL_EVERY = 1000;

    private final LogSource source;
    private final Limit limit;
    private final Map<String, PartitionDigest> digests = new ConcurrentHashMap<>();
    private final long ofOffsets;
    private final AuditListener listener;
    private long passed;
    private long records;

    Reader(LogSource source, long maxBytes, long ofOffsets, AuditListener listener) {
        this.source = source;
        this.limit = new Limit(source, maxBytes == 0 ? Long.MAX_VALUE : maxBytes);
        this.ofOffsets = ofOffsets;
        this.listener = listener;
    }

    LogSource source() {
        return source;
    }

    /** All that is in a partition now. */
    LogCursor open(String topic, int partition) {
        return open(topic, partition, source.start(topic, partition), source.end(topic, partition));
    }

    LogCursor open(String topic, int partition, long from, long end) {
        String doing = topic + "/" + partition;
        tell(doing);
        PartitionDigest digest = digests.computeIfAbsent(doing, absent -> new PartitionDigest(topic, partition, from));
        LogCursor cursor = new NotedCursor(source, topic, partition, from, end, digest, limit, this::requireLeft);
        return new LogCursor() {
            private long at = from;

            @Override
            public @Nullable LogRecord next() {
                LogRecord next = cursor.next();
                if (next != null) {
                    passed += next.offset() + 1 - at;
                    at = next.offset() + 1;
                    if (++records % TELL_EVERY == 0) {
                        tell(doing);
                    }
                } else {
                    passed += Math.max(0, end - at);
                    at = Math.max(at, end);
                }
                return next;
            }

            @Override
            public void close() {
                cursor.close();
            }
        };
    }

    private void requireLeft() {
        if (!limit.begin()) {
            throw new LimitReached();
        }
    }

    /** What was read so far. */
    Inputs inputs() {
        return new Inputs(digests.values().stream().map(PartitionDigest::soFar).toList());
    }

    private void tell(String doing) {
        listener.at(new Progress(doing, passed, Math.max(passed, ofOffsets), source.bytesRead()));
    }
}
