package dev.onsale.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.audit.AuditReport.Receipt;
import dev.onsale.audit.AuditReport.Violation;
import dev.onsale.domain.Order;
import dev.onsale.inventory.wire.States;
import dev.onsale.schemas.Requests;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.CancelOrder;
import dev.onsale.wire.CancelledBy;
import dev.onsale.wire.Event;
import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentOutcome;
import dev.onsale.wire.PaymentReported;
import dev.onsale.wire.PaymentRequest;
import dev.onsale.wire.PurchaseRejected;
import dev.onsale.wire.Reason;
import dev.onsale.wire.SeatsHeld;
import dev.onsale.wire.SeatsSold;
import dev.onsale.wire.StoredOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The auditor is audited. */
class TamperedLogTest {

    private static final SectionKey A = new SectionKey("rock", "A");
    private static final String EVENTS = Topics.EVENTS.name();
    private static final String COMMANDS = Topics.COMMANDS.name();
    private static final String PAYMENTS = Topics.PAYMENTS.name();

    private final Sale sale = new Sale(1);
    private String ada = "";
    private String bob = "";

    @TempDir
    Path folder;

    /**
     * Commands: 0 open, 1 ada buys, 2 bob buys A-3, 3 and 4 authorised, 5 and 6 captured, 7 dan buys A-4, 8 eve
     * buys A-5. Events: 0 opened, 1 ada held, 2 requested, 3 bob held, 4 requested, 5 ada sold, 6 requested, 7 bob sold, 8
     * requested, 9 and 10 settled, 11 dan held, 12 requested, 13 eve held, 14 requested.
     */
    @BeforeEach
    void sell() {
        sale.open(A, 2, 5, 0);
        ada = sale.buy(A, "ada", "r1", 0, "A-1", "A-2");
        bob = sale.buy(A, "bob", "r1", 0, "A-3");
        sale.payAll();
        sale.buy(A, "dan", "r1", 0, "A-4");
        sale.buy(A, "eve", "r1", 0, "A-5");
        assertEquals(List.of(), sale.audit().violations());
    }

    private List<MemoryLog.Entry> events() {
        return sale.log.partition(EVENTS, 0);
    }

    private void tamper(int offset, Consumer<Event> change) {
        Event event = sale.event(0, offset);
        change.accept(event);
        MemoryLog.Entry before = events().get(offset);
        events().set(
                        offset,
                        MemoryLog.entry(
                                before.atMillis(),
                                before.key(),
                                Sale.CODECS.events().write(event)));
    }

    private static List<Violation> of(int invariant, AuditReport report) {
        return report.violations().stream()
                .filter(violation -> violation.invariant() == invariant)
                .toList();
    }

    private static Receipt event(long offset) {
        return new Receipt(EVENTS, 0, offset);
    }

    private static Receipt command(long offset) {
        return new Receipt(COMMANDS, 0, offset);
    }

    /** Exactly one violation of an invariant, and that with these receipts. */
    private static Violation only(int invariant, AuditReport report, Receipt... receipts) {
        assertFalse(report.proven());
        assertEquals(1, report.exitCode());
        List<Violation> found = of(invariant, report);
        assertEquals(1, found.size(), () -> "of invariant " + invariant + " in " + report.violations());
        assertEquals(List.of(receipts), found.getFirst().receipts());
        return found.getFirst();
    }

    private static void invariants(AuditReport report, Integer... expected) {
        var found = new TreeSet<Integer>();
        report.violations().forEach(violation -> found.add(violation.invariant()));
        assertEquals(
                new TreeSet<>(Arrays.asList(expected)),
                found,
                () -> report.violations().toString());
    }

    @Test
    void doubleSale_isFound_withBothOwners() {
        tamper(3, event -> ((SeatsHeld) event.getPayload()).setSeats(List.of("A-1")));
        tamper(7, event -> ((SeatsSold) event.getPayload()).setSeats(List.of("A-1")));

        AuditReport report = sale.audit();

        Violation twice = only(1, report, event(1), event(3));
        assertEquals("A-1", twice.seat());
        assertEquals(bob, twice.orderId());
        assertEquals(
                List.of(List.of(command(2), event(3)), List.of(command(4), event(7))),
                of(7, report).stream().map(Violation::receipts).toList());
        invariants(report, 1, 7);
    }

