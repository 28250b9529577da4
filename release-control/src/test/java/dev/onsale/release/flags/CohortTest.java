package dev.onsale.release.flags;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who gets the candidate, by flagd's own evaluation. */
final class CohortTest {

    private static final int BUYERS = 20_000;

    private final long seed = new Random().nextLong();
    private final List<String> buyers = new Random(seed)
            .longs(BUYERS)
            .mapToObj(number -> "buyer-" + Long.toHexString(number))
            .toList();

    private Set<String> candidates(String flag, JsonNode definition) throws Exception {
        FlagdFeed feed = new FlagdFeed(() -> {});
        feed.offer(Map.of(flag, definition));
        try (Evaluation evaluation = new Evaluation(feed, Optional.empty())) {
            return buyers.stream()
                    .filter(buyer -> evaluation.variant(flag, buyer).equals("candidate"))
                    .collect(Collectors.toSet());
        }
    }

    @Test
    void cohort_keepsItsBuyers_andHasItsShare_asItGrows() throws Exception {
        List<Set<String>> cohorts = new ArrayList<>();
        int[] steps = {0, 1, 5, 10, 25, 50, 99, 100};
        for (int percent : steps) {
            cohorts.add(candidates("allocator", FlagDefinition.ofShare(percent)));
        }
        for (int i = 0; i < steps.length; i++) {
            double expected = BUYERS * steps[i] / 100.0;
            double deviation = Math.sqrt(BUYERS * steps[i] / 100.0 * (1 - steps[i] / 100.0));
            int size = cohorts.get(i).size();
            assertTrue(
                    Math.abs(size - expected) <= 5 * deviation,
                    steps[i] + " % of " + BUYERS + " buyers are " + size + ", seed " + seed);
            if (i > 0) {
                assertTrue(cohorts.get(i).containsAll(cohorts.get(i - 1)), "seed " + seed);
            }
        }
        assertEquals(cohorts.get(2), candidates("allocator", FlagDefinition.ofShare(5)), "seed " + seed);
    }

    /** Else the buyers of one canary would be those of the other, and a bad one would spoil the good one's verdict. */
    @Test
    void cohorts_ofTwoFlags_areIndependent() throws Exception {
        Set<String> both = candidates("allocator", FlagDefinition.ofShare(10));
        both.retainAll(candidates("payments-path", FlagDefinition.ofShare(10)));
        double deviation = Math.sqrt(BUYERS * 0.01 * 0.99);
        assertTrue(Math.abs(both.size() - BUYERS * 0.01) <= 5 * deviation, both.size() + " in both, seed " + seed);
    }

    @Test
    void buyers_areTargeted_byName() throws Exception {
        JsonNode staffOnly = FlagDefinition.parse("allocator", """
                {"state": "ENABLED", "variants": {"stable": "stable", "candidate": "candidate"}, "defaultVariant": "stable",
                 "targeting": {"if": [{"starts_with": [{"var": "targetingKey"}, "buyer-f"]}, "candidate", "stable"]}}""");
        assertEquals(
                buyers.stream().filter(buyer -> buyer.startsWith("buyer-f")).collect(Collectors.toSet()),
                candidates("allocator", staffOnly));
    }

    @Test
    void schedule_beginsAndEnds() throws Exception {
        long now = Instant.now().getEpochSecond();
        Stream.of(now - 100, now + 100).forEach(begins -> {
            JsonNode scheduled = FlagDefinition.parse("allocator", """
                    {"state": "ENABLED", "variants": {"stable": "stable", "candidate": "candidate"},
                     "defaultVariant": "stable",
                     "targeting": {"if": [
                       {"and": [{">=": [{"var": "$flagd.timestamp"}, %d]}, {"<": [{"var": "$flagd.timestamp"}, %d]}]},
                       "candidate", "stable"]}}""".formatted(begins, begins + 150));
            try {
                assertEquals(
                        begins < now ? BUYERS : 0,
                        candidates("allocator", scheduled).size());
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
