package dev.onsale.audit;

import dev.onsale.audit.AuditReport.Receipt;
import dev.onsale.schemas.Requests;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Adopted;
import dev.onsale.wire.Command;
import dev.onsale.wire.CommandRejected;
import dev.onsale.wire.Event;
import dev.onsale.wire.EventHeader;
import dev.onsale.wire.FallbackEntered;
import dev.onsale.wire.FallbackLeft;
import dev.onsale.wire.HoldCancelled;
import dev.onsale.wire.HoldExpired;
import dev.onsale.wire.OrderRefunded;
import dev.onsale.wire.PaymentDeclined;
import dev.onsale.wire.PaymentReported;
import dev.onsale.wire.PaymentRequested;
import dev.onsale.wire.PaymentSettled;
import dev.onsale.wire.PaymentsState;
import dev.onsale.wire.PaymentsStateChanged;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.PurchaseRejected;
import dev.onsale.wire.Reason;
import dev.onsale.wire.SalesState;
import dev.onsale.wire.SalesStateChanged;
import dev.onsale.wire.SeatsHeld;
import dev.onsale.wire.SeatsRetaken;
import dev.onsale.wire.SeatsSold;
import dev.onsale.wire.SectionOpened;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks invariants 1 to 6 from the events and reports alone, at every offset of one partition. It shares no rule with the
 * decider: were the rules wrong, deciding again would repeat the mistake, and this would find it.
 *
 * <p>After a violation it goes on with what the log says. An order gives at most one violation of an invariant, but one for
 * every seat that has two owners.
 */
final class FactCheck {

    private final Findings findings;
    private final Tickets tickets;
    private final Money money;
    private final Dossiers dossiers;
    private final long toleranceMillis;
    private final Sections sections;

    FactCheck(Findings findings, Dossiers dossiers, Sections sections, Seats seats, Duration expiryTolerance) {
        this.findings = findings;
        this.dossiers = dossiers;
        this.sections = sections;
        this.tickets = new Tickets(findings, seats);
        this.money = new Money(findings);
        this.toleranceMillis = expiryTolerance.toMillis();
    }

    /** Takes a command that can be read and the events that the log has for it. */
    void step(SectionKey key, Command command, LogRecord message, List<Logged> events) {
        SectionFacts section = sections.facts(key);
        Adopted adopted = section.inFallback ? command.getHeader().getAdopted() : null;
        boolean elsewhere = section.inFallback && adopted == null;
        long decidedAt = adopted == null ? message.atMillis() : adopted.getAt().toEpochMilli();
        var step = new Step(findings, key, section, message, decidedAt);
        // Whoever sends decisions of a fallback sends some again after a crash.
        boolean adoptedBefore = adopted != null && adopted.getVersion() < section.version;
        String orderId = command.getHeader().getOrderId();
        boolean answered = dossiers.facts(orderKey(key, orderId))
                .map(facts -> facts.answeredEvent >= 0)
                .orElse(false);
        if (command.getPayload() instanceof PaymentReported report) {
            reported(step, orderId, report);
        }
        events.forEach(event -> event(step, event));
        if (command.getPayload() instanceof Purchase purchase && !notDecided(command, elsewhere, events)) {
            // What was never answered is no repetition, whatever it asks for.
            boolean repeated = answered && (adoptedBefore || sameAsBefore(step, orderId, command, purchase));
            outcome(step, orderId, repeated, events);
        }
        refusedAndDone(step, events);
        if (!elsewhere) {
            overdue(step);
        }
    }

    /** Whether a command has no answer here: it was left to the fallback, or what the fallback made of it was refused. */
    private static boolean notDecided(Command command, boolean elsewhere, List<Logged> events) {
        return events.size() == 1
                && events.getFirst().readable()
                && events.getFirst().event().getPayload() instanceof CommandRejected rejected
                && (elsewhere
                        ? rejected.getReason() == Reason.IN_FALLBACK
                        : rejected.getReason() == Reason.NOT_ADOPTED
                                && command.getHeader().getAdopted() != null);
    }

    /** Takes an event that belongs to no command here. */
    void stray(SectionKey key, LogRecord command, Logged event) {
        event(new Step(findings, key, sections.facts(key), command, command.atMillis()), event);
    }

