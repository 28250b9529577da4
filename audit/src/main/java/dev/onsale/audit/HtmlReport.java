package dev.onsale.audit;

import dev.onsale.audit.AuditReport.Violation;
import java.math.BigDecimal;
import java.time.format.DateTimeFormatter;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/**
 * A report to hand to an accountant or a court: one HTML file that needs nothing else, runs no script, and prints as it looks.
 * Everything that comes from the log is escaped.
 */
public final class HtmlReport {

    private HtmlReport() {}

    /** The whole file. */
    public static String of(AuditReport report, AuditOptions options) {
        var html = new StringBuilder();
        html.append(
                        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">"
                                + "<meta name=\"viewport\" content=\"width=device-width\"><title>Audit of ticket sales</title><style>\n")
                .append(HtmlStyle.TEXT)
                .append("</style></head>\n<body>\n<main>\n<p class=\"kind\">Audit of ticket sales</p>\n<h1 class=\"")
                .append(report.proven() ? "yes" : "no")
                .append("\">")
                .append(escaped(PlainReport.verdict(report)))
                .append("</h1>\n");
        var scope = new StringBuilder();
        PlainReport.scope(scope, report, options);
        scope.toString()
                .lines()
                .forEach(line ->
                        html.append("<p class=\"said\">").append(escaped(line)).append("</p>\n"));
        invariants(html, report);
        counts(html, report);
        sales(html, report);
        violations(html, report);
        inputs(html, report);
        return html.append("</main>\n</body>\n</html>\n").toString();
    }

    private static void invariants(StringBuilder html, AuditReport report) {
        html.append(
                "<h2>What was checked</h2>\n<p>Every command in the log was decided again by the rules of the sale, and what the log"
                        + " has of it was compared with that: invariant 7. From what the log says alone, without those rules, the others were"
                        + " checked after every command.</p>\n<table>\n<thead><tr><th scope=\"col\">Invariant</th><th scope=\"col\">In"
                        + " words</th><th scope=\"col\">Verdict</th></tr></thead>\n<tbody>\n");
        for (int number = 1; number <= Invariants.COUNT; number++) {
            html.append("<tr><th scope=\"row\">")
                    .append(number)
                    .append(". ")
                    .append(escaped(Invariants.name(number)))
                    .append("</th><td>")
                    .append(escaped(Invariants.inWords(number)))
                    .append("</td>")
                    .append(verdict(number, report))
                    .append("</tr>\n");
        }
        html.append("</tbody>\n</table>\n");
    }

    private static String verdict(int invariant, AuditReport report) {
        long broken = report.violations().stream()
                .filter(violation -> violation.invariant() == invariant)
                .count();
        if (broken > 0) {
            boolean all = report.violationsFound() == report.violations().size();
            return "<td class=\"no\">broken " + (all ? "" : "at least ") + number(broken)
                    + (broken == 1 ? " time" : " times") + "</td>";
        }
        return report.proven()
                        || (report.incomplete().isEmpty()
                                && report.violationsFound()
                                        == report.violations().size())
                ? "<td class=\"yes\">holds</td>"
                : "<td>not shown to be broken, but not everything was looked at</td>";
    }

    private static void counts(StringBuilder html, AuditReport report) {
        html.append("<h2>What was found</h2>\n<table class=\"counts\">\n<tbody>\n");
        count(html, "Commands decided again", number(report.commands()));
        count(html, "Events compared", number(report.events()));
        count(html, "Orders", number(report.orders()));
        count(html, "Tickets sold and not given back", number(report.seatsSold()));
        new TreeMap<>(report.currencies()).forEach((currency, money) -> {
            count(html, "Captured", money(money.captured(), currency));
            count(html, "Refunded", money(money.refunded(), currency));
        });
        count(html, "Commands that were not decided yet, and not audited, at most", number(report.undecided()));
        count(html, "Violations", number(report.violationsFound()));
        html.append("</tbody>\n</table>\n");
    }

    private static void count(StringBuilder html, String name, String value) {
        html.append("<tr><th scope=\"row\">")
                .append(escaped(name))
                .append("</th><td class=\"number\">")
                .append(escaped(value))
                .append("</td></tr>\n");
    }

