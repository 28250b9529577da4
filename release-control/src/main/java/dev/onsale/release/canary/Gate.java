package dev.onsale.release.canary;

import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.FisherExactTest;
import org.apache.commons.statistics.inference.MannWhitneyUTest;

/**
 * Whether the canary was slower than the control in a step, looked at once, at its end. Two tests, both one-sided, since each sees
 * what the other misses: Mann-Whitney a small slowness of all answers, the tail test a large one of few.
 *
 * @param slowerP p-value of the canary's answers being slower in general
 * @param tailP p-value of too many of the canary's answers being slower than the control's 99th percentile
 * @param controlP99Millis that percentile, the tolerance not added
 * @param beyondP99 how many of the canary's answers exceed it by more than the tolerance
 * @param limit the p-value below which the gate is shut
 */
public record Gate(double slowerP, double tailP, double controlP99Millis, int beyondP99, double limit) {

    /**
     * @param canary latencies of the canary's buyers, at least one, ascending
     * @param control latencies of the control's, likewise
     * @param tolerance by how much the canary may be slower, as a share
     */
    static Gate of(double[] canary, double[] control, double tolerance, double limit) {
        double[] excused = new double[canary.length];
        for (int i = 0; i < canary.length; i++) {
            excused[i] = canary[i] / (1 + tolerance);
        }
        double slowerP = MannWhitneyUTest.withDefaults()
                .with(AlternativeHypothesis.GREATER_THAN)
                .test(excused, control)
                .getPValue();
        int above = control.length / 100;
        double p99 = control[control.length - 1 - above];
        int beyond = 0;
        for (double latency : excused) {
            beyond += latency > p99 ? 1 : 0;
        }
        return new Gate(slowerP, tailP(beyond, canary.length, above, control.length), p99, beyond, limit);
    }

    /**
     * How likely {@code beyond} or more of the canary's answers are slower than all but {@code above} of the control's, if
     * both are alike. Exact, whatever the latencies' distribution: among the slowest {@code beyond + above} of all answers, at
     * least {@code beyond} are the canary's.
     */
    static double tailP(int beyond, int canary, int above, int control) {
        if (beyond == 0) {
            return 1;
        }
        return FisherExactTest.withDefaults()
                .with(AlternativeHypothesis.GREATER_THAN)
                .test(new int[][] {{beyond, above}, {canary - beyond, control - above}})
                .getPValue();
    }

    boolean slower() {
        return slowerP < limit;
    }

    boolean longTail() {
        return tailP < limit;
    }
}
