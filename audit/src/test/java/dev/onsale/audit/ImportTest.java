package dev.onsale.audit;

import static java.util.Objects.requireNonNull;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.inventory.InventoryService;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.PaymentRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was exported from one cluster is brought back on another, and a decider goes on there. */
class ImportTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    static Path folder;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static TestCluster before;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static TestCluster after;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Path archive;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static AuditReport sold;

    /** What was in the topics when they were exported. */
    private static final Map<String, List<String>> WRITTEN = new HashMap<>();

    @BeforeAll
    static void sellAndExport() throws Exception {
        before = TestCluster.start();
        LiveSale.sell(before, folder.resolve("state"));
        archive = folder.resolve("archive");
        assertTrue(Export.run(options(before), archive, AuditListener.SILENT).quiet());
        for (ArchiveManifest.Topic topic : ArchiveManifest.read(archive).topics()) {
            WRITTEN.put(topic.name(), texts(before, topic.name()));
        }
        sold = Audit.run(options(before), AuditListener.SILENT);
        after = TestCluster.start();
    }

    @AfterAll
    static void stop() throws Exception {
        before.close();
        after.close();
    }

    private static AuditOptions options(TestCluster cluster) {
        return AuditOptions.of(cluster.client()).withPatience(Duration.ofSeconds(60));
    }

    private static String refused(TestCluster cluster, Path from) {
        return String.valueOf(
                assertThrows(OperatorError.class, () -> Import.run(options(cluster), from, 1, AuditListener.SILENT))
                        .getMessage());
    }

    @Test
    void everything_isWhereItWas_andSellingGoesOn() throws Exception {
        Import.Imported imported = Import.run(options(after), archive, 1, AuditListener.SILENT);

        ArchiveManifest manifest = ArchiveManifest.read(archive);
        assertEquals(WRITTEN.values().stream().mapToLong(List::size).sum(), imported.records());
        try (KafkaLogSource cluster = KafkaLogSource.open(after.client())) {
            for (ArchiveManifest.Topic topic : manifest.topics()) {
                assertEquals(WRITTEN.get(topic.name()), texts(after, topic.name()));
                assertEquals(topic.configs(), cluster.settings(topic.name()), topic::name);
            }
            assertEquals(manifest.carriedOut(), List.of(cluster.acknowledged(0), cluster.acknowledged(1)));
        }
        assertEquals(ArchiveTest.said(sold), ArchiveTest.said(Audit.run(options(after), AuditListener.SILENT)));
        assertTrue(refused(after, archive).contains("is not empty"), () -> refused(after, archive));
        goOn();
    }

    private static List<String> texts(TestCluster cluster, String topic) {
        return cluster.read(topic).stream()
                .map(record -> ArchiveFormat.of(record).toString() + record.receipt())
                .toList();
    }

    private static void goOn() throws Exception {
        int told = LiveSale.events(after);
        try (InventoryService decider = after.decider(folder.resolve("state after"))) {
            LiveSale.buy(after, LiveSale.ROCK, "buyer3");
            LiveSale.buy(after, LiveSale.ROCK, "somebody-new");
            await().atMost(Duration.ofMinutes(1)).until(() -> LiveSale.events(after) > told);
            assertTrue(decider.live());
            assertTrue(refused(after, archive).startsWith("Services use this cluster (groups "));
        }
        AuditReport report = Audit.run(options(after), AuditListener.SILENT);
        assertTrue(report.proven(), report::toJson);
        // The one that was repeated had been answered before.
        assertEquals(List.of(124L, told + 2L, 41L), List.of(report.commands(), report.events(), report.orders()));
    }

    @Test
    void archive_isOnlyImported_whenItIsOfOneMoment() throws Exception {
        Path early = folder.resolve("early");
        LiveSale.buy(before, LiveSale.ROCK, "nobody decides this");
        AuditOptions impatient = options(before).withPatience(Duration.ZERO);

        assertFalse(Export.run(impatient, early, AuditListener.SILENT).quiet());

        assertTrue(refused(after, early).contains("Stop the services and export again"));
    }

    @Test
    void workers_goOnWithTheFirstPaymentThatHasNoReport() throws Exception {
        assertEquals(ends(before), ArchiveManifest.read(archive).carriedOut());
        LogRecord paid = before.read(Topics.PAYMENTS.name()).getFirst();
        PaymentRequest request = Sale.CODECS.payments().read(requireNonNull(paid.value()));
        request.setAttempt(request.getAttempt() + 1);
        List<Long> expected = new ArrayList<>(ends(before));
        before.write(
                Topics.PAYMENTS.name(),
                paid.partition(),
                paid.keyText(),
                Sale.CODECS.payments().write(request));
        before.write(Topics.PAYMENTS.name(), paid.partition(), paid.keyText(), requireNonNull(paid.value()));
        Path later = folder.resolve("later");

        Export.run(options(before).withPatience(Duration.ZERO), later, AuditListener.SILENT);

        assertEquals(expected, ArchiveManifest.read(later).carriedOut());
    }

    private static List<Long> ends(TestCluster cluster) {
        try (KafkaLogSource source = KafkaLogSource.open(cluster.client())) {
            return List.of(source.end(Topics.PAYMENTS.name(), 0), source.end(Topics.PAYMENTS.name(), 1));
        }
    }
}