    private void put(String orderKey, OrderFacts facts) {
        dossiers.change(orderKey, dossier -> dossier.know(facts));
    }

    private void reported(Step step, String orderId, PaymentReported report) {
        String key = orderKey(step.key(), orderId);
        OrderFacts facts = dossiers.facts(key).orElse(null);
        if (facts == null) {
            money.reportedForNobody(step.command(), orderId, report);
            return;
        }
        money.reported(step.command(), orderId, facts, step.section().currency(), report);
        put(key, facts);
    }

    private void event(Step step, Logged logged) {
        if (!logged.readable()) {
            return;
        }
        Event event = logged.event();
        EventHeader header = event.getHeader();
        version(step, logged);
        String orderId = header.getOrderId();
        if (event.getPayload() instanceof SectionOpened opened) {
            step.section().definition = opened.getDefinition();
        } else if (event.getPayload() instanceof SalesStateChanged changed) {
            step.section().sales(changed.getState() == SalesState.PAUSED, step.atMillis());
        } else if (event.getPayload() instanceof PaymentsStateChanged changed) {
            step.section().payments(changed.getState() == PaymentsState.STOPPED, step.atMillis());
        } else if (event.getPayload() instanceof FallbackEntered) {
            step.section().inFallback = true;
        } else if (event.getPayload() instanceof FallbackLeft) {
            step.section().inFallback = false;
        } else if (!orderId.isEmpty() && !changesNothing(event)) {
            String key = orderKey(step.key(), orderId);
            OrderFacts facts = dossiers.facts(key).orElseGet(OrderFacts::new);
            facts.lastCommand = step.command().offset();
            facts.lastMillis = step.atMillis();
            order(step, logged, facts);
            put(key, facts);
        }
        tickets.counts(step, logged);
    }

    private static boolean changesNothing(Event event) {
        return event.getPayload() instanceof CommandRejected
                || (event.getPayload() instanceof PurchaseRejected rejected
                        && rejected.getReason() == Reason.REQUEST_ID_REUSED);
    }

    private void version(Step step, Logged logged) {
        SectionFacts section = step.section();
        long version = logged.event().getHeader().getSectionVersion();
        long expected = section.version + (changesNothing(logged.event()) ? 0 : 1);
        if (version != expected) {
            step.violation(
                    2,
                    logged,
                    "The section's version goes from " + section.version + " to " + version + " instead of " + expected
                            + ": an outcome is missing, doubled or out of place here.");
        }
        section.version = version;
    }

    private void order(Step step, Logged logged, OrderFacts facts) {
        Object payload = logged.event().getPayload();
        boolean answer = payload instanceof SeatsHeld || payload instanceof PurchaseRejected;
        if (!answer && facts.answeredEvent < 0) {
            step.once(2, logged, facts, "The order is changed by " + logged.name() + ", but was never answered.");
        }
        switch (payload) {
            case SeatsHeld held -> {
                if (!answered(step, logged, facts)) {
                    tickets.held(step, logged, facts, held);
                }
            }
            case PurchaseRejected rejected -> {
                if (answered(step, logged, facts)) {
                    return;
                }
                facts.state = OrderFacts.State.REJECTED;
                facts.requestHash = rejected.getRequestHash();
                facts.buyer = logged.event().getHeader().getBuyer();
            }
            case SeatsSold sold -> tickets.sold(step, logged, facts, sold);
            case HoldExpired expired -> tickets.ended(step, logged, facts, expired.getSeats(), expired.getQuantity());
            case HoldCancelled cancelled ->
                tickets.ended(step, logged, facts, cancelled.getSeats(), cancelled.getQuantity());
            case SeatsRetaken retaken -> tickets.retaken(step, logged, facts, retaken);
            case OrderRefunded refunded -> tickets.refunded(step, logged, facts, refunded);
            case PaymentRequested requested -> money.asked(step.command(), logged, facts, requested);
            case PaymentSettled settled -> money.settled(step.command(), logged, facts, settled);
            case PaymentDeclined _ -> {}
            case Object other -> throw new IllegalStateException("payload " + other.getClass() + " is unknown");
        }
    }

