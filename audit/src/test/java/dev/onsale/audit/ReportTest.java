package dev.onsale.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.schemas.Topics;
import dev.onsale.tampering.Entry;
import dev.onsale.wire.SeatsHeld;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is told of what was found. */
class ReportTest extends SmallSale {

    @Test
    void violations_areCapped_butCounted() {
        List<Entry> statuses = sale.log.partition(Topics.ORDERS.name(), 0);
        Entry last = statuses.getLast();
        statuses.addAll(new ArrayList<>(IntStream.range(0, 1500)
                .mapToObj(i -> Entry.of(last.atMillis(), "k" + i, new byte[] {0}))
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
