package dev.onsale.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds the events of one command after the other, by the command's offset that each event names. Looks a little ahead, so
 * that an event that is forged, lost or out of place does not put all that follow out of step.
 */
final class EventMatcher {

    private static final int LOOK_AHEAD = 64;

    /**
     * What the log has for one command.
     *
     * @param events in order of the log
     * @param stray events of earlier commands that stand here, readable ones only
     * @param inFront an event of a later command that stands before one of these; null: none
     */
    record Match(
            List<Logged> events,
            List<Logged> stray,
            @Nullable Logged inFront) {}

    private final Supplier<@Nullable Logged> source;
    private final List<Logged> ahead = new ArrayList<>();
    private boolean exhausted;

    EventMatcher(Supplier<@Nullable Logged> source) {
        this.source = source;
    }

    /** @param expected number of events that the command has led to when decided again */
    Match match(long commandOffset, int expected) {
        fill(expected + LOOK_AHEAD);
        if (inStep(commandOffset, expected)) {
            List<Logged> events = List.copyOf(ahead.subList(0, expected));
            ahead.subList(0, expected).clear();
            return new Match(events, List.of(), null);
        }
        List<Logged> events = new ArrayList<>();
        List<Logged> stray = new ArrayList<>();
        List<Logged> left = new ArrayList<>();
        Logged later = null;
        Logged inFront = null;
        for (Logged each : ahead) {
            long offset = each.commandOffset();
            if (offset == commandOffset) {
                inFront = inFront == null ? later : inFront;
                events.add(each);
            } else if (each.readable() && offset < commandOffset) {
                stray.add(each);
            } else {
                later = later == null && each.readable() && !each.reported() ? each : later;
                left.add(each);
            }
        }
        while (events.size() < expected && !left.isEmpty() && !left.getFirst().readable()) {
            events.add(left.removeFirst());
        }
        ahead.clear();
        ahead.addAll(left);
        return new Match(events, stray, inFront);
    }

    private boolean inStep(long commandOffset, int expected) {
        if (ahead.size() < expected) {
            return false;
        }
        for (int i = 0; i < expected; i++) {
            if (ahead.get(i).commandOffset() != commandOffset) {
                return false;
            }
        }
        return ahead.size() == expected || ahead.get(expected).commandOffset() > commandOffset;
    }

    private void fill(int size) {
        while (ahead.size() < size && !exhausted) {
            Logged next = source.get();
            if (next == null) {
                exhausted = true;
            } else {
                ahead.add(next);
            }
        }
    }

    /** The next event that no command has taken, or null at the end. */
    @Nullable
    Logged rest() {
        fill(1);
        return ahead.isEmpty() ? null : ahead.removeFirst();
    }
}
