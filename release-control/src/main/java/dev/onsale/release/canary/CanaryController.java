package dev.onsale.release.canary;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onsale.release.flags.FlagChange;
import dev.onsale.release.flags.FlagChanges;
import dev.onsale.release.flags.FlagDefinition;
import dev.onsale.release.flags.KnownFlag;
import dev.onsale.release.log.ReleaseEntry;
import dev.onsale.release.log.ReleaseLog;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.SchemaIds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Takes a canary through its steps: reads the log, asks the judge once a second, and changes the flag. Every change of the share
 * is one transaction with the verdict that it rests on.
 *
 * <p>It keeps nothing of its own. A controller that was killed is started again: it judges anew what the log holds, must
 * come to the same verdicts, and goes on. It never fights a person: once somebody else changes the flag, it ends.
 */
public final class CanaryController implements AutoCloseable {

    private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(10);
    private static final long TICK_MILLIS = 1000;

    /** Is told how a canary goes, once a second and with every change. */
    @FunctionalInterface
    public interface Listener {

        /** @param percent the share that the canary has after this verdict */
        void judged(Verdict verdict, int percent);
    }

    private final Map<String, Object> kafka;
    private final SchemaIds ids;
    private final FlagChanges changes;
    private final ReleaseLog releases;
    private final List<ReleaseEntry> known = new ArrayList<>();
    /** Ids of the changes of flags that were made here. */
    private final Set<String> written = new HashSet<>();

    /** @param kafka properties of every Kafka client */
    public CanaryController(Map<String, Object> kafka, SchemaIds ids) {
        this.kafka = kafka;
        this.ids = ids;
        this.changes = new FlagChanges(kafka, WRITE_TIMEOUT);
        this.releases = new ReleaseLog(kafka);
    }

    /** The latest canary of a path, as it stands now; empty: there was none. */
    public Optional<CanaryRun> latest(String path) {
        refresh();
        return CanaryRun.latest(path, known);
    }

    /**
     * Begins a canary: from now on its first share of the buyers gets the candidate.
     *
     * @throws OperatorError when one is under way on this path
     */
    public CanaryRun start(CanaryPlan plan, String who, String why) {
        latest(plan.path())
                .filter(run -> run.state() == CanaryRun.State.RUNNING)
                .ifPresent(run -> {
                    throw new OperatorError("A canary of " + plan.path() + " is under way, begun by "
                            + run.start().who() + " (" + run.start().why()
                            + "); go on with it by 'canary resume', or end it by 'canary abort'.");
                });
        try (SaleLog sale = new SaleLog(kafka, ids)) {
            ReleaseEntry start = CanaryEntries.start(plan, sale.ends(), Instant.now(), who, why);
            write(plan, plan.steps().getFirst(), who, why, start);
            return new CanaryRun(start, List.of());
        }
    }

    /**
     * Judges a canary until it is promoted, aborted, or stopped by somebody.
     *
     * @return the canary as it ended
     * @throws OperatorError when the log gives another verdict than was recorded, or brokers do not answer
     */
    public CanaryRun judge(CanaryRun run, Listener listener) throws InterruptedException {
        CanaryPlan plan = run.plan();
        var canary = new Canary(plan, run.start().at().toEpochMilli());
        Outcomes outcomes = outcomes(plan, canary::observe);
        try (SaleLog sale = new SaleLog(kafka, ids)) {
            sale.seek(run.from());
            repeat(run, canary, outcomes, sale);
            while (!canary.ended()) {
                TimeUnit.MILLISECONDS.sleep(TICK_MILLIS);
                if (stoppedBySomebody(run)) {
                    return latest(plan.path()).orElse(run);
                }
                SaleLog.Position ends = sale.ends();
                sale.readTo(ends, outcomes);
                Verdict verdict = tick(canary, outcomes, System.currentTimeMillis());
                if (!(verdict instanceof Verdict.Extend)) {
                    ReleaseEntry entry = CanaryEntries.verdict(run.id(), plan, verdict, ends);
                    write(plan, canary.percent(), entry.who(), entry.why(), entry);
                }
                listener.judged(verdict, canary.percent());
            }
        } catch (KafkaException e) {
            throw new OperatorError(
                    "The log cannot be read (" + e.getMessage()
                            + "); the canary keeps its share. Start the brokers, then go on by 'canary resume'.",
                    e);
        }
        return latest(plan.path()).orElse(run);
    }

