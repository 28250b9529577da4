package dev.onsale.audit;

import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** A report as one HTML file that needs nothing else. Everything that comes from the log is escaped. */
public final class HtmlReport {

    private static final String STYLE = """
            body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem; }
            h1 { font-size: 1.5rem } h1.yes { color: #0a6b2d } h1.no { color: #b00020 }
            table { border-collapse: collapse; width: 100%; margin: 1rem 0 }
            th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid #ddd }
            td.number { text-align: right; font-variant-numeric: tabular-nums }
            code { font-size: .85em; overflow-wrap: anywhere }
            @media (prefers-color-scheme: dark) { body { background: #111; color: #ddd } th, td { border-color: #333 }
              h1.yes { color: #5fd38a } h1.no { color: #ff8a8a } }
            """;

    private HtmlReport() {}

    /** The whole file. */
    public static String of(AuditReport report, AuditOptions options) {
        var html = new StringBuilder();
        html.append("<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">"
                        + "<meta name=\"viewport\" content=\"width=device-width\"><title>onsale audit</title><style>\n")
                .append(STYLE)
                .append("</style></head>\n<body>\n");
        List<String> summary = PlainReport.of(report, options)
                .lines()
                .takeWhile(line -> !line.isEmpty())
                .toList();
        html.append("<h1 class=\"")
                .append(report.proven() ? "yes" : "no")
                .append("\">")
                .append(escaped(summary.getFirst()))
                .append("</h1>\n");
        summary.stream()
                .skip(1)
                .forEach(line -> html.append("<p>").append(escaped(line)).append("</p>\n"));
        counts(html, report);
        violations(html, report.violations());
        return html.append("</body>\n</html>\n").toString();
    }

    private static void counts(StringBuilder html, AuditReport report) {
        html.append("<table>\n");
        count(html, "Commands", report.commands());
        count(html, "Events", report.events());
        count(html, "Orders", report.orders());
        count(html, "Tickets sold", report.seatsSold());
        new TreeMap<>(report.currencies()).forEach((currency, money) -> {
            count(html, "Captured, minor units of " + currency, money.captured());
            count(html, "Refunded, minor units of " + currency, money.refunded());
        });
        count(html, "Violations", report.violationsFound());
        html.append("</table>\n");
    }

    private static void count(StringBuilder html, String name, long value) {
        html.append("<tr><th>")
                .append(escaped(name))
                .append("</th><td class=\"number\">")
                .append(String.format(Locale.ROOT, "%,d", value))
                .append("</td></tr>\n");
    }

    private static void violations(StringBuilder html, List<AuditReport.Violation> violations) {
        if (violations.isEmpty()) {
            return;
        }
        html.append("<table>\n<tr><th>Invariant</th><th>What</th><th>Order, seat</th><th>Receipts</th></tr>\n");
        for (AuditReport.Violation violation : violations) {
            html.append("<tr><td>")
                    .append(violation.invariant())
                    .append(". ")
                    .append(escaped(AuditReport.invariant(violation.invariant())))
                    .append("</td><td>")
                    .append(escaped(violation.explanation()))
                    .append("</td><td><code>")
                    .append(escaped((violation.orderId() + " " + violation.seat()).strip()))
                    .append("</code></td><td>");
            violation
                    .receipts()
                    .forEach(receipt -> html.append("<code>")
                            .append(escaped(receipt.toString()))
                            .append("</code><br>"));
            html.append("</td></tr>\n");
        }
        html.append("</table>\n");
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
