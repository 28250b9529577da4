package dev.onsale.audit;

import static java.util.Objects.requireNonNull;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.inventory.InventoryService;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.OpenSection;
import dev.onsale.wire.PaymentOutcome;
import dev.onsale.wire.PaymentReported;
import dev.onsale.wire.PaymentRequest;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.SeatPreference;
import dev.onsale.wire.SectionDefinition;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real broker with a real decider: forty orders, paid for by a stand-in for the payment worker. */
class KafkaAuditTest {

    private static final SectionKey ROCK = new SectionKey("rock", "A");
    private static final SectionKey JAZZ = new SectionKey("jazz", "A");
    private static final int ORDERS = 20;

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
        try (InventoryService decider = cluster.decider(state)) {
            for (SectionKey key : List.of(ROCK, JAZZ)) {
                var definition = new SectionDefinition("Night", "EUR", 5, 10, 0, 4500L, 3600, 6, null, null);
                cluster.send(key, Sale.header(key).build(), new OpenSection(definition));
                for (int i = 0; i < ORDERS; i++) {
                    cluster.send(
                            key,
                            Sale.header(key)
                                    .setBuyer("buyer" + i)
                                    .setRequestId(key.eventId())
                                    .build(),
                            new Purchase(1, List.of(), SeatPreference.CONTIGUOUS, null, "pm_card_visa"));
                }
            }
            pay(4 * ORDERS);
            await().atMost(Duration.ofMinutes(2)).until(() -> events(6 * ORDERS + 2));
            assertTrue(decider.live());
        }
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    private static boolean events(int atLeast) {
        return cluster.read(Topics.EVENTS.name()).size() >= atLeast;
    }

    /** Reports that whatever is asked of the gateway succeeded, until a number of requests is reported. */
    private static void pay(int requests) {
        Set<String> paid = new HashSet<>();
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    for (LogRecord message : cluster.read(Topics.PAYMENTS.name())) {
                        PaymentRequest request = Sale.CODECS.payments().read(requireNonNull(message.value()));
                        if (paid.add(request.getIdempotencyKey())) {
                            var key = new SectionKey(request.getEventId(), request.getSectionId());
                            cluster.send(
                                    key,
                                    Sale.header(key)
                                            .setOrderId(request.getOrderId())
                                            .build(),
                                    new PaymentReported(
                                            request.getAttempt(),
                                            request.getOperation(),
                                            PaymentOutcome.SUCCEEDED,
                                            "",
                                            "pi",
                                            request.getAmount()));
                        }
                    }
                    return paid.size() >= requests;
                });
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
