package dev.onsale.inventory;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How often a failed stream thread may be replaced: enough to get over a fenced producer or a coordinator that moves, not so
 * often that a broken invariant is tried for ever.
 */
final class ThreadReplacements {

    private static final int MOST = 5;

    private final long periodNanos;
    private final Deque<Long> replacedAtNanos = new ArrayDeque<>();

    ThreadReplacements(Duration period) {
        this.periodNanos = period.toNanos();
    }

    synchronized boolean allowed(long nanos) {
        while (!replacedAtNanos.isEmpty() && nanos - replacedAtNanos.getFirst() > periodNanos) {
            replacedAtNanos.removeFirst();
        }
        replacedAtNanos.addLast(nanos);
        return replacedAtNanos.size() <= MOST;
    }
}
