package dev.onsale.audit;

import org.jspecify.annotations.Nullable;

/** Reads one partition in order of offsets. */
interface LogCursor extends AutoCloseable {

    /** The next record, or null when the end that was asked for is reached. */
    @Nullable
    LogRecord next();

    @Override
    void close();
}
