package dev.onsale.audit;

import java.time.Duration;
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
            estimate(text, report.estimate(), options.budget());
            return text.toString();
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
        scope(text, report, options);
        run(text, report);
        violations(text, report.violations(), report.violationsFound());
        return text.toString();
    }

    static String verdict(AuditReport report) {
        if (report.violationsFound() > 0) {
            return "NOT PROVEN: " + report.violationsFound() + " violations";
        }
        return report.proven()
                ? "PROVEN: nothing was sold twice and nobody was charged twice"
                : "NOT PROVEN: " + report.incomplete().orElse("not everything was read");
    }

    /** What was audited, and what was not. */
    static void scope(StringBuilder text, AuditReport report, AuditOptions options) {
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
        if (report.violationsFound() > 0) {
            report.incomplete().ifPresent(why -> line(text, "The audit %s.", why));
        }
    }

    /** What it took, where and by which build. */
    private static void run(StringBuilder text, AuditReport report) {
        line(text, "%s", bytes(report));
        line(text, "%s", pace(report));
        line(
                text,
                "Read from %s, by onsale %s",
                report.run().source(),
                report.run().build());
        line(text, "SHA-256 of what was read: %s", report.inputs().sha256());
    }

    static String bytes(AuditReport report) {
        var text = new StringBuilder();
        line(
                text,
                "%,d bytes read, %,d estimated%s",
                report.bytesRead(),
                report.estimate().bytes(),
                report.estimate()
                        .errorPercent()
                        .map("; the estimate was off by %+d %%"::formatted)
                        .orElse(""));
        report.run()
                .cost()
                .ifPresent(cost -> line(
                        text,
                        "They cost %s; %s was estimated",
                        Budget.money(cost),
                        report.estimate().cost().map(Budget::money).orElse("nothing")));
        return text.toString().strip();
    }

    static String pace(AuditReport report) {
        long records = report.inputs().partitions().stream()
                .mapToLong(Inputs.Partition::records)
                .sum();
        return String.format(
                Locale.ROOT,
                "%,d records in %s, %,.0f a second; %s was estimated at %,d a second",
                records,
                time(report.run().took()),
                records / Math.max(1e-3, report.run().took().toMillis() / 1000.0),
                time(report.estimate().time()),
                report.estimate().recordsPerSecond());
    }

    private static void estimate(StringBuilder text, AuditReport.Estimate estimate, Budget budget) {
        line(
                text,
                "The audit would read %s, in at most %,d records. Nothing was read.",
                budget.priced(estimate.bytes()),
                estimate.records());
        line(
                text,
                "It would take about %s at %,d records a second, which is %s.",
                time(estimate.time()),
                estimate.recordsPerSecond(),
                estimate.recordsPerSecond() == Budget.USUAL_RECORDS_PER_SECOND
                        ? "usual; an audit says how many it read, and --rate states another number"
                        : "what was stated");
    }

    /** Such as 7.5 s, or 1 h 2 min. */
    static String time(Duration time) {
        if (time.toMinutes() == 0) {
            return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
        }
        return time.toHours() == 0
                ? "%d min %d s".formatted(time.toMinutes(), time.toSecondsPart())
                : "%d h %d min".formatted(time.toHours(), time.toMinutesPart());
    }

    /** @param found how many there are, if not all are listed */
    static void violations(StringBuilder text, List<AuditReport.Violation> all, long found) {
        Map<Integer, Long> counts = all.stream()
                .collect(Collectors.groupingBy(AuditReport.Violation::invariant, TreeMap::new, Collectors.counting()));
        counts.forEach((invariant, count) ->
                line(text, "%nInvariant %d, %s: %,d", invariant, Invariants.name(invariant), count));
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
