package dev.onsale.release.canary;

import dev.onsale.release.log.ReleaseEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A canary as the release log tells it.
 *
 * @param start its first entry; its id is the canary's
 * @param entries those that followed, in order
 */
public record CanaryRun(ReleaseEntry start, List<ReleaseEntry> entries) {

    /** How a canary stands. */
    public enum State {
        RUNNING,
        PROMOTED,
        ABORTED
    }

    public CanaryRun {
        entries = List.copyOf(entries);
    }

    /** The latest canary of a path; empty: there was none. */
    public static Optional<CanaryRun> latest(String path, List<ReleaseEntry> log) {
        return log.stream()
                .filter(entry -> entry.kind().equals(CanaryEntries.START)
                        && entry.details().path("path").asText().equals(path))
                .reduce((_, later) -> later)
                .map(start -> new CanaryRun(
                        start,
                        log.stream()
                                .filter(entry -> !entry.equals(start) && CanaryEntries.isOf(entry, start.id()))
                                .toList()));
    }

    public String id() {
        return start.id();
    }

    public CanaryPlan plan() {
        return CanaryEntries.read(start, "plan", CanaryPlan.class);
    }

    SaleLog.Position from() {
        return CanaryEntries.read(start, "from", SaleLog.Position.class);
    }

    /** The verdicts that changed the share, in order. */
    public List<Verdict> verdicts() {
        List<Verdict> verdicts = new ArrayList<>();
        ofKind(CanaryEntries.VERDICT)
                .forEach(entry -> verdicts.add(CanaryEntries.read(entry, "judged", Verdict.class)));
        return verdicts;
    }

    /** Up to where the log was read for each verdict. */
    List<SaleLog.Position> positions() {
        return ofKind(CanaryEntries.VERDICT).stream()
                .map(entry -> CanaryEntries.read(entry, "to", SaleLog.Position.class))
                .toList();
    }

    private List<ReleaseEntry> ofKind(String kind) {
        return entries.stream().filter(entry -> entry.kind().equals(kind)).toList();
    }

    public State state() {
        for (ReleaseEntry stop : ofKind(CanaryEntries.STOP)) {
            return stop.details().path("decision").asText().equals(CanaryEntries.Decision.PROMOTE.name())
                    ? State.PROMOTED
                    : State.ABORTED;
        }
        List<Verdict> verdicts = verdicts();
        if (verdicts.isEmpty()) {
            return State.RUNNING;
        }
        return switch (verdicts.getLast()) {
            case Verdict.Abort _ -> State.ABORTED;
            case Verdict.Advance advance -> advance.toPercent() == 100 ? State.PROMOTED : State.RUNNING;
            case Verdict.Extend _ -> State.RUNNING;
        };
    }

    /** The share of the buyers that the canary has by its latest step, in percent. */
    public int percent() {
        if (state() != State.RUNNING) {
            return state() == State.PROMOTED ? 100 : 0;
        }
        List<Verdict> verdicts = verdicts();
        return verdicts.isEmpty()
                ? plan().steps().getFirst()
                : verdicts.getLast() instanceof Verdict.Advance advance ? advance.toPercent() : 0;
    }
}
