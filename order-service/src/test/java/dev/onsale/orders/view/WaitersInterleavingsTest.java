package dev.onsale.orders.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.junit.jupiter.api.Test;

/** Whoever waits for an order is woken by every change, in whatever way the threads' steps follow each other. */
class WaitersInterleavingsTest {

    private static final int INTERLEAVINGS = 100;
    private static final String ORDER = "order";

    @Test
    void change_isSeenOrWaitedFor_whenItComesWhileSomeoneBeginsToWait() {
        Lincheck.runConcurrentTest(
                INTERLEAVINGS,
                () -> race((wait, decided) -> {
                    wait.renew();
                    return decided.get();
                }));
    }

    /** That the check would notice: one who reads before renewing misses what comes in between. */
    @Test
    void change_isMissed_whenAWaiterReadsBeforeItRenews() {
        assertThrows(
                LincheckAssertionError.class,
                () -> Lincheck.runConcurrentTest(
                        INTERLEAVINGS,
                        () -> race((wait, decided) -> {
                            boolean seen = decided.get();
                            wait.renew();
                            return seen;
                        })));
    }

    @Test
    void nobody_isLeft_whenWaitersComeAndGoAtOnce() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            Waiters waiters = new Waiters();
            Thread other = new Thread(() -> waiters.register(ORDER).close());
            Thread change = new Thread(() -> waiters.changed(ORDER));
            other.start();
            change.start();
            waiters.register(ORDER).close();
            joined(other);
            joined(change);
            assertEquals(0, waiters.size());
        });
    }

    private interface Waiter {
        /** @return whether the order was seen to be decided */
        boolean look(Waiters.Wait wait, AtomicBoolean decided);
    }

    private static void race(Waiter waiter) {
        Waiters waiters = new Waiters();
        AtomicBoolean decided = new AtomicBoolean();
        Thread view = new Thread(() -> {
            decided.set(true);
            waiters.changed(ORDER);
        });
        view.start();
        try (Waiters.Wait wait = waiters.register(ORDER)) {
            boolean seen = waiter.look(wait, decided);
            joined(view);
            assertTrue(seen || woken(wait), "waits for what has happened");
        }
    }

    private static boolean woken(Waiters.Wait wait) {
        try {
            return wait.await(Duration.ZERO);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void joined(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
