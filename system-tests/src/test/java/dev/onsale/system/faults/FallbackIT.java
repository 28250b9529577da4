package dev.onsale.system.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.fallback.DatabaseConfig;
import dev.onsale.fallback.Exporter;
import dev.onsale.fallback.ExporterConfig;
import dev.onsale.fallback.TestDatabase;
import dev.onsale.runtime.Settings;
import dev.onsale.system.runbook.RunbookPage;
import dev.onsale.system.runbook.RunbookPage.Block;
import dev.onsale.system.stack.OrderServiceProcess;
import dev.onsale.system.stack.Shop;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The decider is killed for good in mid-rush, sales go on from PostgreSQL and come back, by the commands of the runbook's page as
 * they are written. Buyers notice nothing but a pause.
 */
@Timeout(600)
class FallbackIT {

    private static final int SEATS = 400;
    private static final int BUYERS = 600;
    private static final Duration SELLS_AGAIN_WITHIN = Duration.ofSeconds(60);
    private static final Duration LONG = Duration.ofMinutes(4);
    private static final String LAYOUT = """
            {"event": "rush", "name": "Rush", "currency": "EUR", "holdSeconds": 600, "maxPerBuyer": 2,
             "sections": [{"section": "A", "rows": 20, "seatsPerRow": 20, "price": 4500}]}""";

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @Test
    void nobodyNoticesMoreThanAPause_whenTheDeciderIsGone_andSalesMoveToPostgresAndBack() throws Exception {
        DatabaseConfig database = TestDatabase.create();
        Map<String, String> fallback = Map.of("fallback.url", database.url(), "fallback.user", database.user());
        RunbookPage.linkCheckout(folder);
        Iterator<Block> page = RunbookPage.blocks("fallback.md").iterator();
        try (Lab lab = Lab.startIdle(folder);
                DeciderProcess decider = new DeciderProcess(lab.bootstrap(), folder.resolve("state"));
                Exporter _ = exporter(lab, fallback);
                OrderServiceProcess first = orders(lab, database, "orders-1");
                OrderServiceProcess second = orders(lab, database, "orders-2")) {
            lab.startWorker(fallback);
            Files.writeString(
                    folder.resolve("fallback.properties"),
                    "bootstrap.servers=" + lab.bootstrap() + "\nfallback.url=" + database.url() + "\nfallback.user="
                            + database.user() + "\n");
            List<Shop> shops = List.of(shop(first), shop(second));
            assertEquals(201, shops.getFirst().open(LAYOUT).status());
            try (StubbornBuyers buyers = new StubbornBuyers(shops, "rush", "A")) {
                buyers.letIn(100);
                buyers.awaitAnswered(100, LONG);
                execute(page.next());

                buyers.letIn(300);
                buyers.awaitAnswered(150, LONG);
                decider.kill();
                int before = buyers.answered();
                long activated = System.nanoTime();
                execute(page.next());
                buyers.awaitAnswered(before + 20, SELLS_AGAIN_WITHIN);
                Duration pause = Duration.ofNanos(System.nanoTime() - activated);
                System.out.println("sold again " + pause.toMillis() + " ms after activate was typed");
                assertTrue(pause.compareTo(SELLS_AGAIN_WITHIN) < 0, pause::toString);
                buyers.awaitAnswered(400, LONG);
                execute(page.next());

                decider.start();
                buyers.letIn(BUYERS - 400);
                execute(page.next());
                buyers.awaitAnswered(BUYERS, LONG);
                assertEquals(SEATS, buyers.seats().size(), "seats that buyers were told are theirs");
                buyers.assertAnswersAreTheSameNow();
            }
            var proof = new Oracle(lab.bootstrap(), lab.gateway()).awaitProof(decider::requireRunning);
            System.out.println(proof);
        }
        assertTrue(!page.hasNext(), "the page has commands that are not executed");
    }

    private static Exporter exporter(Lab lab, Map<String, String> fallback) {
        Map<String, String> settings = new HashMap<>(fallback);
        settings.put("bootstrap.servers", lab.bootstrap());
        return Exporter.start(
                ExporterConfig.from(Settings.of(settings)),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                () -> System.out.println("the exporter has failed for good"));
    }

    private OrderServiceProcess orders(Lab lab, DatabaseConfig database, String name) throws IOException {
        Path home = Files.createDirectories(folder.resolve(name));
        return OrderServiceProcess.start(
                home,
                lab.bootstrap(),
                "--num.standby.replicas",
                "0",
                "--fallback.url",
                database.url(),
                "--fallback.user",
                database.user());
    }

    private static Shop shop(OrderServiceProcess orders) {
        return Shop.of(
                URI.create("http://127.0.0.1:" + orders.instance().http()),
                URI.create("http://127.0.0.1:" + orders.instance().admin()));
    }

    /** As whoever is on call types them. */
    private void execute(Block block) throws IOException {
        assertEquals("FallbackIT", block.test().orElse(""));
        Path output = folder.resolve("line-" + block.line() + ".out");
        Process shell = new ProcessBuilder("bash", "-euo", "pipefail", "-c", block.commands())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        Awaitility.await(block.commands()).atMost(LONG).until(() -> !shell.isAlive());
        String said = block.commands() + Files.readString(output);
        System.out.println(said);
        assertEquals(0, shell.exitValue(), said);
    }
}
