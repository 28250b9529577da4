package dev.onsale.orders.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RateLimitTest {

    private final AtomicLong now = new AtomicLong(-5);
    private final RateLimit limit = new RateLimit(new Limit(10, 3), now::get);

    private int taken(String caller, int tries) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += limit.take(caller).isZero() ? 1 : 0;
        }
        return taken;
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void burst_isTakenAtOnce_andThenTheRate() {
        assertEquals(3, taken("ada", 5));
        assertEquals(Duration.ofMillis(100), limit.take("ada"));
        assertEquals(3, taken("bob", 5), "another has a bucket of its own");
        pass(Duration.ofMillis(100));
        assertEquals(1, taken("ada", 5));
        pass(Duration.ofMillis(250));
        assertEquals(2, taken("ada", 5));
        pass(Duration.ofHours(1));
        assertEquals(3, taken("ada", 5), "no more than a burst is saved up");
    }

    @Test
    void rate_isKept_overManyGenerations() {
        int taken = 0;
        for (int tenth = 0; tenth < 600; tenth++) {
            taken += taken("ada", 2);
            pass(Duration.ofMillis(100));
        }
        assertTrue(taken >= 600 && taken <= 603, taken + " calls in a minute");
    }

    @Test
    void memory_isBounded_andNobodyPaysForOthers_whenMillionsCome() {
        for (int i = 0; i < 1_000_000; i++) {
            assertTrue(limit.take("caller-" + i).isZero());
            assertTrue(limit.size() <= 2 * RateLimit.GENERATION + 1, () -> limit.size() + " are remembered");
        }
        pass(Duration.ofSeconds(1));
        taken("ada", 1);
        pass(Duration.ofSeconds(1));
        taken("ada", 1);
        assertTrue(limit.size() <= 2, () -> limit.size() + " are remembered though their buckets are full");
    }

    @Test
    void nothingIsLimited_atRateZero() {
        RateLimit none = new RateLimit(new Limit(0, 1), now::get);
        for (int i = 0; i < 1000; i++) {
            assertTrue(none.take("ada").isZero());
        }
        assertEquals(0, none.size());
    }

    @Test
    void burst_isTakenOnce_byManyThreads() throws InterruptedException {
        RateLimit wide = new RateLimit(new Limit(1, 1000), now::get);
        AtomicInteger taken = new AtomicInteger();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int thread = 0; thread < 4; thread++) {
                threads.execute(() -> {
                    for (int i = 0; i < 1000; i++) {
                        taken.addAndGet(wide.take("ada").isZero() ? 1 : 0);
                    }
                });
            }
        }
        assertEquals(1000, taken.get());
    }
}
