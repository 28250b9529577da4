package dev.onsale.orders.http;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** How many calls may wait at the same time, of one buyer and of all: a waiting call costs a connection. */
final class WaitLimit {

    private final int limit;
    private final int most;
    private final ConcurrentHashMap<String, Integer> waiting = new ConcurrentHashMap<>();
    private final AtomicInteger all;

    /**
     * @param limit calls of one buyer that may wait
     * @param most calls that may wait in all
     */
    WaitLimit(int limit, int most, MeterRegistry meters) {
        this.limit = limit;
        this.most = most;
        this.all = meters.gauge("onsale.http.waiting", new AtomicInteger());
    }

    /** A place among the waiting calls; closing it gives it back. */
    interface Place extends AutoCloseable {
        @Override
        void close();
    }

    /** @throws Problem 429 when the buyer has too many calls waiting */
    Place take(String buyer) {
        waiting.merge(buyer, 1, (present, one) -> {
            if (present >= limit) {
                throw Problem.tooManyWaiting(limit);
            }
            return present + one;
        });
        all.incrementAndGet();
        return () -> {
            waiting.computeIfPresent(buyer, (key, present) -> present == 1 ? null : present - 1);
            all.decrementAndGet();
        };
    }

    /** Whether so many wait that others are better answered at once, so that connections are left for new ones. */
    boolean crowded() {
        return all.get() >= most;
    }

    /** No place is needed by a call that does not wait. */
    static Place none() {
        return () -> {};
    }
}
