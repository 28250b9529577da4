package dev.onsale.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.audit.AuditReport.Receipt;
import dev.onsale.audit.AuditReport.Violation;
import dev.onsale.domain.Order;
import dev.onsale.inventory.wire.States;
import dev.onsale.schemas.Requests;
import dev.onsale.tampering.Entry;
import dev.onsale.wire.Event;
import dev.onsale.wire.SeatsHeld;
import dev.onsale.wire.SeatsSold;
import dev.onsale.wire.StoredOrder;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is found in a damaged log, to the last receipt. Whatever else may be damaged is in {@link DamageTest}. */
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
    void forgedReceipt_isFound_once() {
        Event forged = sale.event(0, 3);
        forged.getHeader().getReceipt().setOffset(1_000_000);
        events().add(
                        5,
                        Entry.of(
                                sale.nowMillis,
                                A.toString(),
                                Sale.CODECS.events().write(forged)));

        AuditReport report = sale.audit();

        assertEquals(1, of(7, report).size(), () -> report.violations().toString());
        assertTrue(of(7, report).getFirst().receipts().contains(event(5)));
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
        events().set(9, Entry.of(sale.nowMillis, A.toString(), new byte[] {1, 2, 3}));

        AuditReport report = sale.audit();

        only(7, report, command(5), event(9));
    }

    @Test
    void changedStore_isFound() {
        List<Entry> changelog = sale.log.partition(StoreLog.ORDERS, 0);
        String key = A + "/" + ada;
        Order order = sale.order(A, ada);
        StoredOrder stored = States.toStored(order);
        stored.setBuyer("mallory");
        changelog.add(Entry.of(sale.nowMillis, key, Sale.CODECS.storedOrders().write(stored)));

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
}
