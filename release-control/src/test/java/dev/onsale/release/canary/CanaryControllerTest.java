package dev.onsale.release.canary;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.release.canary.CanaryController.Listener;
import dev.onsale.release.canary.CanaryRun.State;
import dev.onsale.release.flags.FlagChange;
import dev.onsale.release.flags.FlagChanges;
import dev.onsale.release.flags.FlagDefinition;
import dev.onsale.release.flags.Share;
import dev.onsale.release.flags.TestBroker;
import dev.onsale.release.log.ReleaseEntry;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.PinnedSchemas;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Canaries of a sale whose buyers are steered by the real flags, on a real broker. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class CanaryControllerTest {

    private static final Listener SILENT = (verdict, percent) -> {};
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    static Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private static TestBroker broker;

    @SuppressWarnings("NullAway.Init")
    private static TestSale sale;

    private final List<CanaryController> opened = new ArrayList<>();

    @BeforeAll
    static void open() throws Exception {
        broker = TestBroker.start();
        sale = new TestSale(broker.client(), folder.resolve("flags.json"));
        await().atMost(PATIENCE).until(sale::live);
    }

    @AfterAll
    static void closeAll() throws Exception {
        sale.close();
        broker.close();
    }

    @AfterEach
    void close() {
        sale.declineTheCandidates(false);
        sale.stampByFlags();
        opened.forEach(CanaryController::close);
    }

    private CanaryController controller(String path) {
        CanaryController controller =
                new CanaryController(path, broker.client(), PinnedSchemas.released(), Optional.empty());
        opened.add(controller);
        return controller;
    }

    /** Steps of a second. The objectives leave room for a machine that is busy with something else. */
    private static CanaryPlan plan(String path, Integer... steps) {
        return new CanaryPlan(path, List.of(steps), 20, 1_000, 20_000, 20_000, 0.5, 0.02);
    }

    private static void awaitDefinition(String flag, JsonNode expected) {
        await().untilAsserted(() -> assertEquals(expected, definition(flag)));
    }

    private static @Nullable JsonNode definition(String flag) {
        try (FlagChanges changes = new FlagChanges(broker.client(), PATIENCE)) {
            return changes.latest().stream()
                    .filter(change -> change.flag().equals(flag))
                    .map(FlagChange::after)
                    .findFirst()
                    .orElse(null);
        }
    }

    private static String message(OperatorError error) {
        return String.valueOf(error.getMessage());
    }

    @Test
    void canary_isPromoted_whenBothAreAlike_andItsVerdictsCanBeVerified() throws Exception {
        CanaryController controller = controller("allocator");
        List<Verdict> told = new ArrayList<>();
        CanaryRun begun = controller.start(plan("allocator", 20, 50, 100), "ada", "a better allocator");

        CanaryRun run = controller.judge(begun, (verdict, percent) -> told.add(verdict));

        assertEquals(State.PROMOTED, run.state(), () -> told.getLast().reason());
        awaitDefinition("allocator", FlagDefinition.ofShare(100));
        assertEquals(
                List.of(50, 100),
                run.verdicts().stream()
                        .map(verdict ->
                                assertInstanceOf(Verdict.Advance.class, verdict).toPercent())
                        .toList());
        assertEquals(
                run.verdicts(),
                told.stream()
                        .filter(verdict -> !(verdict instanceof Verdict.Extend))
                        .toList());
        Verdict.Numbers first = run.verdicts().getFirst().numbers();
        double share = (double) first.canaryBuyers() / (first.canaryBuyers() + first.controlBuyers());
        assertTrue(share > 0.05 && share < 0.35, "the flag steers: " + first);

        controller("allocator").verify(run);
        OperatorError refused = assertThrows(OperatorError.class, () -> controller.verify(tampered(run)));
        assertTrue(message(refused).contains("does not give the recorded verdict again"), message(refused));
    }

    /** The same canary, with a verdict that one bad buyer was left out of. */
    private static CanaryRun tampered(CanaryRun run) {
        List<ReleaseEntry> entries = run.entries().stream()
                .map(entry -> {
                    ObjectNode details = entry.details().deepCopy();
                    JsonNode numbers = details.path("judged").path("numbers");
                    if (numbers instanceof ObjectNode changed) {
                        changed.put("canaryBuyers", changed.path("canaryBuyers").asInt() - 1);
                    }
                    return new ReleaseEntry(entry.id(), entry.at(), entry.who(), entry.why(), entry.kind(), details);
                })
                .toList();
        return new CanaryRun(run.start(), entries);
    }

    @Test
    void canary_isAborted_whenItDeclinesMore_andItsBuyersGetStable() throws Exception {
        sale.declineTheCandidates(true);
        CanaryController controller = controller("payments");
        CanaryRun begun = controller.start(plan("payments", 20, 50, 100), "ada", "a cheaper gateway");
        String buyer = someBuyerOf("payments", 20);
        await().until(() -> sale.variant("payments", buyer), "candidate"::equals);

        CanaryRun run = controller.judge(begun, SILENT);

        assertEquals(State.ABORTED, run.state());
        assertEquals(
                Verdict.Cause.MORE_BAD_BUYERS,
                assertInstanceOf(Verdict.Abort.class, run.verdicts().getLast()).cause());
        awaitDefinition("payments-path", FlagDefinition.ofShare(0));
        await().until(() -> sale.variant("payments", buyer), "stable"::equals);
        assertEquals("EFFECTIVE", effect(run), () -> run.entries().toString());
        controller.verify(run);
    }

    private static String someBuyerOf(String path, int percent) {
        try (Share share = new Share(CanaryPlan.flagOf(path), percent)) {
            return IntStream.range(0, 1_000)
                    .mapToObj(i -> "buyer-" + i)
                    .filter(share::includes)
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static String effect(CanaryRun run) {
        return run.check().map(entry -> entry.details().path("effect").asText()).orElse("");
    }

    @Test
    void abort_isNotEffective_whenTheEdgeGoesOnWithTheCandidate() throws Exception {
        CanaryController controller = controller("payments");
        var _ = controller.start(plan("payments", 20, 100), "ada", "a try");
        sale.stampBy(_ -> Map.of("payments", "candidate"));

        CanaryRun run = controller.abort("eve", "it smells");

        assertEquals(State.ABORTED, run.state());
        assertEquals("NOT_EFFECTIVE", effect(run));
        assertTrue(run.abortFailed());
        assertTrue(run.check().orElseThrow().why().contains("flags kill candidate"));
    }

    @Test
    void canary_goesOn_whenItsControllerWasStopped() throws Exception {
        CanaryController first = controller("allocator");
        CanaryRun begun = first.start(plan("allocator", 20, 50, 100), "ada", "a better allocator");
        CountDownLatch advanced = new CountDownLatch(1);
        List<String> told = new CopyOnWriteArrayList<>();
        Thread judging = Thread.ofPlatform().start(() -> {
            try {
                first.judge(begun, (verdict, percent) -> {
                    told.add(verdict.reason());
                    if (percent == 50) {
                        advanced.countDown();
                    }
                });
            } catch (InterruptedException | OperatorError e) {
                told.add(e.toString());
            }
        });
        assertTrue(advanced.await(PATIENCE.toSeconds(), TimeUnit.SECONDS), told::toString);
        judging.interrupt();
        judging.join();
        first.close();

        CanaryController second = controller("allocator");
        CanaryRun found = second.running();
        assertEquals(List.of(50, 1), List.of(found.percent(), found.verdicts().size()));
        CanaryRun run = second.judge(found, SILENT);

        assertEquals(State.PROMOTED, run.state(), () -> run.verdicts().toString());
        assertEquals(found.verdicts().getFirst(), run.verdicts().getFirst());
        assertEquals(2, run.verdicts().size());
        second.verify(run);
    }

    @Test
    void controller_endsAndKeepsOff_whenAnotherTakesOver() throws Exception {
        CanaryController first = controller("allocator");
        CanaryRun begun = first.start(plan("allocator", 20, 50, 100), "ada", "a better allocator");
        CompletableFuture<CanaryRun> ofFirst = judging(first, begun, SILENT);

        CanaryController second = controller("allocator");
        CanaryRun run = second.judge(second.running(), SILENT);

        assertEquals(State.PROMOTED, run.state());
        assertEquals(2, run.verdicts().size(), "each step was taken once");
        // The first one saw the end in the log, or was refused when it wanted to write.
        try {
            assertEquals(State.PROMOTED, ofFirst.get(30, TimeUnit.SECONDS).state());
        } catch (ExecutionException e) {
            assertTrue(String.valueOf(e.getMessage()).contains("taken over"), e.toString());
        }
    }

    private static CompletableFuture<CanaryRun> judging(CanaryController controller, CanaryRun run, Listener listener) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return controller.judge(run, listener);
            } catch (InterruptedException e) {
                throw new CompletionException(e);
            }
        });
    }

    @Test
    void controller_endsAndLeavesTheFlag_whenSomebodyElseChangesIt() throws Exception {
        CanaryController controller = controller("allocator");
        CanaryRun begun = controller.start(slow("allocator"), "ada", "a better allocator");
        List<Verdict> told = new CopyOnWriteArrayList<>();
        CompletableFuture<CanaryRun> judged = judging(controller, begun, (verdict, percent) -> told.add(verdict));
        await().atMost(PATIENCE).until(() -> !told.isEmpty());

        JsonNode byHand = FlagDefinition.ofShare(7);
        var _ = sale.flags().change(FlagChange.now("allocator", null, byHand, "eve", "only a few"));

        CanaryRun run = judged.get(30, TimeUnit.SECONDS);
        assertEquals(State.TAKEN_OVER, run.state());
        assertEquals("eve", run.ending().orElseThrow().who());
        awaitDefinition("allocator", byHand);
        OperatorError over = assertThrows(OperatorError.class, controller::running);
        assertTrue(message(over).contains("No canary of allocator is under way"), message(over));
    }

    /** Its first step does not end within a test. */
    private static CanaryPlan slow(String path) {
        return new CanaryPlan(path, List.of(20, 100), 20, 600_000, 20_000, 20_000, 0.5, 0.02);
    }

    @Test
    void canary_isPromotedOrAborted_byHand_whileAnotherJudgesIt() throws Exception {
        for (boolean promote : List.of(true, false)) {
            CanaryController controller = controller("allocator");
            CanaryRun begun = controller.start(slow("allocator"), "ada", "a better allocator");
            CompletableFuture<CanaryRun> judged = judging(controller, begun, SILENT);
            CanaryController byHand = controller("allocator");

            CanaryRun run = promote ? byHand.promote("eve", "good enough") : byHand.abort("eve", "no time");

            State end = promote ? State.PROMOTED : State.ABORTED;
            assertEquals(end, run.state());
            assertEquals(end, judged.get(30, TimeUnit.SECONDS).state());
            assertEquals("eve", run.ending().orElseThrow().who());
            awaitDefinition("allocator", FlagDefinition.ofShare(promote ? 100 : 0));
            assertEquals(promote ? "" : "EFFECTIVE", effect(run));
        }
    }

    @Test
    void secondStart_isRefused_andTheFirstGoesOn() throws Exception {
        CanaryController controller = controller("allocator");
        CanaryRun begun = controller.start(plan("allocator", 20, 100), "ada", "a better allocator");

        OperatorError refused = assertThrows(
                OperatorError.class, () -> controller("allocator").start(plan("allocator", 20, 100), "eve", "mine"));

        assertTrue(
                message(refused).startsWith("A canary of allocator is under way, begun by ada (a better allocator)"),
                message(refused));
        CanaryRun run = controller.judge(begun, SILENT);
        assertEquals(State.PROMOTED, run.state(), () -> run.verdicts().toString());
        assertFalse(controller.latest().orElseThrow().check().isPresent());
    }
}
