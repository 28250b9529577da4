package dev.onsale.system.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.wire.Event;
import dev.onsale.wire.EventHeader;
import dev.onsale.wire.HoldCancelled;
import dev.onsale.wire.HoldExpired;
import dev.onsale.wire.OrderRefunded;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.PurchaseRejected;
import dev.onsale.wire.Reason;
import dev.onsale.wire.SeatsHeld;
import dev.onsale.wire.SeatsRetaken;
import dev.onsale.wire.SeatsSold;
import dev.onsale.wire.SectionOpened;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who has which seat of one section, by its events alone. It knows nothing of the decider's code, so that a rule that is
 * wrong there is not wrong here too. Fails at the first event that cannot follow on those before.
 */
final class SeatBook {

    private final Map<String, String> ownerBySeat = new HashMap<>();
    private final Map<String, List<String>> seatsByOrder = new HashMap<>();
    private final Set<String> soldOrders = new HashSet<>();
    private final Set<String> answeredOrders = new HashSet<>();
    private int capacity;
    private int soldSeats;
    private long version;
    private Event last = new Event();

    /** @param purchase what the command asked for that this event's receipt names, if it was a purchase */
    void apply(Event event, java.util.Optional<Purchase> purchase) {
        last = event;
        EventHeader header = event.getHeader();
        String order = header.getOrderId();
        boolean changes = true;
        switch (event.getPayload()) {
            case SectionOpened opened ->
                capacity = opened.getDefinition().getRows()
                        * opened.getDefinition().getSeatsPerRow();
            case SeatsHeld held -> {
                answeredForTheFirstTime(order);
                assertAllOrNothing(purchase.orElseThrow(), held);
                take(order, held.getSeats());
            }
            case PurchaseRejected rejected -> {
                changes = rejected.getReason() != Reason.REQUEST_ID_REUSED;
                if (changes) {
                    answeredForTheFirstTime(order);
                    assertTaken(purchase.orElseThrow(), rejected);
                }
            }
            case SeatsSold sold -> {
                assertEquals(seatsByOrder.get(order), sold.getSeats(), this::where);
                assertTrue(soldOrders.add(order), this::where);
                soldSeats += sold.getSeats().size();
            }
            case SeatsRetaken retaken -> take(order, retaken.getSeats());
            case HoldExpired expired -> release(order, expired.getSeats());
            case HoldCancelled cancelled -> release(order, cancelled.getSeats());
            case OrderRefunded refunded -> {
                soldSeats -= soldOrders.remove(order) ? seatsOf(order).size() : 0;
                release(order, refunded.getSeats());
            }
            case dev.onsale.wire.CommandRejected _ -> changes = false;
            default -> {}
        }
        version += changes ? 1 : 0;
        assertEquals(version, header.getSectionVersion(), this::where);
        assertCounts(header);
    }

    private void answeredForTheFirstTime(String order) {
        assertTrue(answeredOrders.add(order), () -> "answered twice: " + where());
    }

    private void assertAllOrNothing(Purchase asked, SeatsHeld held) {
        if (asked.getSeats().isEmpty()) {
            assertEquals(asked.getQuantity(), Set.copyOf(held.getSeats()).size(), this::where);
        } else {
            assertEquals(Set.copyOf(asked.getSeats()), Set.copyOf(held.getSeats()), this::where);
        }
        assertEquals(held.getSeats().size(), held.getQuantity(), this::where);
        assertEquals(Commands.PRICE * held.getQuantity(), held.getTotal(), this::where);
    }

    private void assertTaken(Purchase asked, PurchaseRejected rejected) {
        switch (rejected.getReason()) {
            case SEATS_TAKEN -> {
                Set<String> taken = new HashSet<>(asked.getSeats());
                taken.retainAll(ownerBySeat.keySet());
                assertFalse(taken.isEmpty(), this::where);
                assertEquals(taken, Set.copyOf(rejected.getSeats()), this::where);
            }
            case SOLD_OUT -> assertTrue(capacity - ownerBySeat.size() < Math.max(1, asked.getQuantity()), this::where);
            default -> {}
        }
    }

    private void take(String order, List<String> seats) {
        for (String seat : seats) {
            assertNull(ownerBySeat.put(seat, order), () -> "seat " + seat + " has two owners: " + where());
        }
        assertNull(seatsByOrder.put(order, seats), this::where);
    }

    private void release(String order, List<String> seats) {
        List<String> owned = seatsByOrder.remove(order);
        assertEquals(owned == null ? List.of() : owned, seats, this::where);
        seats.forEach(seat -> assertTrue(ownerBySeat.remove(seat, order), this::where));
    }

    private void assertCounts(EventHeader header) {
        assertEquals(soldSeats, header.getSold(), this::where);
        assertEquals(ownerBySeat.size() - soldSeats, header.getHeld(), this::where);
        assertEquals(capacity - ownerBySeat.size(), header.getFree(), this::where);
    }

    private List<String> seatsOf(String order) {
        return seatsByOrder.getOrDefault(order, List.of());
    }

    /** Value of the tickets of every order that is sold, minor units. */
    Map<String, Long> sold() {
        Map<String, Long> sold = new HashMap<>();
        soldOrders.forEach(
                order -> sold.put(order, Commands.PRICE * seatsOf(order).size()));
        return sold;
    }

    Set<String> answeredOrders() {
        return answeredOrders;
    }

    private String where() {
        return "at " + last;
    }
}
