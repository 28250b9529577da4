package dev.onsale.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.domain.Decider.Recorded;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Books kept from events and their times alone, by other means than the section's: who owns what, until when, and what was
 * paid. Every entry checks the invariants of the design that it could break; they are numbered as they are there.
 */
final class Bookkeeping {

    /** One order as the events tell it. */
    private static final class Entry {
        final Event.SeatsHeld held;
        /** Moves with every pause. */
        long endsAtMillis;

        /** For how long clocks had stood still when it was made, of the standstill that lasts. */
        long missedMillis;

        boolean owns = true;
        boolean sold;
        long captured;
        long refunded;

        Entry(Event.SeatsHeld held, long missedMillis) {
            this.held = held;
            this.missedMillis = missedMillis;
            this.endsAtMillis = held.holdEndsAtMillis();
        }
    }

    private final Map<String, Entry> entries = new HashMap<>();
    private final Map<String, Reason> refusals = new HashMap<>();
    private final Map<String, String> ownerBySeat = new HashMap<>();
    private SectionDefinition definition = Story.SEATS;
    private boolean open;
    private SalesState sales = SalesState.OPEN;
    private PaymentsState payments = PaymentsState.RUNNING;
    private OptionalLong pausedAtMillis = OptionalLong.empty();
    private long version;

    void enter(Recorded recorded, long atMillis) {
        boolean silent = switch (recorded.event()) {
            case Event.CommandRejected _ -> true;
            case Event.PurchaseRejected rejected -> rejected.reason() == Reason.REQUEST_ID_REUSED;
            default -> false;
        };
        version += silent ? 0 : 1;
        assertEquals(version, recorded.version(), "version");
        switch (recorded.event()) {
            case Event.SectionOpened opened -> {
                definition = opened.definition();
                open = true;
            }
            case Event.SeatsHeld held -> {
                assertUnanswered(held.orderId());
                assertTrue(sales != SalesState.PAUSED, "2-domain: no new holds while sales are paused");
                entries.put(held.orderId(), new Entry(held, stoodMillis(atMillis)));
                own(held.orderId(), held.seats());
            }
            case Event.PurchaseRejected rejected
            when rejected.reason() == Reason.REQUEST_ID_REUSED ->
                assertTrue(isAnswered(rejected.orderId()), "nothing was reused");
            case Event.PurchaseRejected rejected -> {
                assertUnanswered(rejected.orderId());
                refusals.put(rejected.orderId(), rejected.reason());
            }
            case Event.SeatsSold sold -> {
                Entry entry = entry(sold.orderId());
                assertTrue(entry.owns && !entry.sold, "sold once, while held");
                assertEquals(entry.held.seats(), sold.seats());
                entry.sold = true;
            }
            case Event.HoldExpired expired -> {
                assertTrue(pausedAtMillis.isEmpty(), "clocks stand still while sales are paused or payments stopped");
                assertTrue(entry(expired.orderId()).endsAtMillis <= atMillis, "no hold ends early");
                disown(expired.orderId(), expired.seats(), false);
            }
            case Event.HoldCancelled cancelled -> disown(cancelled.orderId(), cancelled.seats(), false);
            case Event.OrderRefunded refunded -> {
                disown(refunded.orderId(), refunded.seats(), true);
                entry(refunded.orderId()).sold = false;
            }
            case Event.SeatsRetaken retaken -> {
                entry(retaken.orderId()).owns = true;
                own(retaken.orderId(), retaken.seats());
            }
            case Event.PaymentSettled settled -> settle(settled);
            case Event.SalesStateChanged changed -> change(changed.state(), payments, atMillis);
            case Event.PaymentsStateChanged changed -> change(sales, changed.state(), atMillis);
            case Event.PaymentRequested _,
                    Event.PaymentDeclined _,
                    Event.CommandRejected _,
                    Event.FallbackEntered _,
                    Event.FallbackLeft _ -> {}
        }
        assertCounts(recorded);
    }

    private void own(String orderId, List<String> seats) {
        seats.forEach(seat -> {
            String owner = ownerBySeat.put(seat, orderId);
            assertEquals(null, owner, () -> "invariant 1: " + seat + " has two owners");
        });
        String buyer = entry(orderId).held.buyer();
        int tickets = tickets(entry -> entry.held.buyer().equals(buyer));
        assertTrue(tickets <= definition.maxPerBuyer(), () -> "invariant 6: " + buyer + " has " + tickets);
    }

