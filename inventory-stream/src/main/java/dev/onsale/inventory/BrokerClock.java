package dev.onsale.inventory;

/**
 * What the broker's clock shows, as far as its record timestamps tell. Deadlines are on the broker's clock, so a wrong or
 * jumping clock on this machine must neither end a hold early nor late: time between two records is measured with the
 * machine's monotonic clock. Only used to notice that holds seem due; what ends them is a record's timestamp.
 */
final class BrokerClock {

    private static final long NANOS_PER_MILLI = 1_000_000;

    private long aheadOfMonotonicMillis;

    BrokerClock(long wallMillis, long monotonicNanos) {
        aheadOfMonotonicMillis = wallMillis - monotonicNanos / NANOS_PER_MILLI;
    }

    private boolean observed;

    /** Takes note of a record's timestamp: the broker's clock shows at least that now. */
    void observe(long recordMillis, long monotonicNanos) {
        long ahead = recordMillis - monotonicNanos / NANOS_PER_MILLI;
        aheadOfMonotonicMillis = observed ? Math.max(aheadOfMonotonicMillis, ahead) : ahead;
        observed = true;
    }

    /** Epoch milliseconds on the broker's clock, by the best estimate. */
    long millis(long monotonicNanos) {
        return aheadOfMonotonicMillis + monotonicNanos / NANOS_PER_MILLI;
    }
}
