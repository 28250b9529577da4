package dev.onsale.release.canary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.onsale.release.canary.Verdict.Abort;
import dev.onsale.release.canary.Verdict.Advance;
import dev.onsale.release.canary.Verdict.Cause;
import dev.onsale.release.canary.Verdict.Extend;
import dev.onsale.release.canary.Verdict.Why;
import dev.onsale.runtime.OperatorError;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A canary's way from step to step, by observations made by hand. */
class CanaryTest {

    private static final CanaryPlan PLAN =
            new CanaryPlan("allocator", List.of(50, 100), 20, 60_000, 1_000, 5_000, 0.1, 0.02);
    private static final long BEGIN = 1_000_000;
    private static final long STEP_OVER = BEGIN + 60_000;

    private final Canary canary = new Canary(PLAN, BEGIN);

    @Test
    void canary_isPromoted_whenNothingSpeaksAgainstIt() {
        observe(20, true, 0);
        observe(20, false, 0);

        Verdict verdict = canary.tick(STEP_OVER);

        assertEquals(100, assertInstanceOf(Advance.class, verdict).toPercent());
        assertTrue(canary.ended());
        assertEquals(100, canary.percent());
        assertEquals(verdict, canary.tick(STEP_OVER + 1), "what has ended stays as it is");
    }

    @Test
    void canary_neverAdvances_withoutData() {
        for (int hours = 1; hours < 1000; hours++) {
            assertExtends(Why.TOO_FEW_BUYERS, BEGIN + hours * 3_600_000L);
        }
        observe(1_000, false, 0);
        assertExtends(Why.TOO_FEW_BUYERS, STEP_OVER);
        observe(19, true, 0);
        assertExtends(Why.TOO_FEW_BUYERS, STEP_OVER);
    }

    @Test
    void canary_neverAdvances_whenNobodyIsAnswered() {
        observe(100, true, 100);
        observe(100, false, 100);

        assertExtends(Why.TOO_FEW_BUYERS, STEP_OVER);
    }

    @Test
    void step_lastsItsMinimum() {
        observe(100, true, 0);
        observe(100, false, 0);

        assertExtends(Why.RUNNING, STEP_OVER - 1);
        assertInstanceOf(Advance.class, canary.tick(STEP_OVER));
    }

    @Test
    void canary_isAbortedAtOnce_whenMoreOfItsBuyersAreBad() {
        observe(40, true, 20);
        observe(40, false, 0);

        Verdict verdict = canary.tick(BEGIN + 1);

        assertEquals(
                Cause.MORE_BAD_BUYERS, assertInstanceOf(Abort.class, verdict).cause());
        assertEquals(0, canary.percent());
        observe(1_000, true, 0);
        assertEquals(verdict, canary.tick(STEP_OVER), "what has ended stays as it is");
    }

    @Test
    void canary_isNotAborted_whenFewerOfItsBuyersAreBad() {
        observe(400, true, 0);
        observe(400, false, 100);

        assertTrue(
                canary.tick(STEP_OVER) instanceof Advance,
                () -> canary.tick(STEP_OVER).reason());
    }

    @Test
    void step_goesOn_whileMoreOfTheCanarysBuyersAreBadButNotSurely() {
        observe(40, true, 3);
        observe(40, false, 0);

        assertExtends(Why.LEANING_AGAINST, STEP_OVER);
    }

    @Test
    void canary_isAborted_whenItHasBeenAwayForFiveSeconds() {
        observe(40, false, 0);
        canary.away(4_000);
        assertExtends(Why.RUNNING, BEGIN + 4_000);
        canary.away(0);
        assertExtends(Why.RUNNING, BEGIN + 5_000);
        canary.away(5_000);

        Abort abort = assertInstanceOf(Abort.class, canary.tick(BEGIN + 10_000));
        assertEquals(Cause.AWAY, abort.cause());
        assertTrue(
                abort.reason().startsWith("Aborted: no instance of the canary has answered for 5 s"), abort.reason());
    }

