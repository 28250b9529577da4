package dev.onsale.release.canary;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.release.canary.CanaryController.Listener;
import dev.onsale.release.canary.CanaryRun.State;
import dev.onsale.release.flags.TestBroker;
import dev.onsale.release.log.ReleaseEntry;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.PinnedSchemas;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Canaries of a build, whose buyers come by an edge, on a real broker. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class BuildCanaryTest {

    private static final Listener SILENT = (verdict, percent) -> {};
    private static final String PATH = "order-service";
    /** Steps of a second. The objectives leave room for a machine that is busy with something else. */
    private static final CanaryPlan PLAN =
            new CanaryPlan(PATH, List.of(20, 50, 100), 20, 1_000, 20_000, 20_000, 0.5, 0.02);

    @TempDir
    static Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private static TestBroker broker;

    @SuppressWarnings("NullAway.Init")
    private static TestSale sale;

    private final TestEdge edge = new TestEdge();
    private final List<CanaryController> opened = new ArrayList<>();

    @BeforeAll
    static void open() throws Exception {
        broker = TestBroker.start();
        sale = new TestSale(broker.client(), folder.resolve("flags.json"));
    }

    @AfterAll
    static void closeAll() throws Exception {
        sale.close();
        broker.close();
    }

    @BeforeEach
    void sell() {
        sale.stampBy(edge::send);
    }

    @AfterEach
    void close() {
        opened.forEach(CanaryController::close);
    }

    private CanaryController controller() {
        return controller(Optional.of(edge));
    }

    private CanaryController controller(Optional<TestEdge> withEdge) {
        CanaryController controller =
                new CanaryController(PATH, broker.client(), PinnedSchemas.released(), withEdge.map(open -> open));
        opened.add(controller);
        return controller;
    }

    @Test
    void build_isPromotedStepByStep_andAbortedAfterwards() throws Exception {
        CanaryController controller = controller();

        CanaryRun run = controller.judge(controller.start(PLAN, "ada", "a new build"), SILENT);

        assertEquals(State.PROMOTED, run.state(), () -> run.verdicts().toString());
        assertEquals(List.of(20, 20, 50, 100), edge.told(), "once more by the judge, which may be a later one");
        controller(Optional.empty()).verify(run);

        CanaryRun aborted = controller.abort("eve", "complaints");
        assertEquals(State.ABORTED, aborted.state());
        assertEquals("eve", aborted.ending().orElseThrow().who());
        assertEquals(0, edge.told().getLast());
        assertFalse(aborted.abortFailed());
    }

    @Test
    void build_isAborted_whenTheEdgeSeesItFail_andTheVerdictFollowsFromTheReleaseLog() throws Exception {
        edge.failTheCandidates();
        CanaryController controller = controller();

        CanaryRun run = controller.judge(controller.start(PLAN, "ada", "a new build"), SILENT);

        Verdict.Abort abort =
                assertInstanceOf(Verdict.Abort.class, run.verdicts().getLast());
        assertEquals(Verdict.Cause.MORE_BAD_BUYERS, abort.cause());
        assertEquals(0, abort.numbers().controlBad());
        assertEquals(0, edge.told().getLast());
        assertEquals("the share is 0", run.check().orElseThrow().why());
        controller(Optional.empty()).verify(run);
        CanaryRun withoutTheEdge = new CanaryRun(
                run.start(),
                run.entries().stream()
                        .filter(entry -> !entry.kind().equals(CanaryEntries.EDGE))
                        .toList());
        assertThrows(OperatorError.class, () -> controller.verify(withoutTheEdge), "the log alone shows no failure");
    }

    @Test
    void build_isAborted_whenItAnswersNobody() throws Exception {
        edge.takeTheCandidateAway(6_000);
        CanaryController controller = controller();

        CanaryRun run = controller.judge(controller.start(PLAN, "ada", "a new build"), SILENT);

        assertEquals(
                Verdict.Cause.AWAY,
                assertInstanceOf(Verdict.Abort.class, run.verdicts().getLast()).cause());
        controller(Optional.empty()).verify(run);
    }

    @Test
    void canary_goesOnFromWhereItsControllerWasStopped() throws Exception {
        CanaryController first = controller();
        CanaryRun begun = first.start(PLAN, "ada", "a new build");
        CountDownLatch advanced = new CountDownLatch(1);
        List<String> told = new ArrayList<>();
        Thread judging = Thread.ofPlatform().start(() -> {
            try {
                first.judge(begun, (verdict, percent) -> {
                    if (percent == 50) {
                        advanced.countDown();
                    }
                });
            } catch (InterruptedException | OperatorError e) {
                told.add(e.toString());
            }
        });
        assertTrue(advanced.await(60, TimeUnit.SECONDS), told::toString);
        judging.interrupt();
        judging.join();
        first.close();
        edge.failTheCandidates();

        CanaryController second = controller();
        CanaryRun run = second.judge(second.running(), SILENT);

        assertEquals(State.ABORTED, run.state(), () -> run.verdicts().toString());
        assertEquals(2, run.verdicts().size());
        assertEquals(List.of(20, 20, 50, 50, 0), edge.told());
        second.verify(run);
    }

    @Test
    void controller_endsAndLeavesTheEdge_whenSomebodyElseChangedIt() throws Exception {
        CanaryController controller = controller();
        CanaryPlan slow = new CanaryPlan(PATH, List.of(20, 100), 20, 600_000, 20_000, 20_000, 0.5, 0.02);
        CanaryRun begun = controller.start(slow, "ada", "a new build");

        OperatorError ended =
                assertThrows(OperatorError.class, () -> controller.judge(begun, (verdict, percent) -> edge.goAstray()));

        assertTrue(
                String.valueOf(ended.getMessage()).contains("'canary resume' gives the share again"), ended.toString());
        assertEquals(List.of(20, 20), edge.told());
        assertEquals(State.RUNNING, controller.latest().orElseThrow().state());
        var _ = controller.abort("eve", "no time");
    }

    @Test
    void purchasesWithoutABuildsStamp_areNotJudged() throws Exception {
        sale.stampByFlags();
        CanaryController controller = controller();
        CanaryRun begun = controller.start(PLAN, "ada", "a new build");
        List<Verdict> verdicts = new ArrayList<>();

        Thread judging = Thread.ofPlatform().start(() -> {
            try {
                controller.judge(begun, (verdict, percent) -> {
                    synchronized (verdicts) {
                        verdicts.add(verdict);
                    }
                });
            } catch (InterruptedException | OperatorError e) {
                // Stopped below.
            }
        });
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            synchronized (verdicts) {
                return verdicts.size() >= 4;
            }
        });
        judging.interrupt();
        judging.join();

        verdicts.forEach(verdict -> assertEquals(0, verdict.numbers().controlBuyers(), verdict::reason));
        List<String> kinds = controller.abort("eve", "enough seen").entries().stream()
                .map(ReleaseEntry::kind)
                .toList();
        assertEquals(List.of(CanaryEntries.STOP, CanaryEntries.CHECK), kinds);
    }
}
