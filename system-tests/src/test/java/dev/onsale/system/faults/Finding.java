package dev.onsale.system.faults;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * What a test of a named fault did and saw: lines of its output that {@link FaultReport} puts into the report. Tests of other
 * modules print such lines themselves.
 *
 * @param fault its name
 */
record Finding(String fault) {

    /** A new seed, or that of {@code -Dfaults.seed}; it is printed at once, so that a test that fails has told it. */
    long seed() {
        long seed = Long.getLong("faults.seed", System.nanoTime());
        saw("seed " + seed);
        return seed;
    }

    /** @param what such as what was done and how often, the oracle's proof, the longest gap */
    void saw(Object... what) {
        System.out.println(
                fault + ": " + Arrays.stream(what).map(String::valueOf).collect(Collectors.joining("; ")));
    }
}
