package dev.onsale.orders.http;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** How many calls of one buyer may wait at the same time: a waiting call costs a connection. */
final class WaitLimit {

    private final int limit;
    private final ConcurrentHashMap<String, Integer> waiting = new ConcurrentHashMap<>();
    private final AtomicInteger all;

    WaitLimit(int limit, MeterRegistry meters) {
        this.limit = limit;
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

    /** No place is needed by a call that does not wait. */
    static Place none() {
        return () -> {};
    }
}
