package dev.onsale.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.simulator.Simulation.Failure;
import dev.onsale.simulator.Simulation.Result;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SimulationTest {

    /** Commands in all, over fresh seeds; -Dsimulator.commands asks for more. */
    private static final long COMMANDS = Long.getLong("simulator.commands", 1_000_000);

    private static final int SEEDS = 8;
    private static final int FOUND_WITHIN = 50_000;
    private static final int SHRUNK_TO = 30;

    @Test
    void everyInvariant_holds_overFreshSeeds() {
        long first = Long.getLong("onsale.seed", new Random().nextLong());
        System.out.println("SimulationTest: " + COMMANDS + " commands over " + SEEDS + " seeds from " + first
                + " (repeat them with -Donsale.seed=" + first + ")");
        IntStream.range(0, SEEDS)
                .parallel()
                .mapToObj(i -> run(first + i * 1_000_000L, COMMANDS / SEEDS, Optional.empty()))
                .forEach(result -> assertEquals(Optional.empty(), result.failure()));
    }

    @Test
    void everySight_isSeen_inARun() {
        Result result = run(1, 200_000, Optional.empty());

        result.tally().counts().forEach((sight, count) -> assertTrue(count > 0, () -> "never: " + sight.text()));
    }

    @ParameterizedTest
    @EnumSource
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void mutant_isFound_withAShortHistory(Mutant mutant) {
        long seed = Long.getLong("onsale.seed", new Random().nextLong());
        System.out.println(mutant.id() + ": seed " + seed + " (repeat it with -Donsale.seed=" + seed + ")");

        Result result = run(seed, FOUND_WITHIN, Optional.of(mutant));

        Failure failure = result.failure().orElseThrow(() -> new AssertionError(mutant.id() + " was not found"));
        assertTrue(
                failure.history().size() <= SHRUNK_TO, () -> failure.history().size() + " steps: " + failure);
    }

    @Test
    void sameSeed_givesTheSameRun() {
        Optional<Mutant> mutant = Optional.of(Mutant.REFUND_WITHOUT_MARKING);

        assertEquals(
                run(7, 20_000, Optional.empty()).fingerprint(),
                run(7, 20_000, Optional.empty()).fingerprint());
        assertEquals(
                run(7, FOUND_WITHIN, mutant).failure(),
                run(7, FOUND_WITHIN, mutant).failure());
        assertNotEquals(
                run(7, 20_000, Optional.empty()).fingerprint(),
                run(8, 20_000, Optional.empty()).fingerprint());
    }

    @Test
    void failure_isRepeated_byTheSeedOfItsSale() {
        Failure found = run(1, FOUND_WITHIN, Optional.of(Mutant.PAUSE_DOES_NOT_STOP_CLOCKS))
                .failure()
                .orElseThrow();

        Result again = run(found.seed(), 1, Optional.of(Mutant.PAUSE_DOES_NOT_STOP_CLOCKS));

        assertEquals(1, again.sales());
        assertEquals(Optional.of(found), again.failure());
    }

    private static Result run(long seed, long commands, Optional<Mutant> mutant) {
        return Simulation.run(seed, commands, mutant, decided -> {});
    }
}