    @Test
    void lostEvent_isFound() {
        events().remove(9);

        AuditReport report = sale.audit();

        Violation lost = only(7, report, command(5));
        assertEquals(ada, lost.orderId());
        only(2, report, command(6), event(9));
        invariants(report, 2, 7);
    }

    @Test
    void lostAnswer_isFound() {
        events().remove(3);

        AuditReport report = sale.audit();

        assertEquals(bob, of(7, report).getFirst().orderId());
        assertEquals(1, of(7, report).size());
        assertTrue(of(2, report).stream()
                .anyMatch(violation -> violation.receipts().contains(command(2))));
    }

    @Test
    void lostEnd_isFound() {
        events().removeLast();
        events().removeLast();

        AuditReport report = sale.audit();

        assertEquals(2, of(7, report).size());
        only(2, report, command(8));
    }

    @Test
    void secondCapture_isFound_thoughTheDeciderRefusedItsReport() {
        sale.report(
                A, ada, new PaymentReported(2, PaymentOperation.CAPTURE, PaymentOutcome.SUCCEEDED, "", "pi_2", 9000L));

        AuditReport report = sale.audit();

        assertEquals(ada, only(3, report, command(5), command(9)).orderId());
        invariants(report, 3);
    }

    @Test
    void repeatedReport_isNoSecondCapture() {
        sale.report(
                A, ada, new PaymentReported(1, PaymentOperation.CAPTURE, PaymentOutcome.SUCCEEDED, "", "pi_1", 9000L));

        assertEquals(List.of(), sale.audit().violations());
    }

    @Test
    void doubledPaymentRequest_isFound() {
        sale.log.partition(PAYMENTS, 0).add(sale.log.partition(PAYMENTS, 0).get(1));

        AuditReport report = sale.audit();

        only(3, report, new Receipt(PAYMENTS, 0, 1), new Receipt(PAYMENTS, 0, 6));
        invariants(report, 3);
    }

    @Test
    void forgedPaymentRequest_isFound() {
        MemoryLog.Entry real = sale.log.partition(PAYMENTS, 0).get(1);
        PaymentRequest forged = Sale.CODECS.payments().readOwn(real.bytes());
        forged.setAttempt(2);
        sale.log.append(PAYMENTS, 0, sale.nowMillis, bob, Sale.CODECS.payments().write(forged));

        AuditReport report = sale.audit();

        assertEquals(bob, only(3, report, new Receipt(PAYMENTS, 0, 6)).orderId());
        invariants(report, 3);
    }

    @Test
    void lostPaymentRequest_isFound() {
        sale.log.partition(PAYMENTS, 0).removeLast();

        AuditReport report = sale.audit();

        only(7, report, command(8));
        invariants(report, 7);
    }

    @Test
    void raisedPaymentRequest_isFound() {
        MemoryLog.Entry real = sale.log.partition(PAYMENTS, 0).get(1);
        PaymentRequest raised = Sale.CODECS.payments().readOwn(real.bytes());
        raised.setAmount(4600);
        sale.log
                .partition(PAYMENTS, 0)
                .set(
                        1,
                        MemoryLog.entry(
                                real.atMillis(),
                                real.key(),
                                Sale.CODECS.payments().write(raised)));

        AuditReport report = sale.audit();

        only(3, report, command(2), new Receipt(PAYMENTS, 0, 1));
        only(7, report, command(2), new Receipt(PAYMENTS, 0, 1));
    }

    @Test
    void reorderedPair_isFound_acrossCommands() {
        Collections.swap(events(), 12, 13);

        AuditReport report = sale.audit();

        only(7, report, event(12), event(11));
        invariants(report, 7);
    }

    @Test
    void reorderedPair_isFound_withinACommand() {
        Collections.swap(events(), 5, 6);

        AuditReport report = sale.audit();

        only(7, report, command(3), event(5), event(6));
    }