    private static Outcomes outcomes(CanaryPlan plan, Consumer<Observation> observer) {
        // Whoever waits for longer than the objective is a bad buyer already; this only makes sure of those who wait
        // for ever.
        return plan.path().equals("payments")
                ? new PaymentOutcomes(plan.path(), plan.latencyObjectiveMillis(), observer)
                : new DecisionOutcomes(plan.path(), plan.latencyObjectiveMillis(), observer);
    }

    private static Verdict tick(Canary canary, Outcomes outcomes, long atMillis) {
        outcomes.unanswered(atMillis);
        return canary.tick(atMillis);
    }

    /** Comes to the recorded verdicts again, from the same part of the log. */
    private static void repeat(CanaryRun run, Canary canary, Outcomes outcomes, SaleLog sale) {
        List<SaleLog.Position> positions = run.positions();
        List<Verdict> verdicts = run.verdicts();
        for (int i = 0; i < verdicts.size(); i++) {
            sale.readTo(positions.get(i), outcomes);
            Verdict recorded = verdicts.get(i);
            Verdict again = tick(canary, outcomes, recorded.numbers().atMillis());
            if (!again.equals(recorded)) {
                throw new OperatorError("The log does not give the recorded verdict again: recorded was '"
                        + recorded.reason() + "', the log gives '" + again.reason()
                        + "'. Abort the canary, and keep the log for whoever looks into it.");
            }
        }
    }

    /** Proves that a canary's verdicts follow from the log. @throws OperatorError when they do not */
    public void verify(CanaryRun run) {
        var canary = new Canary(run.plan(), run.start().at().toEpochMilli());
        Outcomes outcomes = outcomes(run.plan(), canary::observe);
        try (SaleLog sale = new SaleLog(kafka, ids)) {
            sale.seek(run.from());
            repeat(run, canary, outcomes, sale);
        }
    }

    /** Ends a canary by hand: everybody gets the candidate, or nobody. @throws OperatorError when none is under way */
    public CanaryRun stop(String path, boolean promote, String who, String why) {
        CanaryRun run = latest(path)
                .filter(latest -> latest.state() == CanaryRun.State.RUNNING)
                .orElseThrow(() -> new OperatorError("No canary of " + path + " is under way; 'canary status' shows the"
                        + " latest one, and 'flags set' changes a share without a canary."));
        CanaryEntries.Decision decision = promote ? CanaryEntries.Decision.PROMOTE : CanaryEntries.Decision.ABORT;
        write(run.plan(), promote ? 100 : 0, who, why, CanaryEntries.stop(run.id(), run.plan(), decision, who, why));
        return latest(path).orElse(run);
    }

    /** Whether somebody ended the canary, or changed its flag without it. */
    private boolean stoppedBySomebody(CanaryRun run) {
        int before = known.size();
        refresh();
        for (ReleaseEntry entry : known.subList(before, known.size())) {
            if (entry.kind().equals(CanaryEntries.STOP) && CanaryEntries.isOf(entry, run.id())) {
                return true;
            }
            boolean ours = entry.kind().equals(FlagChange.KIND)
                    && entry.details()
                            .path("flag")
                            .asText()
                            .equals(flag(run.plan()).flag());
            if (ours && !written.contains(entry.id())) {
                var stop = CanaryEntries.stop(
                        run.id(),
                        run.plan(),
                        CanaryEntries.Decision.ABORT,
                        entry.who(),
                        "The flag was changed by hand: " + entry.why());
                changes.write(stop);
                return true;
            }
        }
        return false;
    }

    private void refresh() {
        try {
            known.addAll(releases.next());
        } catch (KafkaException e) {
            throw new OperatorError(
                    "The release log cannot be read (" + e.getMessage()
                            + "); start the brokers, or correct --bootstrap or --config.",
                    e);
        }
    }

    private void write(CanaryPlan plan, int percent, String who, String why, ReleaseEntry entry) {
        KnownFlag flag = flag(plan);
        FlagChange change = FlagChange.now(flag.flag(), present(flag), FlagDefinition.ofShare(percent), who, why);
        written.add(change.id());
        changes.write(change, entry);
    }

    private @Nullable JsonNode present(KnownFlag flag) {
        return changes.latest().stream()
                .filter(change -> change.flag().equals(flag.flag()))
                .map(FlagChange::after)
                .findFirst()
                .orElse(null);
    }

    private static KnownFlag flag(CanaryPlan plan) {
        return plan.path().equals("payments") ? KnownFlag.PAYMENTS_PATH : KnownFlag.of(plan.path());
    }

    @Override
    public void close() {
        changes.close();
        releases.close();
    }
}
