package dev.onsale.system.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.system.proxy.Fault;
import dev.onsale.system.proxy.FaultProxy;
import dev.onsale.system.proxy.Frame;
import dev.onsale.system.stack.KafkaCluster;
import dev.onsale.system.stack.Ledger;
import dev.onsale.system.stack.OrderServiceProcess;
import dev.onsale.system.stack.Rush;
import dev.onsale.system.stack.Shop;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.common.protocol.ApiKeys;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The network between a service and the brokers fails, and neither of them knows: both are behind a {@link FaultProxy}. */
@Tag("long")
@Timeout(1_800)
class NetworkFaultsIT {

    /** {@code -Dfaults.cutoff.seconds=180} on demand, and then from each broker in turn with {@code -Dfaults.all=true}. */
    private static final Duration CUT_OFF = Duration.ofSeconds(Integer.getInteger("faults.cutoff.seconds", 12));
    /** {@code -Dfaults.lost=100} on demand. */
    private static final int LOST = Integer.getInteger("faults.lost", 8);

    private static final int COMMANDS_PER_SECOND = Integer.getInteger("faults.rate", 30);
    private static final int BUYERS = 150;
    private static final int ROWS = 4;
    private static final int SEATS_PER_ROW = 25;
    private static final Duration FOR_EVER = Duration.ofDays(1);
    private static final Duration WORKS_WITHIN = Duration.ofMinutes(3);

    @TempDir
    static Path folder;

    private static KafkaCluster cluster;
    private static Lab lab;
    private static FaultProxy proxy;
    private static DeciderProcess decider;
    private static Commands commands;

    @BeforeAll
    static void start() throws Exception {
        cluster = KafkaCluster.start(folder);
        lab = Lab.start(folder, cluster);
        proxy = FaultProxy.before(cluster);
        // It gives up a request and a batch so soon that seconds show what minutes would.
        decider = new DeciderProcess(
                proxy.bootstrap(),
                folder.resolve("state"),
                "under-test",
                "--kafka.request.timeout.ms",
                "5000",
                "--kafka.delivery.timeout.ms",
                "15000");
        commands = new Commands(lab.bootstrap());
    }

    @AfterAll
    static void stop() throws Exception {
        commands.close();
        decider.close();
        proxy.close();
        lab.close();
    }

    @AfterEach
    void nothingWentPastTheProxy() {
        assertEquals(0, proxy.strays());
    }

    /** Nothing of it arrives while it lasts, in neither direction; all of it arrives afterwards, when nobody waits for it. */
    @Test
    @Tag("partition-from-one-broker")
    void everyCommand_isDecidedOnce_whenTheDeciderIsCutOffFromOneBroker() throws Exception {
        var finding = new Finding("partition-from-one-broker");
        long seed = finding.seed();
        List<Integer> brokers = Boolean.getBoolean("faults.all")
                ? IntStream.range(0, KafkaCluster.SIZE).boxed().toList()
                : List.of(new Random(seed).nextInt(KafkaCluster.SIZE));
        try (Crowd crowd = new Crowd(commands, "cut-off", 8, seed);
                Pulse pulse = new Pulse(lab.bootstrap())) {
            crowd.start(COMMANDS_PER_SECOND);
            awaitDecisions(pulse, COMMANDS_PER_SECOND);
            for (int broker : brokers) {
                try (Fault away = proxy.cause(Fault.delay(FOR_EVER, frame -> frame.broker() == broker))) {
                    Pause.of(CUT_OFF);
                    assertTrue(away.strikes() > 0);
                }
                awaitDecisions(pulse, 2 * COMMANDS_PER_SECOND);
            }
            crowd.stop();
            finding.saw("cut off from broker " + brokers + " for " + CUT_OFF.toSeconds() + " s each", prove(), pulse);
        }
    }

