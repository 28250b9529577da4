package dev.onsale.audit;

import dev.onsale.audit.AuditListener.Progress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Reads from the source within the limit of bytes, and tells how far it is. Safe for use by several threads. */
final class Reader {

    /** The limit of bytes is reached; caught by {@link Crew}, which ends the audit. */
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
    private final AtomicLong passed;

    Reader(LogSource source, long maxBytes, long ofOffsets, AuditListener listener) {
        this(
                source,
                new Limit(source, maxBytes == 0 ? Long.MAX_VALUE : maxBytes),
                ofOffsets,
                listener,
                new AtomicLong());
    }

    private Reader(LogSource source, Limit limit, long ofOffsets, AuditListener listener, AtomicLong passed) {
        this.source = source;
        this.limit = limit;
        this.ofOffsets = ofOffsets;
        this.listener = listener;
        this.passed = passed;
    }

    /** Another one, within the same limit and on the same way, which has read nothing by itself yet. */
    Reader another() {
        return new Reader(source, limit, ofOffsets, listener, passed);
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
            private long records;
            private long untold;

            @Override
            public @Nullable LogRecord next() {
                LogRecord next = cursor.next();
                if (next != null) {
                    pass(next.offset() + 1);
                    if (++records % TELL_EVERY == 0) {
                        tellPassed();
                    }
                } else {
                    pass(Math.max(at, end));
                    tellPassed();
                }
                return next;
            }

            private void pass(long offset) {
                untold += offset - at;
                at = offset;
            }

            private void tellPassed() {
                passed.addAndGet(untold);
                untold = 0;
                tell(doing);
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

    /** Ends whatever others still read, as if the limit were reached. */
    void stop() {
        limit.stop();
    }

    /** Takes up what another has passed and now need not be read. */
    void skip(Inputs.Partition read) {
        passed.addAndGet(read.end() - read.start());
    }

    /** What was read so far. */
    Inputs inputs() {
        return new Inputs(digests.values().stream().map(PartitionDigest::soFar).toList());
    }

    /** @param doing what is being done, for people */
    void tell(String doing) {
        synchronized (passed) {
            long now = passed.get();
            listener.at(new Progress(doing, now, Math.max(now, ofOffsets), source.bytesRead()));
        }
    }
}
