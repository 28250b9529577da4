package dev.onsale.audit;

import dev.onsale.wire.SectionDefinition;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What events say of one section, counted by code that knows nothing of the rules. */
final class SectionFacts {

    /** A hold by its deadline on the section's clock. */
    record Hold(long deadlineMillis, String orderId) {}

    @Nullable
    SectionDefinition definition;

    long version;
    int held;
    int sold;
    /** By how much the events' counts were off when they were last looked at: free, held, sold. */
    String off = "";

    private long pausedMillis;
    private long pausedAtMillis = -1;
    final TreeSet<Hold> holds =
            new TreeSet<>(Comparator.comparingLong(Hold::deadlineMillis).thenComparing(Hold::orderId));
    final Map<String, Integer> ticketsByBuyer = new HashMap<>();

    int capacity() {
        if (definition == null) {
            return 0;
        }
        return definition.getRows() > 0 ? definition.getRows() * definition.getSeatsPerRow() : definition.getCapacity();
    }

    String currency() {
        return definition == null ? "" : definition.getCurrency();
    }

    /** The clock of holds, which stands still while sales are paused. */
    long clock(long atMillis) {
        long paused = pausedAtMillis >= 0 ? Math.max(0, atMillis - pausedAtMillis) : 0;
        return atMillis - pausedMillis - paused;
    }

    void pause(long atMillis) {
        pausedAtMillis = pausedAtMillis >= 0 ? pausedAtMillis : atMillis;
    }

    void resume(long atMillis) {
        if (pausedAtMillis >= 0) {
            pausedMillis += Math.max(0, atMillis - pausedAtMillis);
            pausedAtMillis = -1;
        }
    }

    /** A time on the section's clock, sales not being paused. */
    long onClock(long atMillis) {
        return atMillis - pausedMillis;
    }

    /** Counts tickets of a buyer up or down. @return how many there are now */
    int tickets(String buyer, int more) {
        Integer now = ticketsByBuyer.merge(buyer, more, (a, b) -> a + b == 0 ? null : a + b);
        return now == null ? 0 : now;
    }
}
