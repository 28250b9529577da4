package dev.onsale.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.Requests;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.tampering.RawLog;
import dev.onsale.wire.CommandRejected;
import dev.onsale.wire.PaymentOutcome;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.PurchaseRejected;
import dev.onsale.wire.SeatPreference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CleanLogTest {

    private static final SectionKey A = new SectionKey("rock", "A");
    private static final AuditOptions ALL = AuditOptions.of(Map.of());
    /** All kinds of events, and every refusal of what is on the wire well-formed. */
    private static final Set<String> OUTCOMES = Set.of(
            "SectionOpened",
            "SeatsHeld",
            "PurchaseRejected",
            "PaymentRequested",
            "PaymentDeclined",
            "PaymentSettled",
            "SeatsSold",
            "HoldExpired",
            "HoldCancelled",
            "SeatsRetaken",
            "OrderRefunded",
            "SalesStateChanged",
            "PaymentsStateChanged",
            "CommandRejected",
            "FallbackEntered",
            "FallbackLeft",
            "IN_FALLBACK",
            "REQUEST_ID_REUSED",
            "SALES_PAUSED",
            "SALES_CLOSED",
            "SALES_NOT_OPEN",
            "UNKNOWN_SEAT",
            "DUPLICATE_SEAT",
            "BUYER_LIMIT",
            "PRICE_CHANGED",
            "SEATS_TAKEN",
            "SOLD_OUT",
            "ALREADY_OPEN",
            "OPENED_DIFFERENTLY",
            "ORDER_ENDED",
            "NOT_DECLINED",
            "NOT_REFUNDABLE",
            "UNEXPECTED_REPORT");

    @TempDir
    Path folder;

    private static Sale threeOrders() {
        var sale = new Sale(2);
        sale.open(A, 2, 5, 0);
        sale.buy(A, "ada", "r1", 2);
        sale.buy(A, "bob", "r1", 1);
        sale.buy(A, "cyd", "r1", 7);
        sale.payAll();
        return sale;
    }

    @Test
    void cleanLog_isProven_withItsSums() {
        AuditReport report = threeOrders().audit();

        assertEquals(List.of(), report.violations());
        assertTrue(report.proven());
        assertEquals(0, report.exitCode());
        assertEquals(
                List.of(8L, 12L, 3L, 3L, 13_500L, 0L),
                List.of(
                        report.commands(),
                        report.events(),
                        report.orders(),
                        report.seatsSold(),
                        report.captured(),
                        report.refunded()));
        assertEquals(Map.of("EUR", new AuditReport.Money(13_500, 0)), report.currencies());
    }

    @Test
    void cleanLog_isProven_andNamesTheVariant_whenABuyerGotTheCandidate() {
        var sale = new Sale(1);
        sale.open(A, 2, 5, 0);
        sale.send(
                A,
                Sale.header(A)
                        .setBuyer("ada")
                        .setRequestId("r1")
                        .setVariants(Map.of("allocator", "candidate"))
                        .build(),
                new Purchase(3, List.of(), SeatPreference.CONTIGUOUS, null, "pm_card_visa"));
        sale.buy(A, "bob", "r1", 3);

        assertEquals(List.of(), sale.audit().violations());
        assertEquals("candidate", sale.event(0, 1).getHeader().getVariant());
        assertEquals(
                List.of("A-1", "A-2", "A-3"),
                sale.order(A, Requests.orderId("ada", "r1")).seats());
        assertEquals(
                List.of("B-2", "B-3", "B-4"),
                sale.order(A, Requests.orderId("bob", "r1")).seats());
    }

    /** Fifty sales, each of another shape: nobody is accused of anything, and all that can happen in a sale did. */
    @Test
    void cleanLogs_areProven_whateverTheirShape() throws IOException {
        long seed = Long.getLong("audit.seed", 1);
        Set<String> happened = new TreeSet<>();
        for (int number = 0; number < 50; number++) {
            Shape shape = Shape.drawn(number);
            Sale sale = RandomSale.of(shape, seed);
            Path ledger = Files.write(folder.resolve("ledger-" + number), sale.ledger);

            AuditReport report = sale.audit(ALL.withLedgers(List.of(ledger.toString())));

            String which = shape + ", -Daudit.seed=" + seed;
            assertEquals(List.of(), report.violations(), which);
            assertTrue(report.proven(), which);
            assertTrue(report.commands() >= 50, which);
            happened.addAll(outcomes(sale, shape.partitions()));
        }
        assertTrue(happened.containsAll(OUTCOMES), () -> happened + " lack some of " + OUTCOMES);
    }

    /** Names of events, and why something was refused. */
    private static Set<String> outcomes(Sale sale, int partitions) {
        Set<String> outcomes = new TreeSet<>();
        for (int partition = 0; partition < partitions; partition++) {
            int end = sale.log.partition(Topics.EVENTS.name(), partition).size();
            for (int offset = 0; offset < end; offset++) {
                Object payload = sale.event(partition, offset).getPayload();
                outcomes.add(payload.getClass().getSimpleName());
                if (payload instanceof PurchaseRejected rejected) {
                    outcomes.add(rejected.getReason().name());
                } else if (payload instanceof CommandRejected rejected) {
                    outcomes.add(rejected.getReason().name());
                }
            }
        }
        return outcomes;
    }

    @Test
    void undecidedCommands_areNotAudited_butSaid() {
        Sale sale = RandomSale.of(Shape.concert(300), 7);
        sale.log.decideOnly(90);

        AuditReport report = sale.audit();

        assertEquals(List.of(), report.violations());
        assertTrue(report.undecided() > 0);
        assertTrue(report.commands() > 0 && report.commands() <= 180);
    }

    @Test
    void oneEvent_isAuditedAlone() {
        Sale sale = RandomSale.of(Shape.concert(300), 3);

        AuditReport jazz = sale.audit(ALL.withEvent("jazz"));
        AuditReport rock = sale.audit(ALL.withEvent("rock"));
        AuditReport all = sale.audit();

        assertTrue(jazz.proven());
        assertTrue(jazz.orders() > 0);
        assertEquals(all.commands(), jazz.commands() + rock.commands());
        assertEquals(all.captured(), jazz.captured() + rock.captured());
    }

    @Test
    void range_isCounted_andAllIsReplayed() {
        Sale sale = RandomSale.of(Shape.concert(300), 4);
        Instant half = Instant.ofEpochMilli((Sale.START_MILLIS + sale.nowMillis) / 2);

        AuditReport before = sale.audit(ALL.withRange(Optional.empty(), Optional.of(half)));
        AuditReport after = sale.audit(ALL.withRange(Optional.of(half), Optional.empty()));
        AuditReport all = sale.audit();

        assertTrue(before.proven() && after.proven());
        assertTrue(before.commands() > 0 && after.commands() > 0);
        assertEquals(all.commands(), before.commands() + after.commands());
        assertEquals(all.events(), before.events() + after.events());
        assertEquals(all.seatsSold(), before.seatsSold() + after.seatsSold());
    }

    @Test
    void estimate_readsNothing() {
        Sale sale = threeOrders();

        AuditReport report = sale.audit(ALL.withEstimateOnly(true));

        assertTrue(report.estimate().bytes() > 1000);
        assertEquals(0, sale.log.bytesRead());
        assertFalse(report.proven());
        assertEquals(0, report.exitCode());
    }

    @Test
    void nothing_isRead_whenTheEstimateIsAboveTheLimit() {
        Sale sale = threeOrders();

        assertThrows(OperatorError.class, () -> sale.audit(ALL.withMaxBytes(100)));

        assertEquals(0, sale.log.bytesRead());
    }

    @Test
    void poison_isNoCommand_andTheLogIsProven() {
        Sale sale = threeOrders();
        sale.log.append(Topics.COMMANDS.name(), A.partition(2), sale.nowMillis, A.toString(), new byte[] {9, 9});
        sale.buy(A, "dan", "r1", 1);
        sale.pay(PaymentOutcome.DECLINED);

        AuditReport report = sale.audit();

        assertEquals(List.of(), report.violations());
        assertEquals(11, report.commands());
    }

    @Test
    void missingTopic_isAnOperatorsError() {
        var log = new MemoryLog(new RawLog(1, List.of(Topics.COMMANDS.name())));

        var error = assertThrows(OperatorError.class, () -> Audit.run(log, ALL, AuditListener.SILENT, Story.none()));

        assertTrue(String.valueOf(error.getMessage()).contains(Topics.EVENTS.name()));
    }

    @Test
    void json_hasTheContractsMembers() {
        assertTrue(threeOrders()
                .audit()
                .toJson()
                .startsWith("{\"proven\":true,\"commands\":8,\"events\":12,\"orders\":3,\"seatsSold\":3,"
                        + "\"captured\":13500,\"refunded\":0,\"bytesRead\":"));
    }
}
