package dev.onsale.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.schemas.Topics;
import dev.onsale.tampering.Entry;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentOutcome;
import dev.onsale.wire.PaymentReported;
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
    void htmlReport_saysWhatWasChecked_overWhat_byWhat_andHowSalesWent() {
        AuditReport report = sale.audit();

        String html = HtmlReport.of(report, AuditOptions.of(Map.of()));

        assertTrue(html.contains("<h1 class=\"yes\">PROVEN: "), html);
        assertEquals(7, html.split("<td class=\"yes\">holds</td>", -1).length - 1);
        assertTrue(html.contains("onsale " + BuildVersion.THIS), html);
        assertTrue(html.contains("135.00 EUR"), html);
        assertEquals(2, html.split("<svg ", -1).length - 1);
        assertTrue(html.contains("<span class=\"swatch s0\"></span> rock/A</td><td class=\"number\">3</td>"), html);
        assertTrue(html.contains(report.inputs().sha256()), html);
        for (Inputs.Partition each : report.inputs().partitions()) {
            assertTrue(html.contains(each.sha256()) && html.contains(each.topic() + "/0</th>"), each::toString);
        }
        assertFalse(html.contains("<script") || html.contains("http://") || html.contains("https://"));
    }

    @Test
    void htmlReport_saysWhichInvariantIsBroken_withBothReceipts() {
        tamper(1, event -> ((SeatsHeld) event.getPayload()).setTotal(8000));

        String html = HtmlReport.of(sale.audit(), AuditOptions.of(Map.of()));

        assertTrue(html.contains("<h1 class=\"no\">NOT PROVEN: 2 violations"), html);
        assertEquals(2, html.split("<td class=\"no\">broken 1 time</td>", -1).length - 1);
        assertTrue(html.contains("<code>onsale.commands/0/1</code><br><code>onsale.events/0/1</code>"), html);
    }

    /** A forged report may say any amount. */
    @Test
    void htmlReport_isWritten_whateverAmountsTheLogSays() {
        for (long amount : new long[] {Long.MAX_VALUE, Long.MIN_VALUE, 0}) {
            sale.report(
                    A,
                    ada,
                    new PaymentReported(2, PaymentOperation.CAPTURE, PaymentOutcome.SUCCEEDED, "", "pi", amount));
            sale.nowMillis *= 10;
        }

        String html = HtmlReport.of(sale.audit(), AuditOptions.of(Map.of()));

        assertTrue(html.contains("<h1 class=\"no\">"));
        assertTrue(html.length() < 100_000, () -> html.length() + " characters");
    }

    @Test
    void build_isStamped() {
        assertTrue(BuildVersion.THIS.version().matches("\\d+\\.\\d+.*"), BuildVersion.THIS::toString);
        assertTrue(BuildVersion.THIS.commit().matches("[0-9a-f]{40}|"), BuildVersion.THIS::toString);
    }

    @Test
    void digest_isOfEveryByte_andOfNothingElse() {
        String before = sale.audit().inputs().sha256();
        List<Entry> statuses = sale.log.partition(Topics.ORDERS.name(), 0);
        Entry first = statuses.getFirst();
        for (Entry other : List.of(
                Entry.of(first.atMillis() + 1, first.key(), first.bytes()),
                Entry.of(first.atMillis(), "x", first.bytes()),
                Entry.of(first.atMillis(), first.key(), new byte[] {1}),
                Entry.GONE)) {
            statuses.set(0, other);
            assertNotEquals(before, sale.audit().inputs().sha256(), other::toString);
        }
        statuses.set(0, first);

        AuditReport again = sale.audit();

        assertEquals(before, again.inputs().sha256());
        Inputs.Partition commands = again.inputs().partitions().stream()
                .filter(each -> each.topic().equals(COMMANDS))
                .findFirst()
                .orElseThrow();
        assertEquals(List.of(0L, 9L, 9L), List.of(commands.start(), commands.end(), commands.records()));
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
