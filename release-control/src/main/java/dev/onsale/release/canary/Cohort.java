package dev.onsale.release.canary;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The buyers of one variant in one step, each counted once. What is in it does not depend on the order of observations. */
final class Cohort {

    private final Set<String> buyers = new HashSet<>();
    private final Set<String> bad = new HashSet<>();
    private final Map<String, Long> slowestMillis = new HashMap<>();
    /** Buyers who were bad in an earlier step say nothing new: one who always fails would count in every step. */
    private final Set<String> badBefore = new HashSet<>();

    void add(Observation observation, boolean isBad) {
        String buyer = observation.buyer();
        if (badBefore.contains(buyer)) {
            return;
        }
        buyers.add(buyer);
        if (isBad) {
            bad.add(buyer);
        }
        if (!observation.error()) {
            slowestMillis.merge(buyer, observation.latencyMillis(), Math::max);
        }
    }

    void beginStep() {
        badBefore.addAll(bad);
        buyers.clear();
        bad.clear();
        slowestMillis.clear();
    }

    int buyers() {
        return buyers.size();
    }

    int bad() {
        return bad.size();
    }

    /** Buyers who got an answer that is no error. */
    int answered() {
        return slowestMillis.size();
    }

    /** The slowest answer of each buyer who got one, in milliseconds, ascending. */
    double[] latencies() {
        return slowestMillis.values().stream()
                .mapToDouble(Long::doubleValue)
                .sorted()
                .toArray();
    }
}
