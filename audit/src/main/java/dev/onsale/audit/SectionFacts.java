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

    private boolean salesPaused;
    private boolean paymentsStopped;
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

    /** The clock of holds, which stands still while sales are paused or payments stopped. */
    long clock(long atMillis) {
        return atMillis - pausedBy(atMillis);
    }

    /** For how many milliseconds the clock has stood still by a time. */
    long pausedBy(long atMillis) {
        return pausedMillis + (pausedAtMillis >= 0 ? atMillis - pausedAtMillis : 0);
    }

    void sales(boolean paused, long atMillis) {
        salesPaused = paused;
        clockStands(atMillis);
    }

    void payments(boolean stopped, long atMillis) {
        paymentsStopped = stopped;
        clockStands(atMillis);
    }

    private void clockStands(long atMillis) {
        pausedMillis = pausedBy(atMillis);
        pausedAtMillis = salesPaused || paymentsStopped ? atMillis : -1;
    }

    /** Counts tickets of a buyer up or down. @return how many there are now */
    int tickets(String buyer, int more) {
        Integer now = ticketsByBuyer.merge(buyer, more, (a, b) -> a + b == 0 ? null : a + b);
        return now == null ? 0 : now;
    }
}
