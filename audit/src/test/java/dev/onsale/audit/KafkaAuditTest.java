package dev.onsale.audit;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of a {@link LiveSale}. */
class KafkaAuditTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    static Path state;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static TestCluster cluster;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static AuditOptions options;

    @BeforeAll
    static void sell() throws Exception {
        cluster = TestCluster.start();
        options = AuditOptions.of(cluster.client()).withPatience(Duration.ofSeconds(60));
        LiveSale.sell(cluster, state);
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    @Test
    void cleanCluster_isProven() {
        List<AuditListener.Progress> told = new ArrayList<>();

        AuditReport report = Audit.run(options, told::add);

        assertEquals(List.of(), report.violations());
        assertTrue(report.proven());
        assertEquals(
                List.of(122L, 202L, 40L, 40L, 180_000L, 0L, 0L),
                List.of(
                        report.commands(),
                        report.events(),
                        report.orders(),
                        report.seatsSold(),
                        report.captured(),
                        report.refunded(),
                        report.undecided()));
        assertTrue(report.bytesRead() > 10_000);
        assertTrue(report.estimate().errorPercent().isPresent());
        assertTrue(told.size() >= 2 * 6);
    }

    @Test
    void oneEvent_isAuditedAlone() {
        AuditReport report = Audit.run(options.withEvent("jazz"), AuditListener.SILENT);

        assertTrue(report.proven(), report::toJson);
        assertEquals(61, report.commands());
        assertEquals(90_000, report.captured());
    }

    @Test
    void sameVariant_answersAsRecorded() {
        List<DecisionDifference> found = new ArrayList<>();
        List<AuditListener.Progress> told = new ArrayList<>();

        long commands = DecisionReplay.run(options, OtherBuild.variant("stable"), found::add, told::add);

        assertEquals(122, commands);
        assertEquals(List.of(), found);
        assertEquals(
                61,
                DecisionReplay.run(
                        options.withEvent("jazz"), OtherBuild.variant("stable"), found::add, AuditListener.SILENT));
        assertEquals(List.of(), found);
        assertTrue(told.size() >= 2);
    }

    @Test
    void estimate_isAboutTheSizeOfTheLogs() {
        AuditReport report = Audit.run(options.withEstimateOnly(true), AuditListener.SILENT);

        assertEquals(0, report.bytesRead());
        assertTrue(report.estimate().bytes() > 10_000, report::toJson);
        assertTrue(report.estimate().records() >= 122 + 202 + 80 + 80, report::toJson);
    }

    @Test
    void archive_saysWhatTheClusterSays_withTheSameReceipts() throws IOException {
        Path folder = state.resolve("archive");
        List<LogRecord> events = cluster.read(Topics.EVENTS.name());
        String orderId = Sale.CODECS
                .events()
                .read(requireNonNull(events.get(10).value()))
                .getHeader()
                .getOrderId();
        Story ofCluster = Story.ofOrder(orderId);
        Story ofArchive = Story.ofOrder(orderId);

        Export.Exported exported = Export.run(options, folder, AuditListener.SILENT);
        AuditReport cluster = Audit.run(options, AuditListener.SILENT, ofCluster);
        AuditReport archive = Audit.run(options.withArchive(folder), AuditListener.SILENT, ofArchive);

        assertTrue(archive.proven(), archive::toJson);
        assertEquals(ArchiveTest.said(cluster), ArchiveTest.said(archive));
        assertEquals(ofCluster.lines(), ofArchive.lines());
        assertTrue(ofArchive.lines().size() >= 10, ofArchive.lines()::toString);
        assertTrue(exported.records() >= 122 + 202 + 80 + 40, exported::toString);
        ArchiveManifest manifest = ArchiveManifest.read(folder);
        assertEquals(
                Topics.settings().get(Topics.COMMANDS.name()),
                manifest.topics().getLast().configs());
        assertTrue(manifest.cluster().length() > 10, manifest::cluster);
    }

    @Test
    void audit_isRefused_whenTheEstimateIsAboveTheLimit() {
        assertThrows(OperatorError.class, () -> Audit.run(options.withMaxBytes(1000), AuditListener.SILENT));
    }

    @Test
    void audit_cannotRun_whenTheBrokersAreAway() {
        var away = AuditOptions.of(Map.of(
                "bootstrap.servers", "127.0.0.1:1", "default.api.timeout.ms", "2000", "request.timeout.ms", "1000"));

        var error = assertThrows(OperatorError.class, () -> Audit.run(away, AuditListener.SILENT));

        assertTrue(String.valueOf(error.getMessage()).contains("127.0.0.1:1"));
    }
}
