package dev.onsale.fallback;

import java.time.Duration;

/** Pauses between tries of something that fails: each twice as long as the one before, until it succeeds. */
final class Pause {

    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private Duration length = Duration.ZERO;
    private long sinceNanos;

    void begin() {
        Duration doubled = length.isZero() ? FIRST : length.multipliedBy(2);
        length = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
        sinceNanos = System.nanoTime();
    }

    void end() {
        length = Duration.ZERO;
    }

    boolean lasts() {
        return System.nanoTime() - sinceNanos < length.toNanos();
    }

    Duration length() {
        return length;
    }
}
