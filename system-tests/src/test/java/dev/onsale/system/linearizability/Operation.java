package dev.onsale.system.linearizability;

/**
 * Something that took effect at one moment of a span of time; or, when the span has no end, perhaps never.
 *
 * @param invoked earliest moment, in nanoseconds of a monotonic clock
 * @param answered latest moment; {@link #NEVER}: nobody knows, and it may never take effect
 */
record Operation<O>(O what, long invoked, long answered) {

    static final long NEVER = Long.MAX_VALUE;

    /** Whether it took effect. */
    boolean certain() {
        return answered != NEVER;
    }

    /** Whether there is no such moment: it was seen before it could be. */
    boolean impossible() {
        return answered < invoked;
    }
}
