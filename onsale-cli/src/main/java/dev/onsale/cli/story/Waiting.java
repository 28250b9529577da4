package dev.onsale.cli.story;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for something that must come about. */
public final class Waiting {

    private static final long PAUSE_MILLIS = 5;

    private Waiting() {}

    /** @throws StoryEndedException when it has not come about in time */
    public static void until(Duration patience, String what, BooleanSupplier holds) throws InterruptedException {
        long begin = System.nanoTime();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() - begin > patience.toNanos()) {
                throw new StoryEndedException("not within " + patience.toSeconds() + " s: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }
}
