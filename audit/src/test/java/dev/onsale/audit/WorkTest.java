package dev.onsale.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.Topics;
import dev.onsale.tampering.Damage;
import dev.onsale.tampering.RawLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An audit that was stopped goes on, and says what it would have said. */
class WorkTest {

    private static final AuditOptions ALL = AuditOptions.of(Map.of());
    private static final RawLog DAMAGED =
            RandomSale.of(Shape.concert(600), 1).log.raw();
    private static final RawLog OTHER = RandomSale.of(Shape.concert(600), 2).log.raw();

    private final Sale sale = RandomSale.of(Shape.concert(600), 1);

    @TempDir
    Path temporary = Path.of("");

    private AuditOptions working = ALL;
    private Path folder = Path.of("");

    @BeforeEach
    void name() {
        folder = temporary.resolve("work");
        working = ALL.withWork(folder);
    }

    private static AuditReport audit(LogSource log, AuditOptions options) {
        return Audit.run(log, options, AuditListener.SILENT, Story.none());
    }

    private void stop(LogSource log, String topic) {
        assertThrows(IllegalStateException.class, () -> audit(new DyingLog(log, topic), working));
    }

    private List<Path> left() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private String refused(LogSource log, AuditOptions options) {
        return String.valueOf(
                assertThrows(OperatorError.class, () -> audit(log, options)).getMessage());
    }

    @Test
    void stoppedAudit_goesOn_andReadsOnlyWhatIsMissing() throws IOException {
        var unbroken = new MemoryLog(sale.log.raw());
        AuditReport expected = audit(unbroken, ALL);
        stop(sale.log, Topics.EVENTS.name());
        assertTrue(left().stream().anyMatch(each -> each.endsWith("statuses-1.json")), () -> folder + "");

        var rest = new MemoryLog(sale.log.raw());
        AuditReport report = audit(rest, working);

        assertEquals(ArchiveTest.said(expected), ArchiveTest.said(report));
        assertEquals(expected.sales().tickets().kept(), report.sales().tickets().kept());
        assertTrue(rest.bytesRead() < unbroken.bytesRead(), rest.bytesRead() + " bytes");
        assertEquals(List.of(), left());
    }

    static List<Damage> damages() {
        return ArchiveTest.damages();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damages")
    void stoppedAudit_findsWhatAnUnbrokenOneFinds(Damage damage) throws IOException {
        RawLog log = DAMAGED.copy();
        damage.doTo(log, OTHER.copy(), new Random(1));
        AuditReport expected = audit(new MemoryLog(log), ALL);
        stop(new MemoryLog(log), Topics.COMMANDS.name());

        assertEquals(ArchiveTest.said(expected), ArchiveTest.said(audit(new MemoryLog(log), working)));
        assertFalse(expected.proven());
    }

    @Test
    void owners_areAllTold_alsoThoseOfWhatWasDoneBefore() {
        List<AuditListener.Owned> expected = new ArrayList<>();
        Audit.run(sale.log, ALL, owners(expected), Story.none());
        stop(sale.log, StoreLog.ORDERS);
        List<AuditListener.Owned> told = new ArrayList<>();

        Audit.run(sale.log, working, owners(told), Story.none());

        assertFalse(expected.isEmpty());
        assertEquals(expected, told);
    }

    private static AuditListener owners(List<AuditListener.Owned> told) {
        return new AuditListener() {
            @Override
            public void at(Progress progress) {}

            @Override
            public void owned(Owned owned) {
                told.add(owned);
            }
        };
    }

    /** What came after it was begun is not audited: it is as if nobody had stopped it. */
    @Test
    void commandsOfLater_areNotAudited() throws IOException {
        AuditReport expected = audit(sale.log, ALL);
        stop(sale.log, Topics.EVENTS.name());
        sale.nowMillis += 1;
        sale.buy(new dev.onsale.schemas.SectionKey("rock", "STANDING"), "late", "r1", 1);

        AuditReport report = audit(sale.log, working);

        assertEquals(List.of(), report.violations());
        assertEquals(expected.commands(), report.commands());
    }

    @Test
    void anotherAudit_isRefused() {
        stop(sale.log, Topics.EVENTS.name());

        assertTrue(refused(sale.log, working.withEvent("jazz")).contains("go on with the same options"));
        assertTrue(refused(new Sale(2).log, working).contains("is another log"));
        assertTrue(audit(sale.log, working).proven());
    }

    @Test
    void folderOfSomethingElse_isRefused() throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("holiday.jpg"), "x");

        assertTrue(refused(sale.log, working).contains("no audit was begun there"));
        assertTrue(Files.exists(folder.resolve("holiday.jpg")));
    }

    @Test
    void twoAudits_doNotWorkInOneFolder() {
        var second = new AtomicReference<String>();
        AuditListener meanwhile = progress -> second.compareAndSet(null, refused(sale.log, working));

        assertTrue(Audit.run(sale.log, working, meanwhile, Story.none()).proven());

        assertTrue(String.valueOf(second.get()).contains("Another audit works in the folder"), second::get);
    }

    @Test
    void story_isNotKept() {
        var error = assertThrows(
                OperatorError.class, () -> Audit.run(sale.log, working, AuditListener.SILENT, Story.ofOrder("x")));

        assertTrue(String.valueOf(error.getMessage()).contains("leave out --work"));
    }

    /** It may be allowed more, and goes on. */
    @Test
    void limit_isNoEnd() throws IOException {
        AuditReport expected = audit(sale.log, ALL);
        var log = new MemoryLog(sale.log.raw());
        log.understate();
        long half = Audit.run(log, ALL.withEstimateOnly(true), AuditListener.SILENT, Story.none())
                .estimate()
                .bytes();
        AuditReport cut = audit(log, working.withMaxBytes(half));
        assertTrue(cut.incomplete().isPresent());

        AuditReport report = audit(sale.log, working);

        assertEquals(ArchiveTest.said(expected), ArchiveTest.said(report));
    }
}
