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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Takes the canaries of one path through their steps: reads the log, asks the judge once a second, and changes the flag. Every
 * change of the share is one transaction with the verdict that it rests on.
 *
 * <p>It keeps nothing of its own. A controller that was killed is started again: it judges anew what the log holds, must
 * come to the same verdicts, and goes on. Of two, the one that came first can write no more. It never fights a person: once
 * somebody else changes the flag, it ends.
 */
public final class CanaryController implements AutoCloseable {

    private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(10);
    private static final long TICK_MILLIS = 1000;
    private static final long SEEN_MILLIS = 5;

    /**
     * So much longer than the objective is an answer waited for before there is none: it is seen only once its transaction
     * has ended, and the brokers' clocks are not ours. Whoever is answered so late is a bad buyer by that already.
     */
    private static final long SEEN_LATE_MILLIS = 2_000;

    /**
     * So long after its start a canary begins to be judged. Until the edge has the flag, all buyers may get one variant, such
     * as the candidate that was promoted before; they are not compared at the same time.
     */
    private static final long SETTLED_MILLIS = 2_000;

    /** Is told how a canary goes, once a second and with every change. */
    @FunctionalInterface
    public interface Listener {

        /** @param percent the share that the canary has after this verdict */
        void judged(Verdict verdict, int percent);
    }

    private final String path;
    private final KnownFlag flag;
    private final Map<String, Object> kafka;
    private final SchemaIds ids;
    private final FlagChanges changes;
    private final ReleaseLog releases;
    private final List<ReleaseEntry> known = new ArrayList<>();

    /**
     * @param path one of {@link CanaryPlan#PATHS}
     * @param kafka properties of every Kafka client
     * @throws OperatorError when there is no such path
     */
    public CanaryController(String path, Map<String, Object> kafka, SchemaIds ids) {
        this.path = path;
        this.flag = CanaryPlan.flagOf(path);
        this.kafka = kafka;
        this.ids = ids;
        this.changes = new FlagChanges(kafka, WRITE_TIMEOUT, "canary-" + path);
        this.releases = new ReleaseLog(kafka);
    }

    /** The latest canary, as it stands now; empty: there was none. */
    public Optional<CanaryRun> latest() {
        try {
            known.addAll(releases.next());
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            throw new OperatorError(
                    "The release log cannot be read (" + e.getMessage()
                            + "); start the brokers, or correct --bootstrap or --config.",
                    e);
        }
        return CanaryRun.latest(path, known);
    }

    /**
     * Begins a canary: from now on its first share of the buyers gets the candidate.
     *
     * @throws OperatorError when one is under way
     */
    public CanaryRun start(CanaryPlan plan, String who, String why) throws InterruptedException {
        latest().filter(run -> run.state() == CanaryRun.State.RUNNING).ifPresent(run -> {
            throw new OperatorError("A canary of " + path + " is under way, begun by "
                    + run.start().who() + " (" + run.start().why()
                    + "); go on with it by 'canary resume', or end it by 'canary abort'.");
        });
        try (SaleLog sale = new SaleLog(kafka, ids)) {
            ReleaseEntry start = CanaryEntries.start(plan, sale.ends(), Instant.now(), who, why);
            write(plan.steps().getFirst(), start);
            return new CanaryRun(start, List.of());
        }
    }

    /** The canary that is under way. @throws OperatorError when there is none */
    public CanaryRun running() {
        return latest().filter(run -> run.state() == CanaryRun.State.RUNNING)
                .orElseThrow(() -> new OperatorError("No canary of " + path + " is under way; 'canary status' shows the"
                        + " latest one, and 'flags set' changes a share without a canary."));
    }

    /**
     * Judges a canary until it is promoted, aborted, or stopped by somebody. After an abort it looks for up to half a minute
     * whether buyers get stable again.
     *
     * @return the canary as it ended
     * @throws OperatorError when the log gives another verdict than was recorded, another controller has taken over, or
     *     brokers do not answer; the canary keeps its share
     */
    public CanaryRun judge(CanaryRun run, Listener listener) throws InterruptedException {
        // Before the log is read: nothing may be added to it by a controller that still runs somewhere.
        changes.takeOver();
        var canary = new Canary(run.plan(), settledMillis(run));
        Outcomes outcomes = outcomes(run.plan(), canary::observe);
        try (SaleLog sale = new SaleLog(kafka, ids)) {
            sale.seek(run.from(), settledMillis(run));
            CanaryRun now = asItStands(run);
            int verdicts = repeat(now, canary, outcomes, sale);
            while (now.state() == CanaryRun.State.RUNNING) {
                TimeUnit.MILLISECONDS.sleep(TICK_MILLIS);
                now = asItStands(run);
                if (now.verdicts().size() > verdicts) {
                    throw new OperatorError("Another controller has taken over this canary; it goes on there.");
                }
                if (now.state() == CanaryRun.State.RUNNING) {
                    SaleLog.Position ends = sale.ends();
                    sale.readTo(ends, outcomes);
                    Verdict verdict = tick(canary, outcomes, System.currentTimeMillis());
                    if (!(verdict instanceof Verdict.Extend)) {
                        write(canary.percent(), CanaryEntries.verdict(run.id(), run.plan(), verdict, ends));
                        verdicts++;
                        now = asItStands(run);
                    }
                    listener.judged(verdict, canary.percent());
                    if (verdict instanceof Verdict.Abort) {
                        check(now, sale);
                    }
                }
            }
        } catch (InterruptException e) {
            throw interrupted(e);
        } catch (KafkaException e) {
            throw new OperatorError(
                    "The log cannot be read (" + e.getMessage()
                            + "); the canary keeps its share. Start the brokers, then go on by 'canary resume'.",
                    e);
        }
        return asItStands(run);
    }

