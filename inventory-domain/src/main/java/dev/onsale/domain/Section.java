package dev.onsale.domain;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * One section of an event: what is on sale, its orders, and what follows from them (taken seats, holds by deadline, tickets
 * per buyer), kept at hand so that the cost of a decision does not grow with the section.
 *
 * <p>{@link #evolve} is the only way to change it; {@link Decider} only reads. It is not a persistent value, because a
 * decision may be taken 100,000 times a second in a section of 100,000 seats. Not safe for use by several threads.
 */
public final class Section {

    private final Orders orders;
    private SectionState state;
    private long version;
    private int held;
    private int sold;
    private int capacity;
    private SeatMap seats = new SeatMap(0, 0);
    private final Holds holds = new Holds();
    private final Map<String, Integer> ticketsByBuyer = new HashMap<>();

    private Section(Orders orders, SectionState state, long version) {
        this.orders = orders;
        this.state = state;
        this.version = version;
        state.definition().ifPresent(this::fitSeats);
    }

    /** A section that is not on sale yet. */
    public static Section unknown(Orders orders) {
        return restored(orders, SectionState.UNKNOWN);
    }

    /** A section as it was kept; every one of its orders must follow by {@link #restore}. */
    public static Section restored(Orders orders, SectionState state) {
        return new Section(orders, state, state.version());
    }

    /**
     * A section as it was kept with its version. Only orders that own seats must follow by {@link #restore}: of the others,
     * nothing but the version is known here.
     */
    public static Section restored(Orders orders, SectionState state, long version) {
        return new Section(orders, state, version);
    }

    /** Takes up an order that was kept. */
    public void restore(Order order) {
        version = Math.max(version, order.version());
        index(Optional.empty(), order);
    }

    /**
     * Takes up what somebody else has decided meanwhile.
     *
     * @param newVersion version of the section there
     * @param before how an order was here; empty: it owned no seats, or was not there
     * @param changed every order that has changed, as it is there
     */
    public void takeUp(
            SectionState newState,
            long newVersion,
            Function<String, Optional<Order>> before,
            Collection<Order> changed) {
        // All seats are given up before any is taken: orders tell their last change only, not who came first.
        changed.forEach(
                order -> before.apply(order.orderId()).filter(Order::owns).ifPresent(this::disown));
        state = newState;
        state.definition().ifPresent(this::fitSeats);
        changed.forEach(order -> index(Optional.empty(), order));
        version = newVersion;
    }

    private void disown(Order order) {
        count(order, -1);
        order.seats().forEach(seats::free);
    }

    /**
     * What the section is after an event.
     *
     * @return the version after it
     * @throws IllegalStateException when the event is impossible now, which is a bug or a forged log
     */
    public long evolve(Event event, Stamp stamp) {
        switch (event) {
            case Event.CommandRejected _ -> {}
            case Event.PurchaseRejected rejected when rejected.reason() == Reason.REQUEST_ID_REUSED -> {}
            case Event.PurchaseRejected rejected -> create(Order.rejected(rejected, stamp, ++version));
            case Event.SeatsHeld held -> {
                require(namesItsSeats(held), held);
                create(Order.held(held, held.holdEndsAtMillis() - state.pausedBy(stamp.atMillis()), stamp, ++version));
            }
            case Event.OrderEvent change -> change(change);
            case Event.SectionOpened opened -> {
                SectionDefinition definition = opened.definition();
                require(state.definition().map(now -> now.growsTo(definition)).orElse(definition.valid()), opened);
                state = state.opened(definition, ++version);
                fitSeats(definition);
            }
            case Event.SalesStateChanged changed -> {
                require(state.definition().isPresent() && changed.state() != state.sales(), changed);
                require(changed.pausedMillis() == state.pausedBy(stamp.atMillis()), changed);
                state = state.changed(changed.state(), stamp.atMillis(), ++version);
            }
            case Event.PaymentsStateChanged changed -> {
                require(state.definition().isPresent() && changed.state() != state.payments(), changed);
                require(changed.pausedMillis() == state.pausedBy(stamp.atMillis()), changed);
                state = state.changed(changed.state(), stamp.atMillis(), ++version);
            }
            case Event.FallbackEntered entered -> {
                require(!inFallback() && entered.epoch() > state.fallback().epoch(), entered);
                state = state.entered(entered.epoch(), ++version);
            }
            case Event.FallbackLeft left -> {
                require(inFallback() && left.epoch() == state.fallback().epoch(), left);
                state = state.left(++version);
            }
        }
        return version;
    }

    private boolean namesItsSeats(Event.SeatsHeld held) {
        boolean numbered = definition().map(SectionDefinition::numbered).orElse(false);
        return held.quantity() > 0 && held.seats().size() == (numbered ? held.quantity() : 0);
    }

    private void require(boolean possible, Event event) {
        if (!possible) {
            throw new IllegalStateException(event + " cannot follow " + state);
        }
    }

    private void create(Order order) {
        if (orders.find(order.orderId()).isPresent()) {
            throw new IllegalStateException("order " + order.orderId() + " exists already");
        }
        index(Optional.empty(), order);
        orders.put(order);
    }

    private void change(Event.OrderEvent event) {
        Order before =
                orders.find(event.orderId()).orElseThrow(() -> new IllegalStateException("no order for " + event));
        Order after = before.evolve(event, ++version);
        index(Optional.of(before), after);
        orders.put(after);
    }

    /** Brings seats, holds and counts from one state of an order to another. Nothing else of an order moves them. */
    private void index(Optional<Order> before, Order after) {
        if (before.isPresent() && before.get().state() == after.state()) {
            return;
        }
        before.filter(Order::owns).ifPresent(order -> count(order, -1));
        boolean owned = before.map(Order::owns).orElse(false);
        if (owned && !after.owns()) {
            after.seats().forEach(seats::free);
        } else if (!owned && after.owns()) {
            after.seats().forEach(seats::take);
        }
        if (after.owns()) {
            count(after, 1);
        }
        if (held < 0 || sold < 0 || free() < 0) {
            throw new IllegalStateException("counts are off: free " + free() + ", held " + held + ", sold " + sold);
        }
    }

    private void count(Order order, int sign) {
        int tickets = sign * order.quantity();
        if (order.state() == OrderState.HELD) {
            held += tickets;
            if (sign > 0) {
                holds.add(order);
            } else {
                holds.remove(order);
            }
        } else {
            sold += tickets;
        }
        ticketsByBuyer.merge(order.buyer(), tickets, (a, b) -> a + b == 0 ? null : a + b);
    }

    private void fitSeats(SectionDefinition definition) {
        capacity = definition.capacity();
        if (seats.rows() == 0) {
            seats = new SeatMap(definition.rows(), definition.seatsPerRow());
        } else {
            seats.growTo(definition.rows());
        }
    }

    /** Orders whose holds have ended by a time, the earliest first; at most {@code limit}. */
    public List<String> holdsEndedBy(long atMillis, int limit) {
        return holds.isEmpty() ? List.of() : holds.endedBy(state.clock(atMillis), limit);
    }

    /** All orders that hold seats. */
    public List<String> heldOrders() {
        return holds.all();
    }

    public Optional<Order> order(String orderId) {
        return orders.find(orderId);
    }

    /** Whether it is decided elsewhere for now, so that nothing ends here by itself. */
    public boolean inFallback() {
        return state.fallback().active();
    }

    /** What must be kept besides the orders. */
    public SectionState state() {
        return state;
    }

    public Optional<SectionDefinition> definition() {
        return state.definition();
    }

    public long version() {
        return version;
    }

    public int free() {
        return capacity - held - sold;
    }

    public int held() {
        return held;
    }

    public int sold() {
        return sold;
    }

    /** Tickets that a buyer holds and owns. */
    public int ticketsOf(String buyer) {
        return ticketsByBuyer.getOrDefault(buyer, 0);
    }

    SeatMap seats() {
        return seats;
    }
}
