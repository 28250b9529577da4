package dev.onsale.release.canary;

import dev.onsale.release.flags.KnownFlag;
import dev.onsale.runtime.OperatorError;
import java.util.List;

/**
 * The guard rails of a canary.
 *
 * @param path the code path, one of {@link #PATHS}
 * @param steps shares of the buyers that get the canary, in percent, ascending; the last is 100, which ends the canary
 * @param minBuyers of either variant, fewest buyers answered in a step before it may end
 * @param minStepMillis shortest duration of a step
 * @param latencyObjectiveMillis a buyer who waited longer for an answer is a bad one
 * @param queueObjectiveMillis a buyer whose command waited longer in the log is a bad one
 * @param latencyTolerance by how much the canary may be slower than the control, as a share: 0.1 lets 110 ms pass for 100 ms.
 *     With thousands of buyers a difference of a millisecond is certain, and still nobody's harm
 * @param alpha most canaries without any fault that are aborted all the same, over all steps and tests of one canary
 */
public record CanaryPlan(
        String path,
        List<Integer> steps,
        int minBuyers,
        long minStepMillis,
        long latencyObjectiveMillis,
        long queueObjectiveMillis,
        double latencyTolerance,
        double alpha) {

    /** What can be canaried. */
    public static final List<String> PATHS = List.of("allocator", "payments", "order-service");

    /** The sequential test's part of alpha; errors are what hurts most, and the gates need little. */
    private static final double SEQUENTIAL_PART = 0.8;

    /** @throws OperatorError when a canary cannot run like this */
    public CanaryPlan {
        steps = List.copyOf(steps);
        flagOf(path);
        require(
                ascendTo100(steps),
                "The steps " + steps + " are no way to 100 %; give at least two shares in percent, ascending, the"
                        + " first above 0 and the last 100, such as 5,10,25,50,100.");
        require(minBuyers > 0, "A step without buyers shows nothing; give a minimum of buyers above 0.");
        require(minStepMillis >= 0, "A step cannot last " + minStepMillis + " ms; give a duration of 0 or more.");
        require(
                latencyObjectiveMillis > 0 && queueObjectiveMillis > 0,
                "Every answer would be too late; give objectives above 0 ms for latency and queue time.");
        require(
                latencyTolerance >= 0 && latencyTolerance <= 10,
                "The latency tolerance " + latencyTolerance + " is not from 0 to 10; give 0.1 for 10 %.");
        require(alpha > 0 && alpha < 0.5, "Alpha " + alpha + " is not above 0 and below 0.5; give 0.02 for 2 %.");
    }

    /** A plan with the guard rails that fit most sales: 200 buyers and a minute a step, at most 2 % false aborts. */
    public static CanaryPlan of(String path) {
        return new CanaryPlan(path, List.of(5, 10, 25, 50, 100), 200, 60_000, 1_000, 5_000, 0.1, 0.02);
    }

    /** @throws OperatorError when it is none of {@link #PATHS} */
    public static void requirePath(String path) {
        flagOf(path);
    }

    /** The flag that gives buyers the candidate of a path. @throws OperatorError when there is no such path */
    static KnownFlag flagOf(String path) {
        require(PATHS.contains(path), "There is no path '" + path + "'; give one of " + String.join(", ", PATHS) + ".");
        return path.equals("payments") ? KnownFlag.PAYMENTS_PATH : KnownFlag.of(path);
    }

    /** The evidence at which the sequential test aborts. */
    double evidenceToAbort() {
        return 1 / (SEQUENTIAL_PART * alpha);
    }

    /** The p-value below which a gate is shut. There are two tests in each step that has a control, each looked at once. */
    double gateAlpha() {
        return (1 - SEQUENTIAL_PART) * alpha / (2 * (steps.size() - 1));
    }

    private static boolean ascendTo100(List<Integer> steps) {
        if (steps.size() < 2 || steps.getFirst() < 1 || steps.getLast() != 100) {
            return false;
        }
        for (int i = 1; i < steps.size(); i++) {
            if (steps.get(i) <= steps.get(i - 1)) {
                return false;
            }
        }
        return true;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new OperatorError(otherwise);
        }
    }
}
