package dev.onsale.domain;

import dev.onsale.domain.Decision.Accepted;
import dev.onsale.domain.Decision.Rejected;
import java.util.ArrayList;
import java.util.List;

/**
 * What a command leads to. {@link #handle} takes a command through: holds that have ended by its time end first, then the
 * command itself is decided, and the section evolves after each event.
 */
public final class Decider {

    /**
     * An event as it was decided.
     *
     * @param version version of the section after it
     * @param free tickets free after it
     * @param held tickets held after it
     * @param sold tickets sold after it
     */
    public record Recorded(Event event, long version, int free, int held, int sold) {}

    private Decider() {}

    /** Decides a command and evolves the section; the events in order, none for a repeated command. */
    public static List<Recorded> handle(Section section, Command command, Stamp stamp) {
        List<Recorded> recorded = new ArrayList<>(2);
        endedBefore(section, stamp).forEach(ended -> evolve(section, ended, stamp, recorded));
        answer(section, command, stamp).forEach(event -> evolve(section, event, stamp, recorded));
        return recorded;
    }

    /** The events that one command leads to, of holds that have ended none being left. Changes nothing. */
    public static List<Event> answer(Section section, Command command, Stamp stamp) {
        return events(command, decide(section, command, stamp));
    }

    /**
     * What a command leads to in a section that is {@linkplain Section#inFallback() decided elsewhere}. Holds that have ended
     * are ended by {@link Command.ExpireHolds} alone, so whoever decides elsewhere has to send it before any other command.
     * Changes nothing; {@link Command.Adopt} is how the section evolves.
     */
    public static List<Event> answerElsewhere(Section section, Command command, Stamp stamp) {
        return command instanceof Command.ExpireHolds
                ? endedHolds(section, stamp)
                : events(command, decideAnywhere(section, command, stamp));
    }

    private static List<Event> events(Command command, Decision decision) {
        return switch (decision) {
            case Accepted(List<Event> events) -> events;
            case Rejected rejected -> List.of(refusal(command, rejected));
        };
    }

    /** What ends by itself before a command is decided: holds whose time is over, unless the section is in fallback. */
    public static List<Event> endedBefore(Section section, Stamp stamp) {
        return section.inFallback() ? List.of() : endedHolds(section, stamp);
    }

    static List<Event> endedHolds(Section section, Stamp stamp) {
        List<String> ended = section.holdsEndedBy(stamp.atMillis(), Integer.MAX_VALUE);
        // As before nearly every command: a stream would cost more than the rest of the decision.
        if (ended.isEmpty()) {
            return List.of();
        }
        return ended.stream()
                .map(orderId -> section.order(orderId).orElseThrow())
                .map(order -> (Event) new Event.HoldExpired(order.orderId(), order.seats(), order.quantity()))
                .toList();
    }

    private static void evolve(Section section, Event event, Stamp stamp, List<Recorded> recorded) {
        long version = section.evolve(event, stamp);
        recorded.add(new Recorded(event, version, section.free(), section.held(), section.sold()));
    }

    /** What one command leads to, of holds that have ended none being left. Changes nothing. */
    static Decision decide(Section section, Command command, Stamp stamp) {
        if (command instanceof Command.FallbackCommand fallback) {
            return FallbackRules.decide(section, fallback, stamp);
        }
        return section.inFallback() ? Rejected.because(Reason.IN_FALLBACK) : decideAnywhere(section, command, stamp);
    }

    /** What a command leads to, wherever the section is decided. */
    private static Decision decideAnywhere(Section section, Command command, Stamp stamp) {
        return switch (command) {
            case Command.Purchase purchase -> PurchaseRules.decide(section, purchase, stamp);
            case Command.PaymentReported report -> PaymentRules.reported(section, report);
            case Command.RetryPayment retry -> PaymentRules.retry(section, retry);
            case Command.CancelOrder cancel -> cancel(section, cancel);
            case Command.OpenSection open -> open(section, open.definition());
            case Command.SetSales sales -> setSales(section, sales, stamp);
            case Command.SetPayments payments -> setPayments(section, payments, stamp);
            // Holds that have ended by this command's time have ended before it is decided.
            case Command.ExpireHolds _ -> Accepted.of();
            case Command.FallbackCommand _ -> Rejected.because(Reason.NOT_ADOPTED);
        };
    }

