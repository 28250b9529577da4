package dev.onsale.fallback;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** Where an export stands, for whoever watches it from another thread. */
final class Progress {

    /**
     * One partition that is being exported.
     *
     * @param next the first offset that is not exported; empty until PostgreSQL has told it
     * @param exportedMillis time of the last record that was exported, or else when the export began, epoch milliseconds
     * @param heldMillis time of the first record that was read and could not be exported yet; empty: there is none
     * @param stopped why it does not go on, ever
     * @param waits whether PostgreSQL is waited for
     */
    record Standing(
            OptionalLong next, long exportedMillis, OptionalLong heldMillis, Optional<String> stopped, boolean waits) {

        boolean healthy() {
            return stopped.isEmpty() && !waits;
        }

        Standing loaded(long newNext) {
            return new Standing(OptionalLong.of(newNext), exportedMillis, heldMillis, stopped, false);
        }

        Standing holding(long millis) {
            return new Standing(next, exportedMillis, OptionalLong.of(millis), stopped, waits);
        }

        Standing waiting() {
            return new Standing(next, exportedMillis, heldMillis, stopped, true);
        }

        Standing exported(long newNext, long millis) {
            return new Standing(
                    OptionalLong.of(newNext), Math.max(exportedMillis, millis), OptionalLong.empty(), stopped, false);
        }

        Standing stopped(String why) {
            return new Standing(next, exportedMillis, heldMillis, Optional.of(why), false);
        }
    }

    private final Map<Integer, Standing> standings = new ConcurrentHashMap<>();

    void begin(int partition, long nowMillis) {
        standings.put(
                partition, new Standing(OptionalLong.empty(), nowMillis, OptionalLong.empty(), Optional.empty(), true));
    }

    void end(int partition) {
        standings.remove(partition);
    }

    /** Changes one; nothing when the partition has ended. */
    void change(int partition, UnaryOperator<Standing> change) {
        standings.computeIfPresent(partition, (key, standing) -> change.apply(standing));
    }

    /** All partitions as they stand, in order. */
    Map<Integer, Standing> all() {
        return new TreeMap<>(standings);
    }

    boolean healthy() {
        return standings.values().stream().allMatch(Standing::healthy);
    }
}
