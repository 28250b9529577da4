package dev.onsale.audit;

import org.jspecify.annotations.Nullable;

/** A cursor of which is noted what it reads, and which reads within a limit. */
final class NotedCursor implements LogCursor {

    private final LogCursor cursor;
    private final PartitionDigest digest;
    private final Limit limit;
    private final Runnable requireLeft;
    private final long end;
    private boolean fetching;

    /** @param requireLeft begins a fetch within the limit, or throws */
    NotedCursor(
            LogSource source,
            String topic,
            int partition,
            long from,
            long end,
            PartitionDigest digest,
            Limit limit,
            Runnable requireLeft) {
        this.digest = digest;
        this.limit = limit;
        this.requireLeft = requireLeft;
        this.end = end;
        try {
            this.cursor = source.open(topic, partition, from, end, this::beforeReading);
        } finally {
            fetched();
        }
    }

    private void beforeReading() {
        fetched();
        requireLeft.run();
        fetching = true;
    }

    private void fetched() {
        if (fetching) {
            fetching = false;
            limit.end();
        }
    }

    @Override
    public @Nullable LogRecord next() {
        try {
            LogRecord next = cursor.next();
            if (next == null) {
                digest.pass(end);
            } else {
                digest.take(next);
            }
            return next;
        } finally {
            fetched();
        }
    }

    @Override
    public void close() {
        cursor.close();
    }
}
