package dev.onsale.fallback;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.audit.RandomSale;
import dev.onsale.audit.Sale;
import dev.onsale.audit.Shape;
import dev.onsale.audit.TestCluster;
import dev.onsale.runtime.OperatorError;
import dev.onsale.runtime.Settings;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.Topics;
import dev.onsale.tampering.Entry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdbi.v3.core.transaction.LocalTransactionHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each test has a broker and a database of its own, and a sale of its own seed. */
class ExporterTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** Small, so that there are many transactions to be killed in. */
    private static final String BATCH = "40";

    private final long seed = new Random().nextLong();
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private TestCluster cluster;

    @BeforeEach
    void start() throws Exception {
        System.out.println("seed " + seed);
        cluster = TestCluster.start();
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    private Exporter exporter(DatabaseConfig database, PrometheusMeterRegistry to) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "fallback.url", database.url(),
                "fallback.user", database.user(),
                "export.batch.records", BATCH));
        cluster.client().forEach((key, value) -> settings.put(key, value.toString()));
        return Exporter.start(ExporterConfig.from(Settings.of(settings)), to, () -> {});
    }

    private static void awaitExported(Sale sale, Database database) {
        List<String> decided = ExportFixture.decided(sale);
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertEquals(decided, ExportFixture.exported(database)));
    }

    @Test
    void export_isTheStateThatWasDecided_whenItIsKilledInMidTransactionAndExportersAreInEachOthersWay()
            throws Exception {
        Sale sale = RandomSale.of(Shape.concert(3_000), seed);
        DatabaseConfig config = TestDatabase.create();
        try (Database database = Database.open(config)) {
            Sabotage.inTransactions(database, 0.1);
            var ended = new AtomicBoolean();
            try (Exporter _ = exporter(config, meters);
                    Exporter _ = exporter(config, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))) {
                // It reads all partitions, and so is in the way of both.
                CompletableFuture<Void> third = CompletableFuture.runAsync(() -> {
                    while (!ended.get()) {
                        CatchUp.run(cluster.client(), PinnedSchemas.released(), database, PATIENCE);
                    }
                });
                ExportFixture.produce(cluster, sale);
                awaitExported(sale, database);
                ended.set(true);
                third.join();
            }
            long kills = Sabotage.kills(database);
            System.out.println("killed " + kills + " times");
            assertTrue(kills >= 10, "killed only " + kills + " times");
            assertEquals(ExportFixture.decided(sale), ExportFixture.exported(database));
        }
    }

    @Test
    void export_isTheStateThatWasDecided_whenNobodyIsToldOfCommits() {
        Sale sale = RandomSale.of(Shape.concert(2_000), seed);
        ExportFixture.produce(cluster, sale);
        try (Database database = Database.open(TestDatabase.create())) {
            Sabotage.afterCommits(database.jdbi(), 0.3, new Random(seed));

            CatchUp.run(cluster.client(), PinnedSchemas.released(), database, PATIENCE);

            database.jdbi().setTransactionHandler(new LocalTransactionHandler());
            assertEquals(ExportFixture.decided(sale), ExportFixture.exported(database));
        }
    }

    @Test
    void export_goesOn_whenPostgresWasAway(@TempDir Path data) throws Exception {
        Sale sale = RandomSale.of(Shape.concert(1_000), seed);
        EmbeddedPostgres server = server(data, 0);
        int port = server.getPort();
        var config = new DatabaseConfig("jdbc:postgresql://127.0.0.1:" + port + "/postgres", "postgres", "", 4);
        try (Exporter exporter = exporter(config, meters);
                Database database = Database.open(config)) {
            List<Entry> first = sale.events(0);
            ExportFixture.produce(cluster, 0, first.subList(0, first.size() / 2));
            await().atMost(PATIENCE).until(() -> exporter.ready() && lag("records", 0) == 0);
            server.close();

            ExportFixture.produce(cluster, 0, first.subList(first.size() / 2, first.size()));
            ExportFixture.produce(cluster, 1, sale.events(1));
            await().atMost(PATIENCE).until(() -> !exporter.ready() && lag("records", 0) > 0 && lag("seconds", 0) > 1);
            server = server(data, port);

            awaitExported(sale, database);
            await().atMost(PATIENCE).until(() -> exporter.ready() && lag("records", 0) == 0 && lag("seconds", 0) == 0);
        } finally {
            server.close();
        }
    }

    private static EmbeddedPostgres server(Path data, int port) throws Exception {
        return EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPort(port)
                .start();
    }

    @Test
    void partition_standsStill_whenAnEventCannotBeRead_andTheOtherGoesOn() throws Exception {
        Sale sale = RandomSale.of(Shape.concert(1_000), seed);
        List<Entry> first = sale.events(0);
        DatabaseConfig config = TestDatabase.create();
        try (Exporter exporter = exporter(config, meters);
                Database database = Database.open(config)) {
            ExportFixture.produce(cluster, 0, first.subList(0, 100));
            cluster.write(Topics.EVENTS.name(), 0, first.get(100).key(), new byte[] {0, 1, 2});
            ExportFixture.produce(cluster, 0, first.subList(100, first.size()));
            ExportFixture.produce(cluster, 1, sale.events(1));

            List<String> other = ExportFixture.decided(sale, sale.events(1));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertEquals(
                            other, database.jdbi().withHandle(handle -> ExportFixture.exported(handle, 1))));
            await().atMost(PATIENCE).until(() -> metric("onsale_export_stopped", 0) == 1 && lag("records", 1) == 0);
            assertEquals(0, metric("onsale_export_stopped", 1));
            assertTrue(lag("records", 0) > 0);
            assertFalse(exporter.ready());

            long stands = database.jdbi().withHandle(Offsets::all).getOrDefault(0, -1L);
            var error = assertThrows(
                    OperatorError.class,
                    () -> CatchUp.run(cluster.client(), PinnedSchemas.released(), database, PATIENCE));
            assertTrue(
                    String.valueOf(error.getMessage()).contains("onsale.events/0/" + stands + " "), error.getMessage());
        }
    }

    @Test
    void catchUp_tellsTheEnds() {
        Sale sale = RandomSale.of(Shape.concert(300), seed);
        ExportFixture.produce(cluster, sale);
        try (Database database = Database.open(TestDatabase.create())) {
            Map<Integer, Long> next = CatchUp.run(cluster.client(), PinnedSchemas.released(), database, PATIENCE);

            assertEquals(next, database.jdbi().withHandle(Offsets::all));
            assertEquals(next, CatchUp.run(cluster.client(), PinnedSchemas.released(), database, PATIENCE));
            assertEquals(ExportFixture.decided(sale), ExportFixture.exported(database));
        }
    }

    @Test
    void catchUp_isRefused_whenMoreWasExportedThanThereIs() {
        ExportFixture.produce(cluster, RandomSale.of(Shape.concert(300), seed));
        try (Database database = Database.open(TestDatabase.create())) {
            database.jdbi().useHandle(handle -> handle.execute("INSERT INTO exported.offsets VALUES (1, 1000000)"));

            var error = assertThrows(
                    OperatorError.class,
                    () -> CatchUp.run(cluster.client(), PinnedSchemas.released(), database, PATIENCE));

            assertTrue(String.valueOf(error.getMessage()).contains("1000000"), error.getMessage());
        }
    }

    private double lag(String unit, int partition) {
        return metric("onsale_export_lag_" + unit, partition);
    }

    /** Minus one while there is none. */
    private double metric(String name, int partition) {
        String line = name + "{partition=\"" + partition + "\"} ";
        return meters.scrape()
                .lines()
                .filter(each -> each.startsWith(line))
                .map(each -> Double.parseDouble(each.substring(line.length())))
                .findFirst()
                .orElse(-1.0);
    }
}