    /** Lost on its way to the broker, or with the answer on its way back: the decider cannot tell. */
    @Test
    @Tag("commit-answer-lost")
    void everyCommand_isDecidedOnce_whenCommitsAndTheirAnswersAreLost() throws Exception {
        var finding = new Finding("commit-answer-lost");
        long seed = finding.seed();
        Random random = new Random(seed);
        try (Crowd crowd = new Crowd(commands, "lost-commits", 8, seed);
                Pulse pulse = new Pulse(lab.bootstrap())) {
            crowd.start(COMMANDS_PER_SECOND);
            for (int i = 0; i < LOST; i++) {
                awaitDecisions(pulse, COMMANDS_PER_SECOND / 2);
                // Three of four times it is the answer, to a commit that is done.
                boolean answer = random.nextInt(4) > 0;
                Predicate<Frame> commits =
                        frame -> answer ? frame.isResponse(ApiKeys.END_TXN) : frame.isRequest(ApiKeys.END_TXN);
                Fault lost = proxy.cause((random.nextBoolean() ? Fault.cut(commits) : Fault.drop(commits)).atMost(1));
                Awaitility.await().atMost(WORKS_WITHIN).until(() -> lost.strikes() == 1);
            }
            awaitDecisions(pulse, COMMANDS_PER_SECOND);
            crowd.stop();
            finding.saw(LOST + " commits or answers lost", prove(), pulse);
        }
    }

    /** The command is in the log, and the edge cannot tell: it asks again, or its buyer does. */
    @Test
    @Tag("accept-answer-lost")
    void everyBuyer_hasOneOrder_whenAnswersToTheEdgeAreLost() throws Exception {
        var finding = new Finding("accept-answer-lost");
        Path place = Files.createDirectory(folder.resolve("orders"));
        try (var orders = OrderServiceProcess.start(place, proxy.bootstrap(), "--produce.timeout.ms", "2000")) {
            Shop shop = Shop.of(
                    URI.create("http://127.0.0.1:" + orders.instance().http()),
                    URI.create("http://127.0.0.1:" + orders.instance().admin()));
            // A busy broker may take longer to answer than this edge waits.
            Awaitility.await()
                    .atMost(WORKS_WITHIN)
                    .until(() -> shop.open(layout("unheard")).status(), status -> status < 300);
            Rush rush = Rush.of(shop, "unheard", "A", BUYERS, 2);
            try (Fault cut = proxy.cause(
                            Fault.cut(everyFourth(NetworkFaultsIT::accepted)).atMost(LOST));
                    Fault dropped = proxy.cause(
                            Fault.drop(everyFourth(NetworkFaultsIT::accepted)).atMost(LOST))) {
                rush.run();
                assertTrue(cut.strikes() > 0 && dropped.strikes() > 0, () -> cut.strikes() + " " + dropped.strikes());
                finding.saw(
                        BUYERS + " buyers sent each order twice at once; of the answers to the edge " + cut.strikes()
                                + " were cut and " + dropped.strikes() + " dropped",
                        prove());
            }
            assertEquals(Map.of(), rush.disagreements());
            assertEquals(Map.of("SOLD", 100L, "REJECTED", 50L), rush.finalStates());
            assertTrue(Ledger.of(lab.gateway())
                    .paid()
                    .entrySet()
                    .containsAll(rush.sold(Commands.PRICE).entrySet()));
        }
    }

    /** Answers to the producer of commands; the view's producers are threads of Kafka Streams. */
    private static boolean accepted(Frame frame) {
        return frame.isResponse(ApiKeys.PRODUCE)
                && !frame.client().contains("StreamThread")
                && !frame.client().startsWith("onsale-inventory");
    }

    /** Beginning with the first. */
    private static Predicate<Frame> everyFourth(Predicate<Frame> frames) {
        var count = new AtomicInteger();
        return frames.and(_ -> count.getAndIncrement() % 4 == 0);
    }

    private static String layout(String event) {
        return """
                event: %s
                name: %s
                currency: EUR
                holdSeconds: 300
                sections:
                  - { section: A, rows: %d, seatsPerRow: %d, price: %d }
                """.formatted(event, event, ROWS, SEATS_PER_ROW, Commands.PRICE);
    }

    private static Oracle.Proof prove() {
        return new Oracle(lab.bootstrap(), lab.gateway()).awaitProof(decider::requireRunning);
    }

    private static void awaitDecisions(Pulse pulse, int count) {
        pulse.awaitMore(count, WORKS_WITHIN, decider::requireRunning);
    }
}