    @Test
    void changedTotal_isFound() {
        tamper(1, event -> ((SeatsHeld) event.getPayload()).setTotal(8000));

        AuditReport report = sale.audit();

        assertTrue(only(7, report, command(1), event(1)).explanation().contains("payload.total is 8000"));
        only(3, report, command(1), event(1));
        invariants(report, 3, 7);
    }

    @Test
    void forgedEvent_isFound() {
        Event forged = sale.event(0, 3);
        forged.getHeader().setOrderId("f".repeat(32));
        forged.setPayload(
                new SeatsHeld(List.of("B-1"), 1, 4500L, java.time.Instant.ofEpochMilli(sale.nowMillis + 60_000), 1L));
        events().add(
                        5,
                        MemoryLog.entry(
                                sale.nowMillis,
                                A.toString(),
                                Sale.CODECS.events().write(forged)));

        AuditReport report = sale.audit();

        only(7, report, command(2), event(5));
        assertFalse(of(4, report).isEmpty());
    }

    @Test
    void forgedReceipt_isFound_once() {
        Event forged = sale.event(0, 3);
        forged.getHeader().getReceipt().setOffset(1_000_000);
        events().add(
                        5,
                        MemoryLog.entry(
                                sale.nowMillis,
                                A.toString(),
                                Sale.CODECS.events().write(forged)));

        AuditReport report = sale.audit();

        assertEquals(1, of(7, report).size(), () -> report.violations().toString());
        assertTrue(of(7, report).getFirst().receipts().contains(event(5)));
    }

    @Test
    void changedQuantity_isFound() {
        tamper(7, event -> ((SeatsSold) event.getPayload()).setQuantity(2));

        AuditReport report = sale.audit();

        only(7, report, command(4), event(7));
        only(4, report, command(4), event(7));
        invariants(report, 4, 7);
    }

    @Test
    void changedCount_isFound() {
        tamper(7, event -> event.getHeader().setFree(6));

        AuditReport report = sale.audit();

        only(7, report, command(4), event(7));
        only(4, report, command(4), event(7));
        invariants(report, 4, 7);
    }

    @Test
    void secondAnswer_isFound() {
        Event second = sale.event(0, 3);
        second.getHeader().setSectionVersion(5);
        second.setPayload(new PurchaseRejected(Reason.SOLD_OUT, List.of(), 1L));
        events().add(
                        5,
                        MemoryLog.entry(
                                sale.nowMillis,
                                A.toString(),
                                Sale.CODECS.events().write(second)));

        AuditReport report = sale.audit();

        only(7, report, command(2), event(5));
        assertTrue(of(2, report).stream()
                .anyMatch(violation -> violation.receipts().equals(List.of(event(3), event(5)))));
    }

    @Test
    void buyerAboveTheLimit_isFound_byTheEventsAlone() {
        tamper(13, event -> event.getHeader().setBuyer("ada"));
        tamper(13, event -> {
            SeatsHeld held = (SeatsHeld) event.getPayload();
            held.setSeats(List.of("A-5", "B-1", "B-2", "B-3", "B-4"));
            held.setQuantity(5);
            held.setTotal(22_500);
        });

        AuditReport report = sale.audit();

        only(6, report, command(8), event(13));
        only(7, report, command(8), event(13));
    }

    @Test
    void overdueHold_isFound_whenItsEndIsLost() {
        sale.nowMillis += 61_000;
        sale.send(A, Sale.header(A).build(), new dev.onsale.wire.ExpireHolds(List.of()));
        String expired = sale.event(0, 15).getHeader().getOrderId();
        Receipt held = event(expired.equals(Requests.orderId("dan", "r1")) ? 11 : 13);
        events().remove(15);
        sale.nowMillis += 20_000;
        sale.buy(A, "fay", "r1", 1);

        AuditReport report = sale.audit();

        only(7, report, command(9), event(15));
        assertEquals(expired, only(5, report, held, command(10)).orderId());
    }

