package dev.onsale.audit;

import java.time.Duration;

/**
 * Where the topics are read from. Every method throws {@link dev.onsale.runtime.OperatorError} when the topics cannot be
 * had.
 */
interface LogSource extends AutoCloseable {

    /** Number of partitions; 0: there is no such topic. */
    int partitions(String topic);

    /** The first offset that is still there. */
    long start(String topic, int partition);

    /** The offset after the last record that was written, be its transaction committed or not. */
    long end(String topic, int partition);

    /** The offset after the last record of a transaction that has ended. */
    long stableEnd(String topic, int partition);

    /**
     * Waits until the decider has decided all commands below an offset.
     *
     * @return that offset, or the one up to which it got while patience lasted
     */
    long decided(int partition, long end, Duration patience);

    /** Bytes that a partition takes on the disk of its leader. */
    long sizeBytes(String topic, int partition);

    /**
     * Committed records from one offset up to another, which is not included; waits for transactions that are under way
     * below it.
     *
     * @param beforeReading called each time before more is fetched; what it throws ends the reading
     */
    LogCursor open(String topic, int partition, long from, long end, Runnable beforeReading);

    /** Bytes read so far. */
    long bytesRead();

    @Override
    void close();
}
