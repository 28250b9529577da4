package dev.onsale.release.roll;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/**
 * What an instance did between two looks at one process.
 *
 * @param work number of things it worked on
 * @param failures how many of them failed
 * @param calls number of calls it answered
 * @param callSeconds how long they took altogether, waiting ones included
 */
record Stretch(double work, double failures, double calls, double callSeconds) {

    /** Fewer failures may be chance. */
    private static final double FEW_FAILURES = 5;
    /** A share of failures above the others' that is too much. */
    private static final double WORSE_SHARE = 0.01;
    /** Fewer calls say nothing of latency. */
    private static final double FEW_CALLS = 20;

    private static final double WORSE_FACTOR = 2;
    private static final double WORSE_SECONDS = 0.1;

    static Stretch between(Look from, Look to) {
        return new Stretch(
                to.work() - from.work(),
                to.failures() - from.failures(),
                to.calls() - from.calls(),
                to.callSeconds() - from.callSeconds());
    }

    /** Why this is worse than each of the others; empty: it is not. */
    Optional<String> worseThan(Collection<Stretch> others) {
        double share = others.stream().mapToDouble(Stretch::failureShare).max().orElse(0);
        if (failures >= FEW_FAILURES && failureShare() > share + WORSE_SHARE) {
            return Optional.of(String.format(
                    Locale.ROOT,
                    "%.0f of %.0f failed (%.1f %%), and before or at others at most %.1f %%",
                    failures,
                    work,
                    100 * failureShare(),
                    100 * share));
        }
        double seconds = others.stream()
                .filter(other -> other.calls >= FEW_CALLS)
                .mapToDouble(Stretch::meanSeconds)
                .max()
                .orElse(Double.MAX_VALUE / WORSE_FACTOR);
        if (calls >= FEW_CALLS && meanSeconds() > seconds * WORSE_FACTOR + WORSE_SECONDS) {
            return Optional.of(String.format(
                    Locale.ROOT,
                    "a call takes %.0f ms on average, and before or at others at most %.0f ms",
                    1_000 * meanSeconds(),
                    1_000 * seconds));
        }
        return Optional.empty();
    }

    private double failureShare() {
        return work + failures == 0 ? 0 : Math.min(1, failures / Math.max(work, failures));
    }

    private double meanSeconds() {
        return calls == 0 ? 0 : callSeconds / calls;
    }
}