    private static void sales(StringBuilder html, AuditReport report) {
        if (report.sales().tickets().isEmpty() && report.sales().captured().isEmpty()) {
            return;
        }
        html.append("<h2>How sales went</h2>\n")
                .append(BarChart.of(
                        "Tickets sold, less those given back, by section",
                        "Section",
                        report.sales().tickets(),
                        HtmlReport::number));
        report.sales()
                .captured()
                .alone()
                .forEach((currency, timeline) -> html.append(BarChart.of(
                        "Money captured, less refunds, in " + currency,
                        "Currency",
                        timeline,
                        amount -> money(amount, currency))));
    }

    private static void inputs(StringBuilder html, AuditReport report) {
        AuditReport.Run run = report.run();
        html.append("<h2>What was read, when, and by what</h2>\n<table class=\"counts\">\n<tbody>\n");
        count(html, "Begun", DateTimeFormatter.ISO_INSTANT.format(run.startedAt()));
        count(html, "Read", PlainReport.pace(report));
        count(html, "Bytes", PlainReport.bytes(report).replace("\n", ". "));
        count(html, "Read from", run.source());
        count(html, "Program", "onsale " + run.build());
        count(html, "SHA-256 of all that was read", report.inputs().sha256());
        html.append(
                "</tbody>\n</table>\n<table class=\"inputs\">\n<thead><tr><th scope=\"col\">Partition</th><th scope=\"col\""
                        + " class=\"number\">From offset</th><th scope=\"col\" class=\"number\">Up to before</th><th scope=\"col\""
                        + " class=\"number\">Records</th><th scope=\"col\">SHA-256</th></tr></thead>\n<tbody>\n");
        report.inputs()
                .partitions()
                .forEach(each -> html.append("<tr><th scope=\"row\">")
                        .append(escaped(each.topic() + "/" + each.partition()))
                        .append("</th><td class=\"number\">")
                        .append(number(each.start()))
                        .append("</td><td class=\"number\">")
                        .append(number(each.end()))
                        .append("</td><td class=\"number\">")
                        .append(number(each.records()))
                        .append("</td><td><code>")
                        .append(each.sha256())
                        .append("</code></td></tr>\n"));
        html.append("</tbody>\n</table>\n<p class=\"how\">")
                .append(escaped(Inputs.HOW))
                .append("</p>\n");
    }

    private static void violations(StringBuilder html, AuditReport report) {
        List<Violation> violations = report.violations();
        if (violations.isEmpty()) {
            return;
        }
        html.append("<h2>Violations</h2>\n<p>");
        html.append(
                violations.size() == report.violationsFound()
                        ? "All that were found."
                        : "The first " + number(violations.size()) + " of " + number(report.violationsFound()) + ".");
        html.append(
                " A receipt is topic/partition/offset: the records that show it.</p>\n<table class=\"violations\">\n<thead><tr><th scope=\"col\">Invariant</th>"
                        + "<th scope=\"col\">What is wrong</th><th scope=\"col\">Order, seat</th><th scope=\"col\">Receipts</th></tr></thead>\n<tbody>\n");
        for (Violation violation : violations) {
            html.append("<tr><th scope=\"row\">")
                    .append(violation.invariant())
                    .append(". ")
                    .append(escaped(Invariants.name(violation.invariant())))
                    .append("</th><td>")
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
        html.append("</tbody>\n</table>\n");
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** In whole units where the currency is one that is known, or in its minor units. */
    private static String money(long minorUnits, String code) {
        int digits = digits(code);
        return digits < 0
                ? number(minorUnits) + " minor units of " + code
                : String.format(Locale.ROOT, "%,." + digits + "f %s", BigDecimal.valueOf(minorUnits, digits), code);
    }

    /** How many digits the minor units are; -1: nobody knows. */
    private static int digits(String code) {
        try {
            return Currency.getInstance(code).getDefaultFractionDigits();
        } catch (IllegalArgumentException e) {
            return -1;
        }
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
