package dev.onsale.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.Topics;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What reading may take and cost, before and on the way. */
class BudgetTest extends SmallSale {

    /** 1,000 bytes cost 1.00. */
    private static final Optional<BigDecimal> DEAR = Optional.of(new BigDecimal("1000000"));

    @TempDir
    Path temporary = Path.of("");

    private static AuditOptions options(long maxBytes, Optional<BigDecimal> price, String maxCost) {
        Optional<BigDecimal> most = maxCost.isEmpty() ? Optional.empty() : Optional.of(new BigDecimal(maxCost));
        return AuditOptions.of(Map.of()).withBudget(new Budget(maxBytes, price, most, 10));
    }

    /** The topics as they are, read by nobody yet. */
    private AuditReport audit(AuditOptions options) {
        return Audit.run(new MemoryLog(sale.log.raw()), options, AuditListener.SILENT, Story.none());
    }

    private String refused(AuditOptions options) {
        return String.valueOf(
                assertThrows(OperatorError.class, () -> sale.audit(options)).getMessage());
    }

    @Test
    void estimate_saysBytesRecordsTimeAndCost_andIsComparedAfterwards() {
        AuditOptions options = options(0, DEAR, "");
        AuditReport estimated = audit(options.withEstimateOnly(true));
        AuditReport audited = audit(options);

        long bytes = estimated.estimate().bytes();
        assertEquals(
                Optional.of(BigDecimal.valueOf(bytes, 3).stripTrailingZeros()),
                estimated.estimate().cost().map(BigDecimal::stripTrailingZeros));
        assertEquals(
                Duration.ofMillis(100 * estimated.estimate().records()),
                estimated.estimate().time());
        String before = PlainReport.of(estimated, options.withEstimateOnly(true));
        assertTrue(before.contains("The audit would read about %,d bytes, for ".formatted(bytes)), before);
        assertTrue(before.contains(" at 1000000 a GB, in at most "), before);
        assertTrue(before.contains(" at 10 records a second, which is what was stated."), before);
        assertEquals(Optional.of(0L), audited.estimate().errorPercent());
        String after = PlainReport.of(audited, options);
        assertTrue(after.contains("They cost "), after);
        assertTrue(after.contains(" was estimated at 10 a second"), after);
    }

    @Test
    void nothing_isRead_whenItWouldCostMoreThanAllowed() {
        long before = sale.log.bytesRead();

        String why = refused(options(0, DEAR, "1.50"));

        assertTrue(
                why.matches(
                        "The audit would read about [\\d,]+ bytes, for [\\d.]+ at 1000000 a GB, more than the 1.50 allowed;"
                                + " allow more with --max-cost or scan.max.cost."),
                why);
        assertEquals(before, sale.log.bytesRead());
    }

    @Test
    void lowerLimit_isTheOneThatIsSaid() {
        assertTrue(refused(options(100, DEAR, "1.50"))
                .contains("100 bytes allowed; allow more with --max-bytes or scan.max.bytes"));
        assertTrue(refused(options(10_000_000, DEAR, "1.50"))
                .contains("1.50 allowed; allow more with --max-cost or scan.max.cost"));
    }

    /** The topics take twice the bytes that were estimated. */
    @Test
    void reading_stops_whenItCostsMoreThanAllowed_andSaysWhatAllOfItWouldHaveCost() {
        var log = new MemoryLog(sale.log.raw());
        log.understate();
        AuditOptions free = options(0, DEAR, "");
        long estimated = Audit.run(log, free.withEstimateOnly(true), AuditListener.SILENT, Story.none())
                .estimate()
                .bytes();
        String most = BigDecimal.valueOf(estimated, 3).toPlainString();

        AuditReport report = Audit.run(log, options(0, DEAR, most), AuditListener.SILENT, Story.none());

        assertFalse(report.proven());
        assertEquals(2, report.exitCode());
        assertTrue(report.bytesRead() >= estimated && report.bytesRead() < estimated + 1000, report::toJson);
        String why = report.incomplete().orElseThrow();
        assertTrue(
                why.matches(
                        "stopped when it had read the [\\d.]+ allowed; allow more with --max-cost or scan.max.cost; all of it would have been"
                                + " about [\\d,]+ bytes, for [\\d.]+ at 1000000 a GB"),
                why);
    }

    @Test
    void replay_keepsTheLimit() {
        var log = new MemoryLog(sale.log.raw());
        String before = replayRefused(log, options(commandsAndEvents(log) - 1, DEAR, ""));
        log.understate();
        String during = replayRefused(log, options(commandsAndEvents(log), DEAR, ""));

        assertTrue(before.startsWith("The replay would read about "), before);
        assertTrue(during.startsWith("The replay stopped when it had read the "), during);
    }

    private static long commandsAndEvents(LogSource log) {
        List<String> topics = List.of(Topics.COMMANDS.name(), Topics.EVENTS.name());
        return AuditReport.Estimate.of(log, topics, Budget.NONE).bytes();
    }

    private static String replayRefused(LogSource log, AuditOptions options) {
        return String.valueOf(assertThrows(
                        OperatorError.class,
                        () -> DecisionReplay.run(
                                log, options, OtherBuild.variant("stable"), _ -> {}, AuditListener.SILENT))
                .getMessage());
    }

    @Test
    void export_keepsTheLimit_andLeavesNoArchive() {
        Path folder = temporary.resolve("archive");
        var log = new MemoryLog(sale.log.raw());
        log.understate();
        AuditOptions free = options(0, DEAR, "");
        long estimated = Audit.run(log, free.withEstimateOnly(true), AuditListener.SILENT, Story.none())
                .estimate()
                .bytes();

        var stopped = assertThrows(
                OperatorError.class,
                () -> Export.run(
                        log,
                        Input.registered(free),
                        new Export.Cluster("", _ -> Map.of(), _ -> 0),
                        options(estimated, DEAR, ""),
                        folder,
                        AuditListener.SILENT));

        assertTrue(String.valueOf(stopped.getMessage()).startsWith("The export stopped when it had read the "));
        assertFalse(Files.exists(folder.resolve(ArchiveManifest.FILE)));
    }

    @Test
    void cost_needsAPrice_andNumbersAreNotNegative() {
        assertThrows(OperatorError.class, () -> options(0, Optional.empty(), "1"));
        assertThrows(OperatorError.class, () -> options(0, DEAR, "-1"));
        assertThrows(OperatorError.class, () -> options(-1, DEAR, ""));
        assertThrows(OperatorError.class, () -> options(0, Optional.of(BigDecimal.valueOf(-1)), ""));
        assertEquals(0, options(0, Optional.of(BigDecimal.ZERO), "1").maxBytes());
    }
}
