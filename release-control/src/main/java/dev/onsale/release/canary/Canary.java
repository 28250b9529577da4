package dev.onsale.release.canary;

import dev.onsale.release.canary.Verdict.Abort;
import dev.onsale.release.canary.Verdict.Advance;
import dev.onsale.release.canary.Verdict.Cause;
import dev.onsale.release.canary.Verdict.Extend;
import dev.onsale.release.canary.Verdict.Numbers;
import dev.onsale.release.canary.Verdict.Why;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A canary from its first step to its end. It knows no clock and no Kafka: the same observations and ticks lead to the same
 * verdicts, in whatever order observations came between two ticks, so a verdict can be reproduced from the log.
 *
 * <p>The control is concurrent, and each step is judged by its own observations, since the share differs. What the steps say of bad
 * buyers is multiplied: a step's Bayes factor begins at 1 whatever was before, so the product may be looked at as safely as one
 * of them, and needs no part of alpha for each step. A regression that shows from the beginning, as most do, is also found
 * sooner than by starting afresh.
 *
 * <p>Not safe for use by several threads.
 */
public final class Canary {

    /** Longer than an instance that answers is taken for one that does not. */
    private static final long AWAY_MILLIS = 5_000;

    private final CanaryPlan plan;
    private final Cohort canary = new Cohort();
    private final Cohort control = new Cohort();
    private int step;
    private long stepSinceMillis;
    /** Logarithm of the evidence of the steps that are over. */
    private double logEvidenceBefore;

    private long awayMillis;
    private @Nullable Verdict last;

    /** @param atMillis when buyers begin to get the first step's share, epoch milliseconds */
    public Canary(CanaryPlan plan, long atMillis) {
        this.plan = plan;
        this.stepSinceMillis = atMillis;
    }

    /** The share of the buyers that is to get the canary, in percent: 0 when it was aborted. */
    public int percent() {
        return last instanceof Abort ? 0 : plan.steps().get(step);
    }

    /** Whether it was promoted or aborted. */
    public boolean ended() {
        return last instanceof Abort || step == plan.steps().size() - 1;
    }

    /** Takes up how a request went. What is still under way when the canary ends is of no interest. */
    public void observe(Observation observation) {
        if (!ended()) {
            boolean bad = observation.error()
                    || observation.latencyMillis() > plan.latencyObjectiveMillis()
                    || observation.queueMillis() > plan.queueObjectiveMillis();
            (observation.canary() ? canary : control).add(observation, bad);
        }
    }

    /**
     * Says who has been waiting for too long by now; they are bad buyers while they wait. It replaces what was said before,
     * since an answer may have been given in time and be seen late: then a verdict that counted it as none would not come out
     * of the log again.
     */
    public void waiting(List<Observation> now) {
        if (!ended()) {
            canary.waiting(buyers(now, true));
            control.waiting(buyers(now, false));
        }
    }

    /** Says for how long the canary has been unable to answer anybody, while the control could; 0: it can. */
    public void away(long millis) {
        awayMillis = millis;
    }

    private static Set<String> buyers(List<Observation> observations, boolean ofCanary) {
        return observations.stream()
                .filter(observation -> observation.canary() == ofCanary)
                .map(Observation::buyer)
                .collect(Collectors.toSet());
    }

    /**
     * Judges by what was observed so far, and takes the next step if it may. After the end, the verdict that ended it.
     *
     * @param atMillis now, epoch milliseconds
     */
    public Verdict tick(long atMillis) {
        if (last == null || !ended()) {
            last = judge(atMillis);
            if (last instanceof Advance) {
                logEvidenceBefore += logStepEvidence();
                canary.beginStep();
                control.beginStep();
                stepSinceMillis = atMillis;
                step++;
            }
        }
        return last;
    }

    private Verdict judge(long atMillis) {
        Numbers numbers = numbers(atMillis, null);
        if (awayMillis >= AWAY_MILLIS) {
            return new Abort(Cause.AWAY, numbers);
        }
        boolean worse = canary.bad() > share() * (canary.bad() + control.bad());
        if (worse && numbers.evidence() >= numbers.evidenceToAbort()) {
            return new Abort(Cause.MORE_BAD_BUYERS, numbers);
        }
        if (atMillis - stepSinceMillis < plan.minStepMillis()) {
            return new Extend(Why.RUNNING, numbers);
        }
        if (Math.min(canary.answered(), control.answered()) < plan.minBuyers()) {
            return new Extend(Why.TOO_FEW_BUYERS, numbers);
        }
        if (worse && numbers.stepEvidence() > 1) {
            return new Extend(Why.LEANING_AGAINST, numbers);
        }
        var gate = Gate.of(canary.latencies(), control.latencies(), plan.latencyTolerance(), plan.gateAlpha());
        Numbers all = numbers(atMillis, gate);
        if (gate.slower()) {
            return new Abort(Cause.SLOWER, all);
        }
        return gate.longTail()
                ? new Abort(Cause.LONG_TAIL, all)
                : new Advance(plan.steps().get(step + 1), all);
    }

    private Numbers numbers(long atMillis, @Nullable Gate gate) {
        return new Numbers(
                atMillis,
                plan.steps().get(step),
                canary.buyers(),
                control.buyers(),
                canary.answered(),
                control.answered(),
                canary.bad(),
                control.bad(),
                evidence(logStepEvidence()),
                evidence(logEvidenceBefore + logStepEvidence()),
                plan.evidenceToAbort(),
                awayMillis,
                gate);
    }

    /** Finite, since JSON knows no infinity. */
    private static double evidence(double logarithm) {
        return Math.min(Math.exp(logarithm), Double.MAX_VALUE);
    }

    /** While a variant has no buyers there is nothing to compare. */
    private double logStepEvidence() {
        return canary.buyers() == 0 || control.buyers() == 0
                ? 0
                : SequentialTest.logBayesFactor(canary.bad(), canary.bad() + control.bad(), share());
    }

    private double share() {
        return (double) canary.buyers() / Math.max(1, canary.buyers() + control.buyers());
    }
}
