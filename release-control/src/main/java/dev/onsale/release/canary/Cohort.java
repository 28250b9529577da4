package dev.onsale.release.canary;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The buyers of one variant in one step, each counted once. What is in it does not depend on the order of observations. */
final class Cohort {

    private final Set<String> buyers = new HashSet<>();
    private final Set<String> bad = new HashSet<>();
    /** Those who wait for too long at present; an answer may yet show that they did not. */
    private final Set<String> waiting = new HashSet<>();

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

    /** Says who waits for too long now, instead of whom it said before. */
    void waiting(Set<String> now) {
        waiting.clear();
        waiting.addAll(now);
        waiting.removeAll(badBefore);
    }

    void beginStep() {
        badBefore.addAll(bad);
        badBefore.addAll(waiting);
        waiting.clear();
        buyers.clear();
        bad.clear();
        slowestMillis.clear();
    }

    int buyers() {
        return withWaiting(buyers);
    }

    int bad() {
        return withWaiting(bad);
    }

    private int withWaiting(Set<String> others) {
        return others.size()
                + (int) waiting.stream()
                        .filter(buyer -> !others.contains(buyer))
                        .count();
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
