package dev.onsale.orders.limit;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A token bucket for each of many callers. A bucket is one number: the time at which it would be full again (the virtual
 * scheduling of GCRA).
 *
 * <p>Memory is bounded however many callers come. A bucket that is full need not be remembered, so buckets are thrown away
 * together, a generation at a time, once every one of them is full; and sooner when there are too many: then some callers get
 * their burst again early, and none is ever refused for what others did.
 */
public final class RateLimit {

    /** Callers in one of the two generations: about 20 MB for both. */
    static final int GENERATION = 50_000;

    private final long nanosPerCall;
    private final long burstNanos;
    private final LongSupplier nanoTime;
    private final long began;

    private volatile ConcurrentHashMap<String, Long> young = new ConcurrentHashMap<>();
    private volatile ConcurrentHashMap<String, Long> old = new ConcurrentHashMap<>();
    private volatile long turned;

    /** @param limit how often; a rate of 0 is no limit */
    public RateLimit(Limit limit) {
        this(limit, System::nanoTime);
    }

    RateLimit(Limit limit, LongSupplier nanoTime) {
        this.nanosPerCall = limit.perSecond() == 0 ? 0 : Duration.ofSeconds(1).toNanos() / limit.perSecond();
        this.burstNanos = nanosPerCall * limit.burst();
        this.nanoTime = nanoTime;
        this.began = nanoTime.getAsLong();
    }

    /** Whether there is a limit at all. */
    public boolean limits() {
        return nanosPerCall > 0;
    }

    /** Takes a call from a caller's bucket. @return how long until there is one; zero: it was taken */
    public Duration take(String caller) {
        if (!limits()) {
            return Duration.ZERO;
        }
        long now = nanoTime.getAsLong() - began;
        turnIfDue(now);
        Long before = old.get(caller);
        long[] missing = {0};
        young.compute(caller, (key, known) -> {
            long full = Math.max(now, latest(known, before)) + nanosPerCall;
            missing[0] = full - now - burstNanos;
            return missing[0] > 0 ? full - nanosPerCall : full;
        });
        return Duration.ofNanos(Math.max(0, missing[0]));
    }

    private static long latest(@Nullable Long known, @Nullable Long before) {
        return known != null ? known : before != null ? before : Long.MIN_VALUE;
    }

    private void turnIfDue(long now) {
        if (now - turned > burstNanos || young.size() >= GENERATION) {
            synchronized (this) {
                if (now - turned > burstNanos || young.size() >= GENERATION) {
                    old = young;
                    young = new ConcurrentHashMap<>();
                    turned = now;
                }
            }
        }
    }

    /** Callers that are remembered. */
    int size() {
        return young.size() + old.size();
    }
}
