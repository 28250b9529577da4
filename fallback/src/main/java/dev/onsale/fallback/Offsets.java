package dev.onsale.fallback;

import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** How far the export is: for each partition of {@code onsale.events}, the first offset that is not exported. */
public final class Offsets {

    private Offsets() {}

    /** All of them; a partition that was never exported may be missing. */
    public static Map<Integer, Long> all(Handle handle) {
        Map<Integer, Long> all = new TreeMap<>();
        handle.createQuery("SELECT partition, next_offset FROM exported.offsets")
                .map((row, context) -> Map.entry(row.getInt("partition"), row.getLong("next_offset")))
                .forEach(each -> all.put(each.getKey(), each.getValue()));
        return all;
    }

    /** Where to go on with a partition. From the first call on it has a row, for {@link #lock} to lock. */
    static long next(Handle handle, int partition) {
        handle.execute(
                "INSERT INTO exported.offsets (partition, next_offset) VALUES (?, 0) ON CONFLICT DO NOTHING",
                partition);
        return handle.select("SELECT next_offset FROM exported.offsets WHERE partition = ?", partition)
                .mapTo(Long.class)
                .one();
    }

    /**
     * Keeps others from exporting a partition until the transaction ends.
     *
     * @throws OvertakenException when somebody has exported it meanwhile
     */
    static void lock(Handle handle, int partition, long expected) {
        // No row at all: somebody has emptied the tables, for the export to begin anew.
        long next = handle.select("SELECT next_offset FROM exported.offsets WHERE partition = ? FOR UPDATE", partition)
                .mapTo(Long.class)
                .findOne()
                .orElse(0L);
        if (next != expected) {
            throw new OvertakenException(partition, expected, next);
        }
    }

    /** @throws OvertakenException when the partition is not where we started from */
    static void advance(Handle handle, int partition, long from, long to) {
        int moved = handle.execute(
                "UPDATE exported.offsets SET next_offset = ? WHERE partition = ? AND next_offset = ?",
                to,
                partition,
                from);
        if (moved != 1) {
            throw new OvertakenException(partition, from, next(handle, partition));
        }
    }
}
