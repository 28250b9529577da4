package dev.onsale.audit;

import dev.onsale.audit.AuditReport.Money;
import dev.onsale.audit.AuditReport.Receipt;
import dev.onsale.audit.AuditReport.Violation;
import dev.onsale.schemas.SectionKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Counts and violations within the time range that was asked for. */
final class Findings {

    private final long fromMillis;
    private final long toMillis;
    private final Story story;
    private final List<Violation> violations = new ArrayList<>();
    private final Map<String, Money> money = new TreeMap<>();
    private final Timeline tickets = new Timeline();
    private final Timeline captures = new Timeline();
    private long found;
    private long commands;
    private long events;
    private long orders;
    private long seatsSold;

    /** @param story of what a story is told too, and whose violations are all listed */
    Findings(AuditOptions options, Story story) {
        this.story = story;
        fromMillis = options.from().map(Instant::toEpochMilli).orElse(Long.MIN_VALUE);
        toMillis = options.to().map(Instant::toEpochMilli).orElse(Long.MAX_VALUE);
    }

    /**
     * What one piece of an audit found.
     *
     * @param found number of violations; those that are listed may be fewer
     */
    record Found(
            long found,
            List<Violation> violations,
            long commands,
            long events,
            long orders,
            long seatsSold,
            Map<String, Money> money,
            Timeline.Kept tickets,
            Timeline.Kept captures) {}

    /** All so far. */
    Found soFar() {
        return new Found(
                found,
                List.copyOf(violations),
                commands,
                events,
                orders,
                seatsSold,
                Map.copyOf(money),
                tickets.kept(),
                captures.kept());
    }

    /** Takes up what was found elsewhere, after what is here. */
    void add(Found more) {
        found += more.found;
        more.violations.forEach(this::list);
        commands += more.commands;
        events += more.events;
        orders += more.orders;
        seatsSold += more.seatsSold;
        more.money.forEach((currency, sums) -> money.merge(currency, sums, Findings::sum));
        tickets.add(Timeline.of(more.tickets));
        captures.add(Timeline.of(more.captures));
    }

    private void list(Violation violation) {
        if (violations.size() < AuditReport.MAX_VIOLATIONS || story.concerns(violation.orderId())) {
            violations.add(violation);
        }
    }

    private static Money sum(Money a, Money b) {
        return new Money(a.captured() + b.captured(), a.refunded() + b.refunded());
    }

    Story story() {
        return story;
    }

    private boolean concerns(long atMillis) {
        return atMillis >= fromMillis && atMillis < toMillis;
    }

    void violation(
            int invariant, long atMillis, String orderId, String seat, String explanation, List<Receipt> receipts) {
        if (!concerns(atMillis)) {
            return;
        }
        found++;
        list(new Violation(invariant, orderId, seat, List.copyOf(receipts), explanation));
    }

    void violation(int invariant, long atMillis, String orderId, String explanation, Receipt... receipts) {
        violation(invariant, atMillis, orderId, "", explanation, List.of(receipts));
    }

    void command(long atMillis, int itsEvents) {
        if (concerns(atMillis)) {
            commands++;
            events += itsEvents;
        }
    }

    void order(long atMillis) {
        if (concerns(atMillis)) {
            orders++;
        }
    }

    void sold(SectionKey section, long atMillis, int quantity) {
        if (concerns(atMillis)) {
            seatsSold += quantity;
            tickets.add(section.toString(), atMillis, quantity);
        }
    }

    void money(long atMillis, String currency, long captured, long refunded) {
        if (concerns(atMillis)) {
            captures.add(currency, atMillis, captured - refunded);
            money.merge(currency, new Money(captured, refunded), Findings::sum);
        }
    }

    /** A report of nothing but the estimate. */
    static AuditReport estimated(AuditReport.Estimate estimate, AuditReport.Run run) {
        return new AuditReport(
                false,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                Map.of(),
                estimate,
                run,
                Inputs.NONE,
                new AuditReport.Sales(new Timeline(), new Timeline()),
                Optional.empty(),
                List.of());
    }

    AuditReport report(
            long bytesRead,
            long undecided,
            AuditReport.Estimate estimate,
            AuditReport.Run run,
            Inputs inputs,
            Optional<String> cut) {
        return new AuditReport(
                found == 0 && cut.isEmpty(),
                commands,
                events,
                orders,
                seatsSold,
                money.values().stream().mapToLong(Money::captured).sum(),
                money.values().stream().mapToLong(Money::refunded).sum(),
                bytesRead,
                undecided,
                found,
                Map.copyOf(money),
                estimate,
                run,
                inputs,
                new AuditReport.Sales(tickets, captures),
                cut,
                List.copyOf(violations));
    }
}
