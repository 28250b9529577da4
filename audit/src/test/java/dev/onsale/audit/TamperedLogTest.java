package dev.onsale.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.audit.AuditReport.Receipt;
import dev.onsale.audit.AuditReport.Violation;
import dev.onsale.domain.Order;
import dev.onsale.inventory.wire.States;
import dev.onsale.schemas.Requests;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Event;
import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.PurchaseRejected;
import dev.onsale.wire.Reason;
import dev.onsale.wire.SeatsHeld;
import dev.onsale.wire.SeatsSold;
import dev.onsale.wire.StoredOrder;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The auditor is audited: whatever is changed in the events, stores and statuses is found. */
class TamperedLogTest extends SmallSale {

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
}
