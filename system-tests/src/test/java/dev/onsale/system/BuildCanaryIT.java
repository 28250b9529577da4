package dev.onsale.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.Topics;
import dev.onsale.system.faults.TopicReader;
import dev.onsale.system.stack.EdgeBuyer;
import dev.onsale.system.stack.EdgeCrowd;
import dev.onsale.system.stack.HaproxyProcess;
import dev.onsale.system.stack.HaproxyProcess.Instance;
import dev.onsale.system.stack.Machine;
import dev.onsale.system.stack.OnsaleProcess;
import dev.onsale.system.stack.OrderServiceProcess;
import dev.onsale.system.stack.Shop;
import dev.onsale.system.stack.SpoiltBuild;
import dev.onsale.system.stack.SpoiltBuild.Fault;
import dev.onsale.wire.Command;
import dev.onsale.wire.Purchase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Canaries of a build of order-service behind HAProxy, while buyers buy. */
@Tag("long")
class BuildCanaryIT {

    /** A regression is to be found before it has met more buyers than this. */
    private static final int MOST_CANARY_BUYERS = 200;

    private static final String LAYOUT = """
            event: builds
            name: Builds
            currency: EUR
            holdSeconds: 600
            maxPerBuyer: 4
            sections:
              - { section: A, rows: 100, seatsPerRow: 200, price: 4500 }
            """;
    private static final String TICKET = Shop.seats("builds", "A", 1, "pm_card_visa");

    @TempDir
    static Path folder;

    private static OnsaleProcess onsale;
    private static OrderServiceProcess candidate;

    /** What is wrong with a candidate, and with the build that it is compared to. */
    enum Regression {
        /** One error in a hundred becomes five. */
        FIVE_TIMES_THE_ERRORS(1, 5, 1, "more buyers are bad with the canary"),
        /** Of every answer, so of the 99th percentile, too. */
        TWICE_THE_LATENCY(0, 0, 2, "the canary's answers are slower");

        private final int errorsBefore;
        private final int errors;
        private final int slowness;
        private final String reason;

        Regression(int errorsBefore, int errors, int slowness, String reason) {
            this.errorsBefore = errorsBefore;
            this.errors = errors;
            this.slowness = slowness;
            this.reason = reason;
        }

        Fault ofStable() {
            return new Fault(errorsBefore, 1);
        }

        Fault ofCandidate() {
            return new Fault(errors, slowness);
        }
    }

    @BeforeAll
    static void up() throws Exception {
        HaproxyProcess.assume();
        onsale = OnsaleProcess.up(folder.resolve("data"));
        assertEquals(201, Shop.of(onsale).open(LAYOUT).status());
        Path state = Files.createDirectory(folder.resolve("candidate"));
        candidate = OrderServiceProcess.start(state, onsale.bootstrap(), "--build.variant", "candidate");
    }

    @AfterAll
    static void down() {
        if (candidate != null) {
            candidate.close();
        }
        if (onsale != null) {
            OnsaleProcess.Ended audit = OnsaleProcess.run("audit", "--bootstrap", onsale.bootstrap());
            onsale.close();
            assertEquals(0, audit.exitCode(), audit.output());
        }
    }

    private static Instance stable() {
        return new Instance(onsale.api().getPort(), onsale.admin().getPort());
    }

    @Test
    void build_isPromoted_whenItIsNoWorse_alsoWhenItsControllerIsKilled(@TempDir Path own) throws Exception {
        try (HaproxyProcess haproxy = HaproxyProcess.start(own, stable(), candidate.instance())) {
            EdgeCrowd crowd = new EdgeCrowd(haproxy, TICKET);
            Path output = own.resolve("canary.out");

            OnsaleProcess.Ended resumed = crowd.buyWhile(() -> {
                String[] start = canary(
                        haproxy,
                        "start",
                        "--steps=20,50,100",
                        "--min-buyers=20",
                        "--min-step=1",
                        "--latency-objective=20000",
                        "--queue-objective=20000",
                        // A process that has just begun is slower than one that has sold for a while.
                        "--latency-tolerance=5",
                        "--why=a new build");
                Process first = OnsaleProcess.begin(output, start);
                Awaitility.await()
                        .atMost(Duration.ofMinutes(2))
                        .until(() -> Files.readString(output).contains("On from 20 to 50 %") || !first.isAlive());
                first.destroyForcibly().waitFor();
                return OnsaleProcess.run(canary(haproxy, "resume"));
            });

            String all = Files.readString(output) + resumed.output();
            assertEquals(0, resumed.exitCode(), all);
            assertTrue(resumed.output().contains("is promoted"), all);
            assertEquals(List.of(), crowd.errors(), "buyers met errors");
            Map<String, Long> written = purchasesByBuild();
            System.out.println(crowd.size() + " buyers during the canary of a build; purchases by build: " + written);
            assertTrue(written.getOrDefault("stable", 0L) >= 40, written.toString());
            assertTrue(written.getOrDefault("candidate", 0L) >= 40, written.toString());

            // Everybody gets it now, also those who had the stable build.
            EdgeBuyer returning = crowd.at("stable1").getFirst();
            assertAnswered(crowd, crowd.newcomer(), "candidate1");
            assertAnswered(crowd, returning, "candidate1");
            assertVerified("gives all 2 verdicts");

            OnsaleProcess.Ended aborted = OnsaleProcess.run(canary(haproxy, "abort", "--why=back to the old build"));
            assertEquals(0, aborted.exitCode(), aborted.output());
            assertAnswered(crowd, returning, "stable1");
        }
    }