    @Test
    void unreadableEvent_isFound_once() {
        events().set(9, MemoryLog.entry(sale.nowMillis, A.toString(), new byte[] {1, 2, 3}));

        AuditReport report = sale.audit();

        only(7, report, command(5), event(9));
    }

    @Test
    void changedStore_isFound() {
        List<MemoryLog.Entry> changelog = sale.log.partition(StoreLog.ORDERS, 0);
        String key = A + "/" + ada;
        Order order = sale.order(A, ada);
        StoredOrder stored = States.toStored(order);
        stored.setBuyer("mallory");
        changelog.add(
                MemoryLog.entry(sale.nowMillis, key, Sale.CODECS.storedOrders().write(stored)));

        AuditReport report = sale.audit();

        Violation changed = only(7, report, command(1), new Receipt(StoreLog.ORDERS, 0, changelog.size() - 1));
        assertTrue(changed.explanation().contains("buyer is 'mallory'"), changed::explanation);
        invariants(report, 7);
    }

    @Test
    void raisedVersion_doesNotHideAChangedStore() {
        StoredOrder stored = States.toStored(sale.order(A, ada));
        stored.setVersion(1_000_000);
        sale.log.append(
                StoreLog.ORDERS,
                0,
                sale.nowMillis,
                A + "/" + ada,
                Sale.CODECS.storedOrders().write(stored));

        assertEquals(1, of(7, sale.audit()).size());
    }

    @Test
    void changedSection_isFound() {
        MemoryLog.Entry entry = sale.log.partition(StoreLog.SECTIONS, 0).getFirst();
        var stored = Sale.CODECS.storedSections().readOwn(entry.bytes());
        stored.setPausedMillis(5);
        sale.log.append(
                StoreLog.SECTIONS,
                0,
                sale.nowMillis,
                A.toString(),
                Sale.CODECS.storedSections().write(stored));

        only(7, sale.audit(), new Receipt(StoreLog.SECTIONS, 0, 1));
    }

    @Test
    void changedStatus_isFound() {
        List<MemoryLog.Entry> statuses = sale.log.partition(Topics.ORDERS.name(), 0);
        OrderStatus told = Sale.CODECS.statuses().readOwn(statuses.getLast().bytes());
        told.setSeats(List.of("B-1"));
        statuses.add(MemoryLog.entry(
                sale.nowMillis, told.getOrderId(), Sale.CODECS.statuses().write(told)));

        only(7, sale.audit(), command(8), new Receipt(Topics.ORDERS.name(), 0, statuses.size() - 1));
    }

    @Test
    void refusedRefund_isFound_sinceTheBuyerPaidForNothing() {
        sale.send(A, Sale.header(A).setOrderId(ada).build(), new CancelOrder(CancelledBy.ORGANIZER, "moved"));
        sale.pay(PaymentOutcome.SUCCEEDED);
        sale.pay(PaymentOutcome.SUCCEEDED);
        sale.pay(PaymentOutcome.DECLINED);

        AuditReport report = sale.audit();

        assertEquals(ada, of(3, report).getFirst().orderId());
        invariants(report, 3);
    }

    private AuditReport auditWithLedger() throws IOException {
        Path ledger = Files.write(folder.resolve("ledger"), sale.ledger);
        return sale.audit(AuditOptions.of(Map.of()).withLedgers(List.of(ledger.toString())));
    }

    @Test
    void ledgerOfTheGateway_agrees() throws IOException {
        assertEquals(List.of(), auditWithLedger().violations());
    }

    @Test
    void ledgersOfTwoGateways_agreeTogether() throws IOException {
        int half = sale.ledger.size() / 2;
        Path stable = Files.write(folder.resolve("stable"), sale.ledger.subList(0, half));
        Path candidate = Files.write(folder.resolve("candidate"), sale.ledger.subList(half, sale.ledger.size()));
        AuditOptions options = AuditOptions.of(Map.of());

        assertEquals(
                List.of(),
                sale.audit(options.withLedgers(List.of(stable.toString(), candidate.toString())))
                        .violations());
        assertFalse(sale.audit(options.withLedgers(List.of(stable.toString()))).proven());
    }