    /** Takes note of an answer. @return whether there was one before */
    private boolean answered(Step step, Logged logged, OrderFacts facts) {
        if (facts.answeredEvent >= 0) {
            Receipt first =
                    new Receipt(logged.message().topic(), logged.message().partition(), facts.answeredEvent);
            if (facts.breaks(2)) {
                findings.violation(
                        2,
                        step.atMillis(),
                        logged.orderId(),
                        "The request has a second answer, " + logged.name() + ".",
                        first,
                        logged.receipt());
            }
            return true;
        }
        facts.answeredEvent = logged.message().offset();
        findings.order(step.atMillis());
        return false;
    }

    private boolean sameAsBefore(Step step, String orderId, Command command, Purchase purchase) {
        long hash = Requests.hash(command.getHeader(), purchase);
        return dossiers.facts(orderKey(step.key(), orderId))
                .map(facts -> facts.requestHash == hash)
                .orElse(false);
    }

    private void outcome(Step step, String orderId, boolean repeated, List<Logged> events) {
        long answers = events.stream()
                .filter(Logged::readable)
                .filter(each -> each.orderId().equals(orderId))
                .filter(each -> each.event().getPayload() instanceof SeatsHeld
                        || each.event().getPayload() instanceof PurchaseRejected)
                .count();
        long expected = repeated ? 0 : 1;
        if (answers == expected) {
            return;
        }
        OrderFacts facts = dossiers.facts(orderKey(step.key(), orderId)).orElseGet(OrderFacts::new);
        if (!facts.breaks(2)) {
            return;
        }
        put(orderKey(step.key(), orderId), facts);
        List<Receipt> receipts = new ArrayList<>(List.of(step.command().receipt()));
        events.forEach(each -> receipts.add(each.receipt()));
        String what = repeated ? "A repeated request" : "A purchase";
        findings.violation(
                2,
                step.atMillis(),
                orderId,
                "",
                what + " has " + answers + " answers, not " + expected + ".",
                receipts);
    }

    /** A refusal is the only outcome of its command, but for holds that had ended before. */
    private void refusedAndDone(Step step, List<Logged> events) {
        if (events.size() < 2) {
            return;
        }
        List<Logged> own = events.stream()
                .filter(Logged::readable)
                .filter(each -> !(each.event().getPayload() instanceof HoldExpired))
                .toList();
        if (own.size() > 1 && own.stream().anyMatch(each -> each.event().getPayload() instanceof CommandRejected)) {
            step.violation(2, own.getLast(), "The command is refused and has another outcome besides.");
        }
    }

    private void overdue(Step step) {
        SectionFacts section = step.section();
        long clock = section.clock(step.atMillis());
        while (!section.holds.isEmpty() && section.holds.first().deadlineMillis() + toleranceMillis < clock) {
            SectionFacts.Hold hold = section.holds.removeFirst();
            OrderFacts facts =
                    dossiers.facts(orderKey(step.key(), hold.orderId())).orElseGet(OrderFacts::new);
            findings.violation(
                    5,
                    step.atMillis(),
                    hold.orderId(),
                    "The hold ended " + (clock - hold.deadlineMillis()) + " ms ago on the section's clock and is still"
                            + " there at " + Instant.ofEpochMilli(step.atMillis()) + ".",
                    new Receipt(Topics.EVENTS.name(), step.command().partition(), facts.answeredEvent),
                    step.command().receipt());
        }
    }

    /** What is still to be said of an order when the last command is through. */
    void end(int partition, String orderKey, OrderFacts facts, RowFile rows) {
        money.end(partition, Row.orderId(orderKey), facts);
        if (facts.owns()) {
            rows.aside(new Row(Row.Kind.OWNED, orderKey, partition, facts.answeredEvent, 0, facts.toBytes()));
        }
    }

    /** What was put {@link RowFile#aside}. */
    static AuditListener.Owned owned(Row row) {
        OrderFacts facts = OrderFacts.fromBytes(row.value());
        int slash = row.key().lastIndexOf('/');
        return new AuditListener.Owned(
                SectionKey.parse(row.key().substring(0, slash)),
                facts.seats,
                facts.quantity,
                Row.orderId(row.key()),
                facts.buyer,
                facts.state.name(),
                facts.variant,
                row.in(Topics.EVENTS.name()));
    }

    private static String orderKey(SectionKey key, String orderId) {
        return key + "/" + orderId;
    }
}
