package dev.onsale.simulator;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** How often what was seen: a fault that never came proves nothing. */
public final class Tally {

    /** What is worth seeing. */
    public enum Sight {
        PURCHASES,
        REPEATED_REQUESTS,
        REUSED_REQUEST_IDS,
        SOLD,
        REJECTED,
        EXPIRED,
        CANCELLED,
        RETAKEN,
        REFUNDED,
        PAUSES,
        DEAD_LETTERS,
        RESTARTS,
        RESTARTS_IN_TRANSACTION,
        REPLACED_ALIVE,
        ZOMBIES_FENCED,
        DELIVERED_AGAIN,
        WORKERS_KILLED,
        ANSWERS_UNHEARD,
        CALLS_FAILED,
        CALLS_HUNG,
        ANSWERED_FROM_MEMORY,
        KEY_CONFLICTS,
        DECLINES,
        VOIDS,
        REPORTED_AGAIN,
        CLOCK_JUMPS;

        /** In words. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    private final Map<Sight, Long> counts = new EnumMap<>(Sight.class);

    Tally() {
        for (Sight sight : Sight.values()) {
            counts.put(sight, 0L);
        }
    }

    void count(Sight sight) {
        counts.merge(sight, 1L, Long::sum);
    }

    void add(Tally other) {
        other.counts.forEach((sight, count) -> counts.merge(sight, count, Long::sum));
    }

    /** How often each was seen, in the order of their declaration. */
    public Map<Sight, Long> counts() {
        return Collections.unmodifiableMap(counts);
    }
}
