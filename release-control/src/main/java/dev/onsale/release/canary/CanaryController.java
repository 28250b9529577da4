package dev.onsale.release.canary;

import dev.onsale.release.edge.Edge;
import dev.onsale.release.edge.Edge.Seen;
import dev.onsale.release.log.ReleaseEntry;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.SchemaIds;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Takes the canaries of one path through their steps: reads the log, asks the judge once a second, and changes the share. Every
 * change of the share is one transaction with the verdict that it rests on. Where an edge gives the candidate its buyers, it
 * follows the log when they become more, and goes before it when nobody is to get the candidate any more.
 *
 * <p>It keeps nothing of its own. A controller that was killed is started again: it judges anew what the log holds, must
 * come to the same verdicts, and goes on. Of two, the one that came first can write no more. It never fights a person: once
 * somebody else changes the flag or the edge, it ends.
 */
public final class CanaryController implements AutoCloseable {

    private static final long TICK_MILLIS = 1000;

    /** So often may the edge be seen to do something else; whoever ends a canary tells the edge a moment before the log. */
    private static final int ASTRAY_TICKS = 5;

    /** Is told how a canary goes, once a second and with every change. */
    @FunctionalInterface
    public interface Listener {

        /** @param percent the share that the canary has after this verdict */
        void judged(Verdict verdict, int percent);
    }

    private final String path;
    private final Map<String, Object> kafka;
    private final SchemaIds ids;
    private final Optional<Edge> edge;
    private final CanaryLog log;

    /**
     * @param path one of {@link CanaryPlan#PATHS}
     * @param kafka properties of every Kafka client
     * @param edge what gives the candidate its buyers, and is closed with this; empty: the services do, which follow the flag
     * @throws OperatorError when there is no such path
     */
    public CanaryController(String path, Map<String, Object> kafka, SchemaIds ids, Optional<Edge> edge) {
        this.path = path;
        this.kafka = kafka;
        this.ids = ids;
        this.edge = edge;
        this.log = new CanaryLog(path, kafka);
    }

    /** The latest canary, as it stands now; empty: there was none. */
    public Optional<CanaryRun> latest() {
        return log.latest();
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
            long edgeFrom = edge.map(Edge::position).orElse(0L);
            var start = CanaryEntries.start(plan, sale.ends(), edgeFrom, Instant.now(), who, why);
            give(plan.steps().getFirst(), List.of(start));
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
     *     brokers or the edge do not answer; the canary keeps its share
     */
    public CanaryRun judge(CanaryRun run, Listener listener) throws InterruptedException {
        // Before the log is read: nothing may be added to it by a controller that still runs somewhere.
        log.takeOver();
        try (Judging judging = new Judging(run, kafka, ids)) {
            CanaryRun now = log.asItStands(run);
            judging.repeat(now);
            EdgeRecord seen = new EdgeRecord(now.edgePosition());
            followEdge(now);
            int verdicts = now.recorded().size();
            int astray = 0;
            while (now.state() == CanaryRun.State.RUNNING) {
                TimeUnit.MILLISECONDS.sleep(TICK_MILLIS);
                now = log.asItStands(run);
                if (now.recorded().size() > verdicts) {
                    throw new OperatorError("Another controller has taken over this canary; it goes on there.");
                }
                if (now.state() == CanaryRun.State.RUNNING) {
                    Seen atEdge = edge.map(Edge::look).orElse(Seen.NOTHING);
                    seen.add(atEdge);
                    astray = atEdge.asTold() ? 0 : astray + 1;
                    requireAsTold(astray);
                    SaleLog.Position ends = judging.sale().ends();
                    Verdict verdict =
                            judging.tick(ends, atEdge.requests(), atEdge.awayMillis(), System.currentTimeMillis());
                    if (!(verdict instanceof Verdict.Extend)) {
                        give(judging.percent(), CanaryEntries.verdict(run.id(), run.plan(), verdict, ends, seen));
                        seen.recorded();
                        verdicts++;
                        now = log.asItStands(run);
                    }
                    listener.judged(verdict, judging.percent());
                    if (verdict instanceof Verdict.Abort) {
                        check(now, judging.sale());
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
        return log.asItStands(run);
    }

    private void followEdge(CanaryRun run) {
        if (run.state() == CanaryRun.State.RUNNING) {
            edge.ifPresent(open -> {
                open.share(run.percent());
                open.follow(run.edgePosition());
            });
        }
    }

    private static void requireAsTold(int astray) {
        if (astray >= ASTRAY_TICKS) {
            throw new OperatorError(
                    "The edge does not give the candidate its share any more: it was restarted, or somebody"
                            + " changed it. 'canary resume' gives the share again and goes on, 'canary abort' ends the canary.");
        }
    }

    private static InterruptedException interrupted(InterruptException e) {
        InterruptedException interrupted = new InterruptedException(e.getMessage());
        interrupted.initCause(e);
        return interrupted;
    }

    /** Proves that a canary's verdicts follow from the log. @throws OperatorError when they do not */
    public void verify(CanaryRun run) {
        try (Judging judging = new Judging(run, kafka, ids)) {
            judging.repeat(run);
        }
    }

    /** Ends the canary by hand: everybody gets the candidate. @throws OperatorError when none is under way */
    public CanaryRun promote(String who, String why) throws InterruptedException {
        CanaryRun run = running();
        edge.ifPresent(Edge::requireCandidate);
        give(100, List.of(CanaryEntries.stop(run.id(), run.plan(), CanaryEntries.Decision.PROMOTE, who, why)));
        return log.asItStands(run);
    }

    /**
     * Ends the latest canary by hand, also after it was promoted: nobody gets the candidate. Then looks for up to half a
     * minute whether it is so.
     *
     * @throws OperatorError when there was none, or somebody else has changed its flag
     */
    public CanaryRun abort(String who, String why) throws InterruptedException {
        CanaryRun run = latest().filter(latest -> latest.state() != CanaryRun.State.TAKEN_OVER)
                .orElseGet(this::running);
        give(0, List.of(CanaryEntries.stop(run.id(), run.plan(), CanaryEntries.Decision.ABORT, who, why)));
        try (SaleLog sale = new SaleLog(kafka, ids)) {
            check(run, sale);
        } catch (InterruptException e) {
            throw interrupted(e);
        }
        return log.asItStands(run);
    }

    private void check(CanaryRun run, SaleLog sale) throws InterruptedException {
        AbortCheck.Finding finding = edge.isPresent()
                ? AbortCheck.Finding.of(edge.get().aborted())
                : AbortCheck.run(sale, sale.ends(), path, run.percent());
        log.write(CanaryEntries.check(run.id(), run.plan(), finding));
    }

    /** Whoever is stopped in between has written nothing of an abort yet, and is told again by 'resume' of an advance. */
    private void give(int percent, List<ReleaseEntry> entries) throws InterruptedException {
        if (percent == 0) {
            edge.ifPresent(open -> open.share(percent));
        }
        log.write(percent, entries);
        if (percent > 0) {
            edge.ifPresent(open -> open.share(percent));
        }
    }

    @Override
    public void close() {
        edge.ifPresent(Edge::close);
        log.close();
    }
}