    private static InterruptedException interrupted(InterruptException e) {
        InterruptedException interrupted = new InterruptedException(e.getMessage());
        interrupted.initCause(e);
        return interrupted;
    }

    /** A later one may have been begun since. */
    private CanaryRun asItStands(CanaryRun run) {
        return latest().filter(latest -> latest.id().equals(run.id()))
                .orElseThrow(
                        () -> new OperatorError("Another canary of " + path + " has been begun; this one is over."));
    }

    private static long settledMillis(CanaryRun run) {
        return run.start().at().toEpochMilli() + SETTLED_MILLIS;
    }

    private static Outcomes outcomes(CanaryPlan plan, Consumer<Observation> observer) {
        long patienceMillis = plan.latencyObjectiveMillis() + SEEN_LATE_MILLIS;
        return plan.path().equals("payments")
                ? new PaymentOutcomes(plan.path(), patienceMillis, observer)
                : new DecisionOutcomes(plan.path(), patienceMillis, observer);
    }

    private static Verdict tick(Canary canary, Outcomes outcomes, long atMillis) {
        canary.waiting(outcomes.unanswered(atMillis));
        return canary.tick(atMillis);
    }

    /** Comes to the recorded verdicts again, from the same part of the log. @return how many there are */
    private static int repeat(CanaryRun run, Canary canary, Outcomes outcomes, SaleLog sale) {
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
        return verdicts.size();
    }

    /** Proves that a canary's verdicts follow from the log. @throws OperatorError when they do not */
    public void verify(CanaryRun run) {
        var canary = new Canary(run.plan(), settledMillis(run));
        Outcomes outcomes = outcomes(run.plan(), canary::observe);
        try (SaleLog sale = new SaleLog(kafka, ids)) {
            sale.seek(run.from(), settledMillis(run));
            var _ = repeat(run, canary, outcomes, sale);
        }
    }

    /** Ends the canary by hand: everybody gets the candidate. @throws OperatorError when none is under way */
    public CanaryRun promote(String who, String why) throws InterruptedException {
        CanaryRun run = running();
        write(100, CanaryEntries.stop(run.id(), run.plan(), CanaryEntries.Decision.PROMOTE, who, why));
        return asItStands(run);
    }

    /**
     * Ends the canary by hand: nobody gets the candidate. Then looks for up to half a minute whether it is so.
     *
     * @throws OperatorError when none is under way
     */
    public CanaryRun abort(String who, String why) throws InterruptedException {
        CanaryRun run = running();
        write(0, CanaryEntries.stop(run.id(), run.plan(), CanaryEntries.Decision.ABORT, who, why));
        try (SaleLog sale = new SaleLog(kafka, ids)) {
            check(run, sale);
        } catch (InterruptException e) {
            throw interrupted(e);
        }
        return asItStands(run);
    }

    private void check(CanaryRun run, SaleLog sale) throws InterruptedException {
        AbortCheck.Finding finding = AbortCheck.run(sale, sale.ends(), path, run.percent());
        ReleaseEntry entry = CanaryEntries.check(run.id(), run.plan(), finding);
        changes.write(entry);
        awaitSeen(entry);
    }

    private void write(int percent, ReleaseEntry entry) throws InterruptedException {
        FlagChange change =
                FlagChange.now(flag.flag(), present(), FlagDefinition.ofShare(percent), entry.who(), entry.why());
        CanaryEntries.name(entry, change);
        changes.write(change, entry);
        awaitSeen(entry);
    }

    /** A transaction is committed a moment before readers see it; whoever reads on must not miss what was written here. */
    private void awaitSeen(ReleaseEntry entry) throws InterruptedException {
        long begin = System.nanoTime();
        while (latest().isEmpty() || known.stream().noneMatch(seen -> seen.id().equals(entry.id()))) {
            if (System.nanoTime() - begin > WRITE_TIMEOUT.toNanos()) {
                throw new OperatorError("What was written to the release log is not seen there within "
                        + WRITE_TIMEOUT.toSeconds() + " s; look at the brokers, then go on by 'canary resume'.");
            }
            TimeUnit.MILLISECONDS.sleep(SEEN_MILLIS);
        }
    }

    private @Nullable JsonNode present() {
        return changes.latest().stream()
                .filter(change -> change.flag().equals(flag.flag()))
                .map(FlagChange::after)
                .findFirst()
                .orElse(null);
    }

    @Override
    public void close() {
        changes.close();
        releases.close();
    }
}
