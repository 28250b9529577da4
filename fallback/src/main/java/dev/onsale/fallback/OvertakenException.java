package dev.onsale.fallback;

/** Somebody else has exported what we were about to. What we have in memory of the partition is out of date. */
final class OvertakenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OvertakenException(int partition, long expected, long actual) {
        super(
                "another exporter has brought partition " + partition + " from offset " + expected + " to " + actual,
                null,
                false,
                false);
    }
}