    static Stream<Arguments> badness() {
        return Stream.of(
                arguments("an error", true, 1, 1, 1),
                arguments("a late answer", false, 1_001, 1, 1),
                arguments("a long queue", false, 1, 5_001, 1),
                arguments("all within the objectives", false, 1_000, 5_000, 0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void badness(String name, boolean error, long latencyMillis, long queueMillis, int bad) {
        canary.observe(new Observation("ada", true, error, latencyMillis, queueMillis));

        assertEquals(bad, canary.tick(BEGIN).numbers().canaryBad());
    }

    @Test
    void buyer_countsOnce_andOnceBadIsBad() {
        for (int i = 0; i < 10; i++) {
            canary.observe(new Observation("ada", true, i == 3, 100, 0));
        }

        Verdict.Numbers numbers = canary.tick(BEGIN).numbers();

        assertEquals(List.of(1, 1, 1), List.of(numbers.canaryBuyers(), numbers.canaryBad(), numbers.canaryAnswered()));
    }

    @Test
    void buyer_whoWasBadInAnEarlierStep_doesNotCountAgain() {
        var plan = new CanaryPlan("payments", List.of(10, 50, 100), 20, 0, 1_000, 5_000, 0.1, 0.02);
        var twoSteps = new Canary(plan, BEGIN);
        for (int i = 0; i < 400; i++) {
            twoSteps.observe(new Observation("buyer" + i, i % 10 == 0, i / 10 == 1, 100, 0));
        }
        assertEquals(50, assertInstanceOf(Advance.class, twoSteps.tick(BEGIN)).toPercent());

        twoSteps.observe(new Observation("buyer10", true, true, 100, 0));
        twoSteps.observe(new Observation("buyer20", true, true, 100, 0));

        assertEquals(1, twoSteps.tick(BEGIN).numbers().canaryBad());
        assertEquals(1, twoSteps.tick(BEGIN).numbers().canaryBuyers());
    }

    /** Else a verdict would depend on when the judge looked, and could not be repeated from the log. */
    @Test
    void buyer_whoWaits_isBadOnlyWhileWaiting() {
        var ada = new Observation("ada", true, true, 0, 0);
        canary.waiting(List.of(ada, new Observation("ben", false, true, 0, 0)));
        Verdict.Numbers numbers = canary.tick(BEGIN).numbers();
        assertEquals(
                List.of(1, 1, 1, 1),
                List.of(numbers.canaryBuyers(), numbers.canaryBad(), numbers.controlBuyers(), numbers.controlBad()));

        canary.waiting(List.of());
        canary.observe(new Observation("ada", true, false, 100, 100));
        numbers = canary.tick(BEGIN).numbers();
        assertEquals(
                List.of(1, 0, 0, 0),
                List.of(numbers.canaryBuyers(), numbers.canaryBad(), numbers.controlBuyers(), numbers.controlBad()));
    }

    @Test
    void gate_stops_aCanaryThatIsSlower() {
        slow(true, 200);
        slow(false, 100);

        assertEquals(
                Cause.SLOWER,
                assertInstanceOf(Abort.class, canary.tick(STEP_OVER)).cause());
    }

    private void slow(boolean isCanary, long millis) {
        for (int i = 0; i < 100; i++) {
            canary.observe(new Observation("buyer" + i + isCanary, isCanary, false, millis + i, 0));
        }
    }

    @Test
    void verdicts_doNotDependOnTheOrderOfObservations() {
        long seed = Long.getLong("onsale.seed", new Random().nextLong());
        System.out.println("CanaryTest seed " + seed);
        var random = new Random(seed);
        List<Observation> observations = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            observations.add(new Observation(
                    "buyer" + random.nextInt(500),
                    random.nextBoolean(),
                    random.nextInt(30) == 0,
                    random.nextInt(900),
                    0));
        }
        Verdict first = judged(observations);
        for (int i = 0; i < 20; i++) {
            Collections.shuffle(observations, random);

            assertEquals(first, judged(observations), "seed " + seed);
        }
    }

    private static Verdict judged(List<Observation> observations) {
        var canary = new Canary(PLAN, BEGIN);
        observations.forEach(canary::observe);
        return canary.tick(STEP_OVER);
    }

    @Test
    void verdicts_comeBackFromJson() throws JsonProcessingException {
        var json = new ObjectMapper();
        List<Verdict> verdicts = new ArrayList<>(List.of(canary.tick(BEGIN)));
        observe(40, true, 0);
        observe(40, false, 0);
        verdicts.add(canary.tick(STEP_OVER));
        var other = new Canary(PLAN, BEGIN);
        for (int i = 0; i < 4_000; i++) {
            other.observe(new Observation("buyer" + i, i % 2 == 0, i % 2 == 0, 100, 0));
        }
        verdicts.add(other.tick(BEGIN));

        for (Verdict verdict : verdicts) {
            assertEquals(verdict, json.readValue(json.writeValueAsString(verdict), Verdict.class));
        }
        assertEquals(
                List.of(Extend.class, Advance.class, Abort.class),
                verdicts.stream().map(Object::getClass).toList());
    }

    static Stream<Arguments> refusedPlans() {
        return Stream.of(
                arguments("There is no path", plan("seats", List.of(5, 100), 1, 1)),
                arguments("no way to 100 %", plan("payments", List.of(), 1, 1)),
                arguments("no way to 100 %", plan("payments", List.of(100), 1, 1)),
                arguments("no way to 100 %", plan("payments", List.of(0, 100), 1, 1)),
                arguments("no way to 100 %", plan("payments", List.of(10, 10, 100), 1, 1)),
                arguments("no way to 100 %", plan("payments", List.of(5, 50), 1, 1)),
                arguments("minimum of buyers", plan("payments", List.of(5, 100), 0, 1)),
                arguments("give objectives", plan("payments", List.of(5, 100), 1, 0)));
    }

    private static Runnable plan(String path, List<Integer> steps, int minBuyers, long objectiveMillis) {
        return () -> new CanaryPlan(path, steps, minBuyers, 0, objectiveMillis, 1, 0.1, 0.02);
    }

    @ParameterizedTest(name = "{0} {index}")
    @MethodSource
    void refusedPlans(String because, Runnable plan) {
        String message =
                String.valueOf(assertThrows(OperatorError.class, plan::run).getMessage());

        assertTrue(message.contains(because), message);
    }

    @Test
    void alpha_isSpentOnce() {
        CanaryPlan plan = CanaryPlan.of("allocator");
        int gates = plan.steps().size() - 1;

        assertEquals(plan.alpha(), 1 / plan.evidenceToAbort() + 2 * gates * plan.gateAlpha(), 1e-12);
    }

    /** Buyers of a variant, the first {@code bad} of them with an error. */
    private void observe(int buyers, boolean isCanary, int bad) {
        for (int i = 0; i < buyers; i++) {
            canary.observe(new Observation("buyer" + i + isCanary, isCanary, i < bad, 100 + i % 7, 0));
        }
    }

    private void assertExtends(Why why, long atMillis) {
        Verdict verdict = canary.tick(atMillis);
        assertEquals(
                why, assertInstanceOf(Extend.class, verdict, verdict::reason).why());
        assertEquals(50, canary.percent());
    }
}