    @ParameterizedTest
    @EnumSource
    void regression_isAborted_andItsBuyersGetTheStableBuild(Regression regression, @TempDir Path own) throws Exception {
        try (SpoiltBuild stable = SpoiltBuild.start(stable(), regression.ofStable());
                SpoiltBuild spoilt = SpoiltBuild.start(candidate.instance(), regression.ofCandidate());
                HaproxyProcess haproxy = HaproxyProcess.start(own, stable.instance(), spoilt.instance())) {
            EdgeCrowd crowd = new EdgeCrowd(haproxy, TICKET);
            OnsaleProcess.Ended canary = crowd.buyWhile(() -> startCanary(haproxy));

            assertEquals(1, canary.exitCode(), canary.output());
            assertTrue(canary.output().contains("Aborted: " + regression.reason), canary.output());
            assertTrue(canary.output().contains("The abort reaches buyers"), canary.output());
            List<EdgeBuyer> met = crowd.at("candidate1");
            System.out.printf(
                    "%s: %d of %d buyers met the candidate, %d got an error%n",
                    regression, met.size(), crowd.size(), crowd.errors().size());
            assertTrue(met.size() <= MOST_CANARY_BUYERS, met.size() + " buyers met the candidate");
            EdgeBuyer next = met.getFirst();
            // By an error perhaps, if that build makes some.
            int status = crowd.buy(next, "again");
            assertEquals("stable1", next.server(), "answered with " + status);
            assertVerified("gives all 1 verdicts");
        }
    }

    @Test
    void candidateThatIsNotThere_isAborted_andNoBuyerNoticesIt(@TempDir Path own) throws Exception {
        List<Integer> nobody = Machine.freePorts(2);
        try (HaproxyProcess haproxy =
                HaproxyProcess.start(own, stable(), new Instance(nobody.getFirst(), nobody.getLast()))) {
            EdgeCrowd crowd = new EdgeCrowd(haproxy, TICKET);
            OnsaleProcess.Ended canary = crowd.buyWhile(() -> startCanary(haproxy));

            assertEquals(1, canary.exitCode(), canary.output());
            assertTrue(
                    canary.output().contains("Aborted: no instance of the canary")
                            || canary.output().contains("Aborted: more buyers are bad"),
                    canary.output());
            assertEquals(List.of(), crowd.errors(), "a connection that is refused is tried elsewhere");
        }
    }

    /** At a tenth of the buyers, until it is aborted. */
    private static OnsaleProcess.Ended startCanary(HaproxyProcess haproxy) {
        return OnsaleProcess.run(canary(
                haproxy,
                "start",
                "--steps=10,100",
                "--min-buyers=100",
                "--min-step=1",
                "--latency-objective=20000",
                "--queue-objective=20000",
                "--why=a build with a regression"));
    }

    private static void assertAnswered(EdgeCrowd crowd, EdgeBuyer buyer, String server) throws Exception {
        assertEquals(201, crowd.buy(buyer, "again-" + server));
        assertEquals(server, buyer.server());
    }

    private static void assertVerified(String expected) {
        OnsaleProcess.Ended verified =
                OnsaleProcess.run("canary", "verify", "--path", "order-service", "--bootstrap", onsale.bootstrap());
        assertEquals(0, verified.exitCode(), verified.output());
        assertTrue(verified.output().contains(expected), verified.output());
    }

    private static String[] canary(HaproxyProcess haproxy, String command, String... more) {
        List<String> arguments = new ArrayList<>(List.of("canary", command, "--path", "order-service"));
        arguments.addAll(List.of("--bootstrap", onsale.bootstrap()));
        arguments.addAll(List.of("--haproxy", haproxy.socket()));
        arguments.addAll(List.of("--edge", haproxy.buyers().toString()));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    private static Map<String, Long> purchasesByBuild() {
        AvroSerde<Command> serde =
                AvroSerde.of(Command.class, PinnedSchemas.released(), Topics.COMMANDS.name() + "-value");
        return TopicReader.committed(onsale.bootstrap(), Topics.COMMANDS.name()).stream()
                .map(message -> serde.fromBytes(message.value()))
                .filter(command -> command.getPayload() instanceof Purchase)
                .map(command -> command.getHeader().getVariants().getOrDefault("order-service", "none"))
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }
}
