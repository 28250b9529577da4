package dev.onsale.system.release;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.system.runbook.RunbookPage;
import dev.onsale.system.stack.OnsaleProcess;
import dev.onsale.system.stack.OnsaleProcess.Ended;
import dev.onsale.system.stack.Shop;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rolls services while buyers buy: first a good build, then one that does not start. How many buyers come is {@code -Droll.rate},
 * a second, and how long they may be without any answer {@code -Droll.gap.ms}; with {@code -Droll.all=true} every instance is
 * restarted, not one of each service.
 */
@Timeout(900)
class RollIT {

    private static final double RATE = Double.parseDouble(System.getProperty("roll.rate", "20"));
    /** A machine that does nothing else keeps to 1000; other work on it is no fault of ours. */
    private static final Duration LONGEST_GAP = Duration.ofMillis(Long.getLong("roll.gap.ms", 5_000));

    private static final boolean ALL = Boolean.getBoolean("roll.all");
    private static final List<String> ONE_OF_EACH = List.of("inventory-1", "order-1", "worker-1");
    private static final String QUICK = "observe.ms = 3000\nready.timeout.ms = 40000";
    private static final int SECTIONS = 8;
    private static final String LAYOUT = """
            event: roll
            name: Roll
            currency: EUR
            holdSeconds: 600
            maxPerBuyer: 2
            sections:
            """
            + IntStream.range(0, SECTIONS)
                    .mapToObj(i -> "  - { section: S" + i + ", rows: 100, seatsPerRow: 200, price: 4500 }\n")
                    .collect(Collectors.joining());

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @Test
    @Tag("rolling-restart-under-load")
    @Tag("long")
    void everyService_isRolled_whileBuyersBuy_andABadBuildIsRolledBackByItself() throws Exception {
        try (Services services = Services.start(folder)) {
            awaitReady(services);
            Map.Entry<URI, URI> first = services.shops().entrySet().iterator().next();
            assertEquals(
                    201, Shop.of(first.getValue(), first.getKey()).open(LAYOUT).status());
            Ended described = OnsaleProcess.shell(
                    folder, "./onsale release describe --partitions " + Services.PARTITIONS + " > running.json");
            assertEquals(0, described.exitCode(), described.output());
            services.plan(ALL ? services.instances() : ONE_OF_EACH, QUICK);
            services.jar("1.5.0", Map.of("build.txt", "nothing new"));
            services.jar("1.6.0", Map.of("dev/onsale/payments/PaymentWorkerMain.class", "no class"));
            String command = command(services);

            Ended rolled = whileBuyersBuy(services, "good", command);
            assertEquals(0, rolled.exitCode(), rolled.output());

            // Not by the time after which the brokers give up one that is silent.
            assertTrue(
                    services.handedOver("inventory-1", "inventory-2").compareTo(Services.SESSION) < 0,
                    () -> "inventory-2 took over after " + services.handedOver("inventory-1", "inventory-2"));
            services.plan(List.of("worker-1", "worker-2"), QUICK);
            Ended back = whileBuyersBuy(
                    services, "bad", command.replace("1.5.0", "1.6.0").replace("1.4.0", "1.5.0"));
            assertEquals(1, back.exitCode(), back.output());
            assertTrue(back.output().contains("worker-1: worse, it was not ready within 40 s"), back.output());
            assertTrue(back.output().contains("worker-1: runs 1.5.0 again."), back.output());
            Ended audit = OnsaleProcess.run("audit", "--bootstrap", services.bootstrap());
            System.out.println(audit.output());
            assertEquals(0, audit.exitCode(), audit.output());
        }
    }

    /** As the runbook has it, but for the address of the brokers. */
    private static String command(Services services) throws IOException {
        return RunbookPage.blocks("rolling.md").stream()
                .filter(block -> block.test().equals(Optional.of("RollIT")))
                .map(RunbookPage.Block::commands)
                .collect(Collectors.joining())
                .replace("127.0.0.1:9092", services.bootstrap());
    }

    private Ended whileBuyersBuy(Services services, String build, String command) throws IOException {
        SteadyBuyers buyers = new SteadyBuyers(
                services.shops(),
                RATE,
                number -> Shop.seats("roll", "S" + number % SECTIONS, 1, "pm_card_visa"),
                build);
        Ended ended;
        try (buyers) {
            buyers.start();
            ended = OnsaleProcess.shell(folder, command);
        }
        System.out.println(ended.output());
        System.out.printf(
                "rolling-restart-under-load: %s build, %.0f purchases/s: %s; longest gap between two answers %d ms; 50 %% within %d ms, 99 %% within %d ms,"
                        + " all within %d ms%n",
                build,
                RATE,
                buyers.answers(),
                buyers.longestGap().toMillis(),
                buyers.within(500).toMillis(),
                buyers.within(990).toMillis(),
                buyers.within(1_000).toMillis());
        assertEquals(0, buyers.errors(), () -> buyers.answers().toString());
        assertTrue(
                buyers.longestGap().compareTo(LONGEST_GAP) <= 0,
                () -> "the longest gap between two answers was " + buyers.longestGap());
        return ended;
    }

    private static void awaitReady(Services services) {
        for (URI health : services.health()) {
            Awaitility.await()
                    .atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofMillis(200))
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> Shop.status(health.resolve("/health/ready").toString()) == 200);
        }
    }
}
