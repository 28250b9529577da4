package dev.onsale.audit;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A report as text for people. */
public final class PlainReport {

    private static final int MOST_VIOLATIONS = 20;

    private PlainReport() {}

    /** Several lines, each ended by a line feed. */
    public static String of(AuditReport report, AuditOptions options) {
        var text = new StringBuilder();
        if (options.estimateOnly()) {
            return line(
                            text,
                            "The audit would read about %,d bytes in at most %,d records. Nothing was read.",
                            report.estimate().bytes(),
                            report.estimate().records())
                    .toString();
        }
        line(text, "%s", verdict(report));
        line(
                text,
                "%,d commands decided again, %,d events compared, %,d orders, %,d tickets sold",
                report.commands(),
                report.events(),
                report.orders(),
                report.seatsSold());
        new TreeMap<>(report.currencies())
                .forEach((currency, money) -> line(
                        text,
                        "%s captured %,d, refunded %,d (minor units)",
                        currency,
                        money.captured(),
                        money.refunded()));
        remarks(text, report, options);
        violations(text, report.violations(), report.violationsFound());
        return text.toString();
    }

    private static String verdict(AuditReport report) {
        if (report.violationsFound() > 0) {
            return "NOT PROVEN: " + report.violationsFound() + " violations";
        }
        return report.proven()
                ? "PROVEN: nothing was sold twice and nobody was charged twice"
                : "NOT PROVEN: " + report.incomplete().orElse("not everything was read");
    }

    private static void remarks(StringBuilder text, AuditReport report, AuditOptions options) {
        if (!options.eventId().isEmpty()) {
            line(text, "Only event %s was audited.", options.eventId());
        }
        if (options.from().isPresent() || options.to().isPresent()) {
            line(
                    text,
                    "Counted and reported are commands %s%s; all others were replayed too.",
                    options.from().map(from -> "from " + from + " ").orElse(""),
                    options.to().map(to -> "before " + to).orElse(""));
        }
        if (report.undecided() > 0) {
            line(text, "At most %,d commands were not decided yet, and not audited.", report.undecided());
        }
        line(
                text,
                "%,d bytes read, %,d estimated%s",
                report.bytesRead(),
                report.estimate().bytes(),
                report.estimate()
                        .errorPercent()
                        .map("; the estimate was off by %+d %%"::formatted)
                        .orElse(""));
        if (report.violationsFound() > 0) {
            report.incomplete().ifPresent(why -> line(text, "The audit %s.", why));
        }
    }

    /** @param found how many there are, if not all are listed */
    static void violations(StringBuilder text, List<AuditReport.Violation> all, long found) {
        Map<Integer, Long> counts = all.stream()
                .collect(Collectors.groupingBy(AuditReport.Violation::invariant, TreeMap::new, Collectors.counting()));
        counts.forEach((invariant, count) ->
                line(text, "%nInvariant %d, %s: %,d", invariant, AuditReport.invariant(invariant), count));
        for (AuditReport.Violation violation : all.subList(0, Math.min(MOST_VIOLATIONS, all.size()))) {
            line(text, "%n[%d] %s", violation.invariant(), violation.explanation());
            if (!violation.orderId().isEmpty()) {
                line(text, "    order    %s", violation.orderId());
            }
            if (!violation.seat().isEmpty()) {
                line(text, "    seat     %s", violation.seat());
            }
            violation.receipts().forEach(receipt -> line(text, "    receipt  %s", receipt));
        }
        if (found > MOST_VIOLATIONS) {
            line(text, "%n%,d more; --json lists them.", found - MOST_VIOLATIONS);
        }
    }

    private static StringBuilder line(StringBuilder text, String format, Object... values) {
        return text.append(String.format(Locale.ROOT, format.replace("%n", "\n"), values))
                .append('\n');
    }
}
