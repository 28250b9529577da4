package dev.onsale.release.canary;

import dev.onsale.release.edge.Edge.Request;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.SchemaIds;
import java.util.List;
import java.util.Map;

/** The judge of one canary, with all that it is told: what the log says, and what was seen at the edge. */
final class Judging implements AutoCloseable {

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

    private final Canary canary;
    private final Outcomes outcomes;
    private final SaleLog sale;
    private final long latencyObjectiveMillis;

    /** Reads from where the canary began. */
    Judging(CanaryRun run, Map<String, Object> kafka, SchemaIds ids) {
        long settledMillis = run.start().at().toEpochMilli() + SETTLED_MILLIS;
        this.canary = new Canary(run.plan(), settledMillis);
        this.outcomes = outcomes(run.plan(), canary);
        this.latencyObjectiveMillis = run.plan().latencyObjectiveMillis();
        this.sale = new SaleLog(kafka, ids);
        sale.seek(run.from(), settledMillis);
    }

    private static Outcomes outcomes(CanaryPlan plan, Canary canary) {
        long patienceMillis = plan.latencyObjectiveMillis() + SEEN_LATE_MILLIS;
        return plan.path().equals("payments")
                ? new PaymentOutcomes(plan.path(), patienceMillis, canary::observe)
                : new DecisionOutcomes(plan.path(), patienceMillis, canary::observe);
    }

    /** Comes to the recorded verdicts again, from the same part of the log. @throws OperatorError when it does not */
    void repeat(CanaryRun run) {
        List<CanaryRun.Recorded> all = run.recorded();
        for (CanaryRun.Recorded recorded : all) {
            Verdict verdict = recorded.verdict();
            Verdict again = tick(
                    recorded.to(),
                    recorded.requests(),
                    verdict.numbers().awayMillis(),
                    verdict.numbers().atMillis());
            if (!again.equals(verdict)) {
                throw new OperatorError("The log does not give the recorded verdict again: recorded was '"
                        + verdict.reason() + "', the log gives '" + again.reason()
                        + "'. Abort the canary, and keep the log for whoever looks into it.");
            }
        }
    }

    /**
     * Judges by what there is.
     *
     * @param to up to where the log is read
     * @param requests what buyers met at the edge since the tick before
     * @param awayMillis for how long the candidate has been unable to answer
     */
    Verdict tick(SaleLog.Position to, List<Request> requests, long awayMillis, long atMillis) {
        sale.readTo(to, outcomes);
        requests.forEach(request -> canary.observe(observation(request)));
        canary.away(awayMillis);
        canary.waiting(outcomes.unanswered(atMillis));
        return canary.tick(atMillis);
    }

    /** Within the time that a buyer had offered to wait no answer is too slow, but those of one build may be slower. */
    private Observation observation(Request request) {
        boolean late = request.lateMillis() > latencyObjectiveMillis;
        long millis = late ? request.lateMillis() : Math.min(request.millis(), latencyObjectiveMillis);
        return new Observation(request.buyer(), request.candidate(), request.failed(), millis, 0);
    }

    /** The share that the candidate is to have now. */
    int percent() {
        return canary.percent();
    }

    SaleLog sale() {
        return sale;
    }

    @Override
    public void close() {
        sale.close();
    }
}
