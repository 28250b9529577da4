package dev.onsale.release.canary;

import dev.onsale.release.flags.FlagChange;
import dev.onsale.release.log.ReleaseEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A canary as the release log tells it.
 *
 * @param start its first entry; its id is the canary's
 * @param entries those that followed, in order, and the changes that others made to its flag
 */
public record CanaryRun(ReleaseEntry start, List<ReleaseEntry> entries) {

    /** How a canary stands. */
    public enum State {
        RUNNING,
        PROMOTED,
        ABORTED,
        /** Somebody else changed the flag while it was running; from then on the share is theirs. */
        TAKEN_OVER
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
                .map(start -> of(start, log.subList(log.indexOf(start) + 1, log.size())));
    }

    private static CanaryRun of(ReleaseEntry start, List<ReleaseEntry> later) {
        Set<String> own = Stream.concat(Stream.of(start), later.stream())
                .filter(entry -> CanaryEntries.isOf(entry, start.id()))
                .map(CanaryEntries::changeNamed)
                .collect(Collectors.toSet());
        String flag = CanaryPlan.flagOf(start.details().path("path").asText()).flag();
        return new CanaryRun(
                start,
                later.stream()
                        .filter(entry -> CanaryEntries.isOf(entry, start.id())
                                || (isChangeOf(entry, flag) && !own.contains(entry.id())))
                        .toList());
    }

    private static boolean isChangeOf(ReleaseEntry entry, String flag) {
        return entry.kind().equals(FlagChange.KIND)
                && entry.details().path("flag").asText().equals(flag);
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
        return ending().map(CanaryRun::state).orElse(State.RUNNING);
    }

    /** The entry that ended it; empty: it is running. */
    public Optional<ReleaseEntry> ending() {
        return entries.stream().filter(entry -> state(entry) != State.RUNNING).findFirst();
    }

    private static State state(ReleaseEntry entry) {
        return switch (entry.kind()) {
            case CanaryEntries.STOP ->
                entry.details().path("decision").asText().equals(CanaryEntries.Decision.PROMOTE.name())
                        ? State.PROMOTED
                        : State.ABORTED;
            case CanaryEntries.VERDICT ->
                switch (CanaryEntries.read(entry, "judged", Verdict.class)) {
                    case Verdict.Abort _ -> State.ABORTED;
                    case Verdict.Advance advance -> advance.toPercent() == 100 ? State.PROMOTED : State.RUNNING;
                    case Verdict.Extend _ -> State.RUNNING;
                };
            case FlagChange.KIND -> State.TAKEN_OVER;
            default -> State.RUNNING;
        };
    }

    /** What was seen of an abort, as a sentence; empty: nobody has looked, or it was none. */
    public Optional<ReleaseEntry> check() {
        return ofKind(CanaryEntries.CHECK).stream().findFirst();
    }

    /** Whether an abort was seen not to reach the buyers. */
    public boolean abortFailed() {
        return check().filter(
                        entry -> entry.details().path("effect").asText().equals(AbortCheck.Effect.NOT_EFFECTIVE.name()))
                .isPresent();
    }

    /** The share that the judge gave the canary last while it ran, in percent. */
    public int percent() {
        return verdicts().reversed().stream()
                .flatMap(verdict ->
                        verdict instanceof Verdict.Advance advance ? Stream.of(advance.toPercent()) : Stream.empty())
                .findFirst()
                .orElseGet(() -> plan().steps().getFirst());
    }
}
