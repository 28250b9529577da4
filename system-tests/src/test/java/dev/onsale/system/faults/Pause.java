package dev.onsale.system.faults;

import java.time.Duration;
import org.awaitility.Awaitility;

/** Time that has to pass because it is part of a fault: how long something is away, or when it strikes. */
final class Pause {

    private Pause() {}

    static void of(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        Awaitility.await()
                .atMost(time.multipliedBy(2).plusSeconds(1))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> System.nanoTime() >= until);
    }
}
