package dev.onsale.orders.log;

import dev.onsale.runtime.Settings;
import java.time.Duration;

/**
 * How long the queue of a partition may become before new orders are refused.
 *
 * @param length commands that may wait
 * @param lengthWhileKilled the same while the kill switch {@code admission} is off: the sale goes on at the decider's pace
 * @param longestWait how long a new command may have to wait, at the pace of the last seconds
 */
public record QueueBounds(int length, int lengthWhileKilled, Duration longestWait) {

    private static final int MOST = 10_000_000;

    /** @throws dev.onsale.runtime.OperatorError naming a setting that is invalid */
    public static QueueBounds from(Settings settings) {
        return new QueueBounds(
                settings.integer("queue.limit", 100_000, 1, MOST),
                settings.integer("admission.limit", 100, 1, MOST),
                settings.millis(
                        "queue.wait.limit.ms", Duration.ofMinutes(10), Duration.ofMillis(100), Duration.ofDays(1)));
    }
}
