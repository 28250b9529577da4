package dev.onsale.release.canary;

/**
 * Whether bad buyers are found among the canary's more often than its share of the buyers explains. It may be looked at as
 * often as one likes: were there no fault, evidence would exceed 1/α at any time in at most α of all canaries (Ville).
 *
 * <p>The share is the one that was observed, not the one that was configured. If cohorts are not of the configured size (a
 * flag that is late on one instance, a rule that targets a group, a hash that falls badly), a test against the configured
 * share takes the cohort's size for a fault, and with enough buyers aborts every canary, or is blind to a bad one. Given who was
 * observed and no fault, the bad buyers are a random part of them: those of the canary are then hypergeometric, which scatters
 * less than the Binomial(n, observed share) assumed here. So observing the share costs nothing but some caution.
 */
final class SequentialTest {

    /** How much worse than the control a faulty canary is expected to be, and how many bad buyers' weight that has. */
    private static final double EXPECTED_RATIO = 4;

    private static final double EXPECTED_WEIGHT = 8;

    private SequentialTest() {}

    /**
     * How much more likely the bad buyers are under a canary that is worse than under one that is not, as a logarithm.
     *
     * @param canaryBad bad buyers of the canary
     * @param bad all bad buyers
     * @param share the canary's share of all buyers, above 0 and below 1
     */
    static double logBayesFactor(int canaryBad, int bad, double share) {
        double expected = EXPECTED_RATIO * share / (EXPECTED_RATIO * share + 1 - share);
        return logBayesFactor(canaryBad, bad, share, EXPECTED_WEIGHT * expected, EXPECTED_WEIGHT * (1 - expected));
    }

    /**
     * The same, the canary's share of bad buyers under the alternative being Beta(a, b): each bad buyer counts by how likely the
     * alternative, knowing those before, thought its variant, against how likely its share makes it.
     */
    static double logBayesFactor(int canaryBad, int bad, double share, double a, double b) {
        int controlBad = bad - canaryBad;
        return logRising(a, canaryBad)
                + logRising(b, controlBad)
                - logRising(a + b, bad)
                - canaryBad * Math.log(share)
                - controlBad * Math.log1p(-share);
    }

    /** Logarithm of x (x + 1) ... (x + n - 1). */
    private static double logRising(double x, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += Math.log(x + i);
        }
        return sum;
    }
}
