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
        for (String orderId : section.holdsEndedBy(stamp.atMillis(), Integer.MAX_VALUE)) {
            Order order = section.order(orderId).orElseThrow();
            evolve(section, new Event.HoldExpired(orderId, order.seats(), order.quantity()), stamp, recorded);
        }
        answer(section, command, stamp).forEach(event -> evolve(section, event, stamp, recorded));
        return recorded;
    }

    /** The events that one command leads to, of holds that have ended none being left. Changes nothing. */
    public static List<Event> answer(Section section, Command command, Stamp stamp) {
        return switch (decide(section, command, stamp)) {
            case Accepted(List<Event> events) -> events;
            case Rejected rejected -> List.of(refusal(command, rejected));
        };
    }

    private static void evolve(Section section, Event event, Stamp stamp, List<Recorded> recorded) {
        long version = section.evolve(event, stamp);
        recorded.add(new Recorded(event, version, section.free(), section.held(), section.sold()));
    }

    /** What one command leads to, of holds that have ended none being left. Changes nothing. */
    static Decision decide(Section section, Command command, Stamp stamp) {
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
        };
    }

    private static Event refusal(Command command, Rejected rejected) {
        Reason reason = rejected.reason();
        return switch (command) {
            case Command.Purchase p ->
                new Event.PurchaseRejected(p.orderId(), p.buyer(), reason, rejected.seats(), p.requestHash());
            case Command.PaymentReported p -> new Event.CommandRejected(p.orderId(), reason);
            case Command.RetryPayment p -> new Event.CommandRejected(p.orderId(), reason);
            case Command.CancelOrder p -> new Event.CommandRejected(p.orderId(), reason);
            case Command.OpenSection _, Command.SetSales _, Command.SetPayments _, Command.ExpireHolds _ ->
                new Event.CommandRejected("", reason);
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
