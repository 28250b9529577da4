package dev.onsale.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.onsale.audit.AuditReport.Receipt;
import dev.onsale.audit.AuditReport.Violation;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.tampering.Entry;
import dev.onsale.wire.Event;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;

/** A sale of five orders, and what tests say of an audit of it once something in it was changed. */
abstract class SmallSale {

    static final SectionKey A = new SectionKey("rock", "A");
    static final String EVENTS = Topics.EVENTS.name();
    static final String COMMANDS = Topics.COMMANDS.name();
    static final String PAYMENTS = Topics.PAYMENTS.name();

    final Sale sale = new Sale(1);
    String ada = "";
    String bob = "";

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

    List<Entry> events() {
        return sale.log.partition(EVENTS, 0);
    }

    void tamper(int offset, Consumer<Event> change) {
        Event event = sale.event(0, offset);
        change.accept(event);
        Entry before = events().get(offset);
        events().set(
                        offset,
                        Entry.of(
                                before.atMillis(),
                                before.key(),
                                Sale.CODECS.events().write(event)));
    }

    static List<Violation> of(int invariant, AuditReport report) {
        return report.violations().stream()
                .filter(violation -> violation.invariant() == invariant)
                .toList();
    }

    static Receipt event(long offset) {
        return new Receipt(EVENTS, 0, offset);
    }

    static Receipt command(long offset) {
        return new Receipt(COMMANDS, 0, offset);
    }

    /** Exactly one violation of an invariant, and that with these receipts. */
    static Violation only(int invariant, AuditReport report, Receipt... receipts) {
        assertFalse(report.proven());
        assertEquals(1, report.exitCode());
        List<Violation> found = of(invariant, report);
        assertEquals(1, found.size(), () -> "of invariant " + invariant + " in " + report.violations());
        assertEquals(List.of(receipts), found.getFirst().receipts());
        return found.getFirst();
    }

    static void invariants(AuditReport report, Integer... expected) {
        var found = new TreeSet<Integer>();
        report.violations().forEach(violation -> found.add(violation.invariant()));
        assertEquals(
                new TreeSet<>(Arrays.asList(expected)),
                found,
                () -> report.violations().toString());
    }
}
