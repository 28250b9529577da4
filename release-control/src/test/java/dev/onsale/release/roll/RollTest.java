package dev.onsale.release.roll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.release.roll.FakeFleet.Behaviour;
import dev.onsale.release.roll.RollStep.Kind;
import dev.onsale.runtime.OperatorError;
import dev.onsale.runtime.Settings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RollTest {

    private static final Map<String, String> PLAN = Map.of(
            "instances", "a, b, c",
            "a.url", "http://127.0.0.1:1",
            "b.url", "http://127.0.0.1:2/",
            "c.url", "http://127.0.0.1:3",
            "c.restart", "c.sh",
            "restart", "restart.sh",
            "ready.timeout.ms", "1000",
            "observe.ms", "300",
            "look.ms", "50",
            "lag.limit", "10");

    private final FakeFleet fleet = new FakeFleet();
    private final List<RollStep> steps = new ArrayList<>();

    private boolean roll(boolean canGoBack) throws InterruptedException {
        return new Roll(RollPlan.from(Settings.of(PLAN)), fleet, "old", "new", canGoBack, steps::add).run();
    }

    private String worse() {
        return steps.stream()
                .filter(step -> step.kind() == Kind.WORSE)
                .map(step -> step.instance() + ": " + step.detail())
                .findFirst()
                .orElse("nothing was worse");
    }

    @Test
    void goodBuild_isRolled_instanceByInstance() throws InterruptedException {
        assertTrue(roll(true));
        assertEquals(List.of("a new", "b new", "c new"), fleet.restarts);
        assertEquals(
                List.of(
                        Kind.BEGUN,
                        Kind.RESTARTING,
                        Kind.UPGRADED,
                        Kind.RESTARTING,
                        Kind.UPGRADED,
                        Kind.RESTARTING,
                        Kind.UPGRADED,
                        Kind.DONE),
                steps.stream().map(RollStep::kind).toList());
    }

    /** The second instance shows it, so the first one goes back, too. */
    @ParameterizedTest
    @CsvSource({
        "no such unit, 1, 0, 1, 50, its restart failed: no such unit",
        "'', -1, 0, 1, 50, it was not ready within 1 s after its restart",
        "'', 1, 11, 1, 50, b is ready and 11 records behind after 1 s",
        "'', 1, 0, 5, 50, '(5.0 %), and before or at others at most 1.0 %'",
        "'', 1, 0, 1, 300, 'a call takes 300 ms on average, and before or at others at most 50 ms'"
    })
    void badBuild_isRolledBack(String restart, int readyAfter, long lag, int failures, int millis, String reason)
            throws InterruptedException {
        fleet.with("b new", new Behaviour(restart, readyAfter, lag, failures, millis));
        assertEquals(false, roll(true));
        assertEquals(List.of("a new", "b new", "b old", "a old"), fleet.restarts);
        assertTrue(worse().startsWith("b: ") && worse().contains(reason), worse());
        assertEquals(new RollStep(Kind.ROLLED_BACK, "a", ""), steps.getLast());
    }

    @Test
    void badBuild_staysWhereItIs_whenThereIsNoWayBack() throws InterruptedException {
        fleet.with("b new", new Behaviour("broken", 1, 0, 1, 50));
        assertEquals(false, roll(false));
        assertEquals(List.of("a new", "b new"), fleet.restarts);
        assertEquals(Kind.STUCK, steps.getLast().kind());
    }

    @Test
    void rollback_stops_whereItFails() throws InterruptedException {
        fleet.with("b new", new Behaviour("broken", 1, 0, 1, 50)).with("b old", Behaviour.GOOD);
        fleet.with("new", Behaviour.GOOD).with("a old", Behaviour.GOOD);
        FakeFleet failing = fleet;
        assertEquals(
                false,
                new Roll(
                                RollPlan.from(Settings.of(PLAN)),
                                new Fleet() {
                                    @Override
                                    public Look look(RollPlan.Instance instance) {
                                        return failing.look(instance);
                                    }

                                    @Override
                                    public String restart(RollPlan.Instance instance, String build) {
                                        String said = failing.restart(instance, build);
                                        return build.equals("old") ? "the disk is full" : said;
                                    }
                                },
                                "old",
                                "new",
                                true,
                                steps::add)
                        .run());
        assertEquals(List.of("a new", "b new", "b old"), fleet.restarts);
        assertEquals(new RollStep(Kind.STUCK, "b", "its restart failed: the disk is full"), steps.getLast());
    }

    @Test
    void nothingIsRestarted_whenAnInstanceIsUnfit() {
        fleet.with("c old", new Behaviour("", 1, 500, 1, 50));
        OperatorError refused = assertThrows(OperatorError.class, () -> roll(true));
        assertTrue(
                String.valueOf(refused.getMessage()).contains("c is ready and 500 records behind"),
                refused.getMessage());
        assertEquals(List.of(), fleet.restarts);
    }

    @ParameterizedTest
    @CsvSource({
        "instances, '', The setting instances is missing",
        "instances, 'a, a', must name each instance once",
        "b.url, ftp://b, The setting b.url is 'ftp://b'",
        "restart, '', The setting a.restart is missing",
        "c.retsart, x, did you mean c.restart?",
        "lag.limit, many, The setting lag.limit"
    })
    void plan_isRefused_inOneSentence(String key, String value, String says) {
        Map<String, String> wrong = new HashMap<>(PLAN);
        wrong.put(key, value);
        OperatorError refused = assertThrows(OperatorError.class, () -> RollPlan.from(Settings.of(wrong)));
        assertTrue(String.valueOf(refused.getMessage()).contains(says), refused.getMessage());
    }
}