    private static Event refusal(Command command, Rejected rejected) {
        Reason reason = rejected.reason();
        // A purchase that is not decided here has no answer yet, and must not be remembered as refused.
        return command instanceof Command.Purchase p && reason != Reason.IN_FALLBACK
                ? new Event.PurchaseRejected(p.orderId(), p.buyer(), reason, rejected.seats(), p.requestHash())
                : new Event.CommandRejected(orderId(command), reason);
    }

    private static String orderId(Command command) {
        return switch (command) {
            case Command.Purchase purchase -> purchase.orderId();
            case Command.PaymentReported report -> report.orderId();
            case Command.RetryPayment retry -> retry.orderId();
            case Command.CancelOrder cancel -> cancel.orderId();
            case Command.Adopt adopt -> orderId(adopt.decided());
            case Command.OpenSection _,
                    Command.SetSales _,
                    Command.SetPayments _,
                    Command.ExpireHolds _,
                    Command.EnterFallback _,
                    Command.LeaveFallback _ -> "";
        };
    }

    private static Decision open(Section section, SectionDefinition definition) {
        if (!definition.valid()) {
            return Rejected.because(Reason.INVALID_DEFINITION);
        }
        if (section.definition().isEmpty() || section.definition().get().growsTo(definition)) {
            return Accepted.of(new Event.SectionOpened(definition));
        }
        boolean same = section.definition().get().equals(definition);
        return Rejected.because(same ? Reason.ALREADY_OPEN : Reason.OPENED_DIFFERENTLY);
    }

    private static Decision setSales(Section section, Command.SetSales sales, Stamp stamp) {
        if (section.definition().isEmpty()) {
            return Rejected.because(Reason.UNKNOWN_SECTION);
        }
        if (section.state().sales() == sales.state()) {
            return Accepted.of();
        }
        long paused = section.state().pausedBy(stamp.atMillis());
        return Accepted.of(new Event.SalesStateChanged(sales.state(), paused, sales.note()));
    }

    private static Decision setPayments(Section section, Command.SetPayments payments, Stamp stamp) {
        if (section.definition().isEmpty()) {
            return Rejected.because(Reason.UNKNOWN_SECTION);
        }
        if (section.state().payments() == payments.state()) {
            return Accepted.of();
        }
        long paused = section.state().pausedBy(stamp.atMillis());
        return Accepted.of(new Event.PaymentsStateChanged(payments.state(), paused, payments.note()));
    }

    private static Decision cancel(Section section, Command.CancelOrder cancel) {
        Order order = section.order(cancel.orderId()).orElse(null);
        boolean organizer = cancel.by() == CancelledBy.ORGANIZER;
        if (order == null || !(organizer || order.buyer().equals(cancel.buyer()))) {
            return Rejected.because(Reason.UNKNOWN_ORDER);
        }
        return switch (order.state()) {
            case HELD ->
                Accepted.of(new Event.HoldCancelled(order.orderId(), order.seats(), order.quantity(), cancel.by()));
            case SOLD -> organizer ? refund(order, cancel.note()) : Rejected.because(Reason.NOT_REFUNDABLE);
            case CANCELLED, REFUNDED -> Accepted.of();
            case REJECTED, EXPIRED -> Rejected.because(Reason.ORDER_ENDED);
        };
    }

    /** A capture that is still under way is refunded when it is reported. */
    private static Decision refund(Order order, String note) {
        Event refunded = new Event.OrderRefunded(order.orderId(), order.seats(), order.quantity(), note);
        return order.payment() == PaymentState.CAPTURED
                ? Accepted.of(refunded, PaymentRules.request(order, PaymentOperation.REFUND))
                : Accepted.of(refunded);
    }
}