    private void disown(String orderId, List<String> seats, boolean sold) {
        Entry entry = entry(orderId);
        assertTrue(entry.owns, "nothing to give back");
        assertEquals(sold, entry.sold);
        entry.owns = false;
        seats.forEach(seat -> assertEquals(orderId, ownerBySeat.remove(seat), () -> "invariant 1: owner of " + seat));
    }

    private void settle(Event.PaymentSettled settled) {
        Entry entry = entry(settled.orderId());
        switch (settled.operation()) {
            case AUTHORISE -> throw new AssertionError("an authorisation settles nothing");
            case CAPTURE -> entry.captured += settled.amount();
            case REFUND -> entry.refunded += settled.amount();
            case VOID -> assertEquals(0, entry.captured - entry.refunded, "what is captured cannot be voided");
        }
        long net = entry.captured - entry.refunded;
        assertTrue(net == 0 || net == entry.held.total(), () -> "invariant 3: net " + net + " of " + entry.held);
    }

    private void change(SalesState newSales, PaymentsState newPayments, long atMillis) {
        sales = newSales;
        payments = newPayments;
        if (pausedAtMillis.isPresent()) {
            entries.values().forEach(entry -> {
                entry.endsAtMillis += stoodMillis(atMillis) - entry.missedMillis;
                entry.missedMillis = 0;
            });
        }
        boolean stand = newSales == SalesState.PAUSED || newPayments == PaymentsState.STOPPED;
        pausedAtMillis = stand ? OptionalLong.of(atMillis) : OptionalLong.empty();
    }

    private long stoodMillis(long atMillis) {
        return pausedAtMillis.isPresent() ? atMillis - pausedAtMillis.getAsLong() : 0;
    }

    private void assertCounts(Recorded recorded) {
        int held = tickets(entry -> !entry.sold);
        int sold = tickets(entry -> entry.sold);
        int capacity = open ? definition.capacity() : 0;
        assertEquals(
                List.of(capacity - held - sold, held, sold),
                List.of(recorded.free(), recorded.held(), recorded.sold()),
                () -> "invariant 4: after " + recorded.event());
        assertTrue(held + sold <= capacity, "invariant 4: more than there is");
    }

    private int tickets(Predicate<Entry> which) {
        return entries.values().stream()
                .filter(entry -> entry.owns && which.test(entry))
                .mapToInt(entry -> entry.held.quantity())
                .sum();
    }

    private void assertUnanswered(String orderId) {
        assertFalse(isAnswered(orderId), () -> "invariant 2: " + orderId + " is answered twice");
    }

    boolean isAnswered(String orderId) {
        return entries.containsKey(orderId) || refusals.containsKey(orderId);
    }

    private Entry entry(String orderId) {
        return Objects.requireNonNull(entries.get(orderId), "no hold of " + orderId);
    }

    /** To be called after each command: by its time, no hold is left that has ended. */
    void assertNoHoldOutlivesItsDeadline(long atMillis) {
        if (pausedAtMillis.isEmpty()) {
            entries.values().stream()
                    .filter(entry -> entry.owns && !entry.sold)
                    .forEach(entry -> assertTrue(
                            entry.endsAtMillis > atMillis, () -> "invariant 5: " + entry.held + " at " + atMillis));
        }
    }

    /** To be called when nothing is under way: whoever has tickets has paid for them, and nobody else has. */
    void assertMoneyIsRight(Gateway gateway) {
        entries.forEach((orderId, entry) -> {
            Gateway.Account account = gateway.account(orderId);
            assertEquals(account.captured, entry.captured, () -> "captured of " + orderId);
            assertEquals(account.refunded, entry.refunded, () -> "refunded of " + orderId);
            if (!account.undoingFailed) {
                long due = entry.owns && entry.sold ? entry.held.total() : 0;
                assertEquals(due, entry.captured - entry.refunded, () -> "invariant 3: " + orderId);
                assertEquals(0, account.authorised, () -> orderId + " has money that nobody lets go");
            }
        });
    }
}
