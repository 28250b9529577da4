package dev.onsale.release.canary;

import dev.onsale.release.edge.Edge.Request;
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

    /**
     * A verdict and what it rests on.
     *
     * @param to up to where the log was read for it
     * @param requests what buyers met at the edge since the verdict before
     */
    record Recorded(Verdict verdict, SaleLog.Position to, List<Request> requests) {}

    /** The verdicts that changed the share, in order, each with its inputs. */
    List<Recorded> recorded() {
        List<Recorded> recorded = new ArrayList<>();
        List<Request> requests = new ArrayList<>();
        for (ReleaseEntry entry : entries) {
            if (entry.kind().equals(CanaryEntries.EDGE)) {
                requests.addAll(List.of(CanaryEntries.read(entry, "requests", Request[].class)));
            } else if (entry.kind().equals(CanaryEntries.VERDICT)) {
                recorded.add(new Recorded(
                        CanaryEntries.read(entry, "judged", Verdict.class),
                        CanaryEntries.read(entry, "to", SaleLog.Position.class),
                        List.copyOf(requests)));
                requests.clear();
            }
        }
        return recorded;
    }

    /** The verdicts that changed the share, in order. */
    public List<Verdict> verdicts() {
        return recorded().stream().map(Recorded::verdict).toList();
    }

    /** Up to where the edge's record of requests is in the release log. */
    long edgePosition() {
        return ofKind(CanaryEntries.VERDICT).stream()
                .map(entry -> entry.details().path("edgeTo").asLong())
                .reduce(start.details().path("edgeFrom").asLong(), Math::max);
    }

    private List<ReleaseEntry> ofKind(String kind) {
        return entries.stream().filter(entry -> entry.kind().equals(kind)).toList();
    }

    public State state() {
        return ending().map(CanaryRun::state).orElse(State.RUNNING);
    }

    /** The entry that ended it, the last one that a person wrote of it if there is one; empty: it is running. */
    public Optional<ReleaseEntry> ending() {
        return ofKind(CanaryEntries.STOP).reversed().stream()
                .findFirst()
                .or(() -> entries.stream()
                        .filter(entry -> state(entry) != State.RUNNING)
                        .findFirst());
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

    /** What was seen of the last abort, as a sentence; empty: nobody has looked, or it was none. */
    public Optional<ReleaseEntry> check() {
        return ofKind(CanaryEntries.CHECK).reversed().stream().findFirst();
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