    @Test
    void sameCharge_isFound_atASecondGateway() throws IOException {
        Path stable = Files.write(folder.resolve("stable"), sale.ledger);
        Path candidate = Files.write(folder.resolve("candidate"), sale.ledger);

        AuditReport report =
                sale.audit(AuditOptions.of(Map.of()).withLedgers(List.of(stable.toString(), candidate.toString())));

        assertTrue(of(3, report).stream()
                .flatMap(violation -> violation.receipts().stream())
                .anyMatch(receipt -> receipt.topic().equals(LedgerCheck.LEDGER) && receipt.partition() == 1));
    }

    @Test
    void secondCharge_isFound_inTheLedger() throws IOException {
        sale.ledger.add(sale.ledgerLine("capture", ada, 9000, ada + ":1:capture"));

        AuditReport report = auditWithLedger();

        List<Violation> found = of(3, report);
        assertEquals(
                List.of(new Receipt("ledger", 0, 3), new Receipt("ledger", 0, 5)),
                found.get(0).receipts());
        assertTrue(
                found.get(1).explanation().contains("captured 18000"),
                () -> report.violations().toString());
        assertEquals(2, found.size());
    }

    @Test
    void chargeWithoutAnOrder_isFound_inTheLedger() throws IOException {
        sale.ledger.add(sale.ledgerLine("capture", "0".repeat(32), 100, "x"));

        only(3, auditWithLedger(), new Receipt("ledger", 0, 5));
    }

    @Test
    void chargeNotMade_isFound_inTheLedger() throws IOException {
        sale.ledger.removeLast();

        assertEquals(bob, only(3, auditWithLedger(), command(6)).orderId());
    }

    /** Any event lost, doubled or swapped with the next in any random sale is found. */
    @Test
    void anyDamage_isFound_inRandomSales() {
        for (long seed = 1; seed <= 60; seed++) {
            var random = new Random(seed);
            Sale damaged = Sale.random(seed, 120);
            List<MemoryLog.Entry> log = damaged.log.partition(EVENTS, (int) (seed % 2));
            if (log.size() < 3) {
                log = damaged.log.partition(EVENTS, (int) ((seed + 1) % 2));
            }
            int at = random.nextInt(log.size() - 1);
            switch (random.nextInt(3)) {
                case 0 -> log.remove(at);
                case 1 -> log.add(at, log.get(at));
                default -> Collections.swap(log, at, at + 1);
            }

            AuditReport report = damaged.audit();

            assertEquals(1, of(7, report).size(), "seed " + seed + ": " + report.violations());
        }
    }

    @Test
    void violations_areCapped_butCounted() {
        List<MemoryLog.Entry> statuses = sale.log.partition(Topics.ORDERS.name(), 0);
        MemoryLog.Entry last = statuses.getLast();
        statuses.addAll(new ArrayList<>(IntStream.range(0, 1500)
                .mapToObj(i -> MemoryLog.entry(last.atMillis(), "k" + i, new byte[] {0}))
                .toList()));

        AuditReport report = sale.audit();

        assertEquals(1500, report.violationsFound());
        assertEquals(AuditReport.MAX_VIOLATIONS, report.violations().size());
    }

    @Test
    void htmlReport_escapesWhatTheLogSays() {
        tamper(1, event -> event.getHeader().setBuyer("<script>alert('x')</script>"));

        String html = HtmlReport.of(sale.audit(), AuditOptions.of(Map.of()));

        assertFalse(html.contains("<script>"));
        assertTrue(html.contains("&lt;script&gt;"));
    }

    @Test
    void plainReport_namesInvariantOrderAndReceipts() {
        tamper(1, event -> ((SeatsHeld) event.getPayload()).setTotal(8000));

        String text = PlainReport.of(sale.audit(), AuditOptions.of(Map.of()));

        assertTrue(text.startsWith("NOT PROVEN: 2 violations\n"), text);
        assertTrue(text.contains("order    " + ada), text);
        assertTrue(text.contains("receipt  onsale.events/0/1"), text);
    }
}
