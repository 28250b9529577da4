package dev.onsale.audit;

import dev.onsale.wire.EventHeader;
import dev.onsale.wire.OrderRefunded;
import dev.onsale.wire.SeatsHeld;
import dev.onsale.wire.SeatsRetaken;
import dev.onsale.wire.SeatsSold;
import java.util.ArrayList;
import java.util.List;

/** Which tickets each order has, as the events say: invariants 1, 4 and 6, and that they cost what they cost. */
final class Tickets {

    private final Findings findings;
    private final Seats seats;

    Tickets(Findings findings, Seats seats) {
        this.findings = findings;
        this.seats = seats;
    }

    void held(Step step, Logged logged, OrderFacts facts, SeatsHeld held) {
        facts.buyer = logged.event().getHeader().getBuyer();
        facts.variant = logged.event().getHeader().getVariant();
        facts.requestHash = held.getRequestHash();
        facts.seats = new ArrayList<>(held.getSeats());
        facts.quantity = held.getQuantity();
        facts.total = held.getTotal();
        facts.deadlineMillis =
                held.getHoldEndsAt().toEpochMilli() - step.section().pausedBy(step.atMillis());
        var definition = step.section().definition;
        if (definition != null) {
            long price = definition.getPrice() * held.getQuantity();
            if (price != held.getTotal()) {
                step.once(
                        3,
                        logged,
                        facts,
                        "The total is " + held.getTotal() + ", but " + held.getQuantity() + " tickets cost " + price
                                + ".");
            }
            if (definition.getRows() > 0 && held.getSeats().size() != held.getQuantity()) {
                step.once(
                        4,
                        logged,
                        facts,
                        held.getQuantity() + " tickets are held, but "
                                + held.getSeats().size() + " seats.");
            }
        }
        take(step, logged, logged.orderId(), facts, OrderFacts.State.HELD);
        step.section().holds.add(new SectionFacts.Hold(facts.deadlineMillis, logged.orderId()));
    }

    void sold(Step step, Logged logged, OrderFacts facts, SeatsSold sold) {
        moved(step, logged, facts, sold.getSeats(), sold.getQuantity());
        if (sold.getTotal() != facts.total) {
            step.once(3, logged, facts, "Sold for " + sold.getTotal() + ", held for " + facts.total + ".");
        }
        switch (facts.state) {
            case HELD -> {
                count(step.section(), facts, -1);
                facts.state = OrderFacts.State.SOLD;
                count(step.section(), facts, 1);
                step.section().holds.remove(new SectionFacts.Hold(facts.deadlineMillis, logged.orderId()));
            }
            case SOLD -> {
                step.once(1, logged, facts, "The order's seats are sold to it a second time.");
                return;
            }
            case UNANSWERED, REJECTED, ENDED -> {
                step.once(1, logged, facts, "Seats are sold to an order that does not hold them.");
                facts.seats = new ArrayList<>(sold.getSeats());
                facts.quantity = sold.getQuantity();
                take(step, logged, logged.orderId(), facts, OrderFacts.State.SOLD);
            }
        }
        findings.sold(step.key(), step.atMillis(), facts.quantity);
    }

    void retaken(Step step, Logged logged, OrderFacts facts, SeatsRetaken retaken) {
        moved(step, logged, facts, retaken.getSeats(), retaken.getQuantity());
        take(step, logged, logged.orderId(), facts, OrderFacts.State.HELD);
    }

    void ended(Step step, Logged logged, OrderFacts facts, List<String> named, int quantity) {
        moved(step, logged, facts, named, quantity);
        if (facts.state != OrderFacts.State.HELD) {
            step.once(2, logged, facts, "A hold ends by " + logged.name() + " that the order does not have.");
            return;
        }
        step.section().holds.remove(new SectionFacts.Hold(facts.deadlineMillis, logged.orderId()));
        release(step, logged, facts);
    }

    void refunded(Step step, Logged logged, OrderFacts facts, OrderRefunded refunded) {
        moved(step, logged, facts, refunded.getSeats(), refunded.getQuantity());
        if (facts.state != OrderFacts.State.SOLD) {
            step.once(2, logged, facts, "A sale is undone that did not take place.");
            return;
        }
        findings.sold(step.key(), step.atMillis(), -facts.quantity);
        release(step, logged, facts);
    }

    private void take(Step step, Logged logged, String orderId, OrderFacts facts, OrderFacts.State state) {
        if (facts.owns()) {
            step.once(2, logged, facts, "The order takes seats that it has already.");
            return;
        }
        facts.state = state;
        count(step.section(), facts, 1);
        seats.take(step.key(), step.command(), logged, orderId, facts.seats);
        var definition = step.section().definition;
        int has = step.section().tickets(facts.buyer, facts.quantity);
        if (definition != null && has > definition.getMaxPerBuyer()) {
            step.once(
                    6,
                    logged,
                    facts,
                    "The buyer has " + has + " tickets of this section; the limit is " + definition.getMaxPerBuyer()
                            + ".");
        }
    }

    private void release(Step step, Logged logged, OrderFacts facts) {
        count(step.section(), facts, -1);
        seats.free(step.key(), logged.orderId(), facts.seats);
        step.section().tickets(facts.buyer, -facts.quantity);
        facts.state = OrderFacts.State.ENDED;
    }

    private static void count(SectionFacts section, OrderFacts facts, int sign) {
        if (facts.state == OrderFacts.State.SOLD) {
            section.sold += sign * facts.quantity;
        } else {
            section.held += sign * facts.quantity;
        }
    }

    /** An event that moves seats must move those of the order. */
    private void moved(Step step, Logged logged, OrderFacts facts, List<String> named, int quantity) {
        if (facts.answeredEvent < 0 || facts.state == OrderFacts.State.REJECTED) {
            return;
        }
        if (quantity != facts.quantity || !named.equals(facts.seats)) {
            List<String> foreign =
                    named.stream().filter(seat -> !facts.seats.contains(seat)).toList();
            if (!seats.requireFree(step.key(), step.command(), logged, foreign)) {
                step.once(
                        4,
                        logged,
                        facts,
                        logged.name() + " moves " + quantity + " tickets " + named + "; the order has " + facts.quantity
                                + " " + facts.seats + ".");
            }
        }
    }

    /** What an event says of its section must be what was counted. */
    void counts(Step step, Logged logged) {
        SectionFacts section = step.section();
        EventHeader header = logged.event().getHeader();
        int sum = header.getFree() + header.getHeld() + header.getSold();
        int free = section.capacity() - section.held - section.sold;
        boolean right = header.getFree() == free
                && header.getHeld() == section.held
                && header.getSold() == section.sold
                && sum == section.capacity();
        String off = right
                ? ""
                : (header.getFree() - free) + "/" + (header.getHeld() - section.held) + "/"
                        + (header.getSold() - section.sold);
        // A difference that stays the same is the same mistake, reported already.
        if (!right && !off.equals(section.off)) {
            step.violation(
                    4,
                    logged,
                    "The event says free " + header.getFree() + ", held " + header.getHeld() + ", sold "
                            + header.getSold() + "; counted are free " + free + ", held " + section.held + ", sold "
                            + section.sold + " of " + section.capacity() + ".");
        }
        section.off = off;
    }
}
