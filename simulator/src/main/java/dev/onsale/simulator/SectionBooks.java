package dev.onsale.simulator;

import static dev.onsale.simulator.Violation.unless;

import dev.onsale.domain.Decider.Recorded;
import dev.onsale.domain.Event;
import dev.onsale.domain.PaymentsState;
import dev.onsale.domain.Reason;
import dev.onsale.domain.SalesState;
import dev.onsale.domain.SectionDefinition;
import dev.onsale.simulator.Tally.Sight;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one section's committed events say, in books that are kept by other means than the rules': who has which seat, until
 * when, and what the sale was paid. Every entry checks the invariants that it could break.
 */
final class SectionBooks {

    /** One order that got seats. */
    static final class Account {
        final Event.SeatsHeld held;
        private long endsAtMillis;
        /** For how long clocks had stood still when it was made, of the standstill that lasts. */
        private long missedMillis;

        private boolean owns = true;
        private boolean sold;
        private long captured;
        private long refunded;

        private Account(Event.SeatsHeld held, long missedMillis) {
            this.held = held;
            this.missedMillis = missedMillis;
            this.endsAtMillis = held.holdEndsAtMillis();
        }

        boolean hasTickets() {
            return owns && sold;
        }

        private boolean isHold() {
            return owns && !sold;
        }
    }

    private final Tally tally;
    private final Map<String, Account> accounts = new LinkedHashMap<>();
    private final Set<String> refused = new HashSet<>();
    private final Map<String, String> ownerBySeat = new HashMap<>();
    private final Map<String, Integer> ticketsByBuyer = new HashMap<>();
    private final TreeSet<Account> holds = new TreeSet<>(
            Comparator.<Account>comparingLong(hold -> hold.endsAtMillis).thenComparing(hold -> hold.held.orderId()));
    private @Nullable SectionDefinition definition;
    private int held;
    private int sold;
    private SalesState sales = SalesState.OPEN;
    private PaymentsState payments = PaymentsState.RUNNING;
    private OptionalLong stoodSinceMillis = OptionalLong.empty();

    SectionBooks(Tally tally) {
        this.tally = tally;
    }

    /** Enters an event of a command with this time. */
    void enter(Recorded recorded, long atMillis) {
        Event event = recorded.event();
        switch (event) {
            case Event.SectionOpened opened -> definition = opened.definition();
            case Event.SeatsHeld seats -> hold(seats, atMillis);
            case Event.PurchaseRejected rejected -> refuse(rejected);
            case Event.SeatsSold seats -> sell(seats);
            case Event.HoldExpired expired -> {
                unless(
                        stoodSinceMillis.isEmpty(),
                        Invariant.DEADLINES,
                        () -> "the hold of " + expired.orderId() + " ended while clocks stood still");
                Account account = account(expired.orderId());
                unless(
                        account.endsAtMillis <= atMillis,
                        Invariant.DEADLINES,
                        () -> "the hold of " + expired.orderId() + " ended " + (account.endsAtMillis - atMillis)
                                + " ms early");
                release(account, expired.seats());
                tally.count(Sight.EXPIRED);
            }
            case Event.HoldCancelled cancelled -> {
                release(account(cancelled.orderId()), cancelled.seats());
                tally.count(Sight.CANCELLED);
            }
            case Event.OrderRefunded refunded -> {
                unless(
                        account(refunded.orderId()).hasTickets(),
                        Invariant.MONEY,
                        () -> refunded.orderId() + " has no tickets to give back");
                release(account(refunded.orderId()), refunded.seats());
                tally.count(Sight.REFUNDED);
            }
            case Event.SeatsRetaken retaken -> {
                Account account = account(retaken.orderId());
                unless(!account.owns, Invariant.ONE_OWNER, () -> retaken.orderId() + " takes what it has");
                account.sold = false;
                own(account);
                tally.count(Sight.RETAKEN);
            }
            case Event.PaymentSettled settled -> settle(settled);
            case Event.SalesStateChanged changed -> stand(changed.state(), payments, atMillis);
            case Event.PaymentsStateChanged changed -> stand(sales, changed.state(), atMillis);
            case Event.PaymentRequested _,
                    Event.PaymentDeclined _,
                    Event.CommandRejected _,
                    Event.FallbackEntered _,
                    Event.FallbackLeft _ -> {}
        }
        count(recorded);
    }

    private void hold(Event.SeatsHeld seats, long atMillis) {
        unless(
                !isAnswered(seats.orderId()),
                Invariant.ONE_OUTCOME,
                () -> seats.orderId() + " is answered a second time: " + seats);
        unless(sales == SalesState.OPEN, Invariant.ONE_OUTCOME, () -> "a hold while sales are " + sales);
        Account account = new Account(seats, stoodMillis(atMillis));
        accounts.put(seats.orderId(), account);
        own(account);
    }

    private void refuse(Event.PurchaseRejected rejected) {
        if (rejected.reason() == Reason.REQUEST_ID_REUSED) {
            unless(
                    isAnswered(rejected.orderId()),
                    Invariant.ONE_OUTCOME,
                    () -> rejected.orderId() + " was not used before, yet is refused as reused");
            tally.count(Sight.REUSED_REQUEST_IDS);
            return;
        }
        unless(
                !isAnswered(rejected.orderId()),
                Invariant.ONE_OUTCOME,
                () -> rejected.orderId() + " is answered a second time: " + rejected);
        refused.add(rejected.orderId());
        tally.count(Sight.REJECTED);
    }

    private void sell(Event.SeatsSold seats) {
        Account account = account(seats.orderId());
        unless(
                account.isHold() && account.held.seats().equals(seats.seats()),
                Invariant.ONE_OWNER,
                () -> seats.orderId() + " is sold what it does not hold");
        unless(
                account.held.total() == seats.total(),
                Invariant.MONEY,
                () -> seats.orderId() + " is sold at another price");
        holds.remove(account);
        account.sold = true;
        held -= account.held.quantity();
        sold += account.held.quantity();
        tally.count(Sight.SOLD);
    }

    private void own(Account account) {
        account.owns = true;
        holds.add(account);
        String orderId = account.held.orderId();
        for (String seat : account.held.seats()) {
            String owner = ownerBySeat.put(seat, orderId);
            unless(
                    owner == null,
                    Invariant.ONE_OWNER,
                    () -> "seat " + seat + " belongs to " + owner + " and to " + orderId);
        }
        held += account.held.quantity();
        String buyer = account.held.buyer();
        int tickets = ticketsByBuyer.merge(buyer, account.held.quantity(), Integer::sum);
        int limit = definition == null ? 0 : definition.maxPerBuyer();
        unless(
                tickets <= limit,
                Invariant.BUYER_LIMIT,
                () -> buyer + " has " + tickets + " tickets of at most " + limit);
    }

    private void release(Account account, List<String> seats) {
        String orderId = account.held.orderId();
        unless(
                account.owns && account.held.seats().equals(seats),
                Invariant.ONE_OWNER,
                () -> orderId + " gives back what it does not have");
        seats.forEach(seat -> unless(
                orderId.equals(ownerBySeat.remove(seat)),
                Invariant.ONE_OWNER,
                () -> seat + " was not " + orderId + "'s"));
        if (account.sold) {
            sold -= account.held.quantity();
        } else {
            holds.remove(account);
            held -= account.held.quantity();
        }
        account.owns = false;
        ticketsByBuyer.merge(account.held.buyer(), -account.held.quantity(), Integer::sum);
    }

    private void settle(Event.PaymentSettled settled) {
        Account account = account(settled.orderId());
        switch (settled.operation()) {
            case CAPTURE -> account.captured += settled.amount();
            case REFUND -> account.refunded += settled.amount();
            case AUTHORISE, VOID -> {}
        }
        long net = account.captured - account.refunded;
        unless(
                net == 0 || net == account.held.total(),
                Invariant.MONEY,
                () -> settled.orderId() + " has paid " + net + " for " + account.held.total());
    }

    private void stand(SalesState newSales, PaymentsState newPayments, long atMillis) {
        if (stoodSinceMillis.isPresent()) {
            long stood = stoodMillis(atMillis);
            List<Account> all = List.copyOf(holds);
            holds.clear();
            all.forEach(hold -> {
                hold.endsAtMillis += stood - hold.missedMillis;
                hold.missedMillis = 0;
            });
            holds.addAll(all);
        }
        boolean stand = newSales == SalesState.PAUSED || newPayments == PaymentsState.STOPPED;
        stoodSinceMillis = stand ? OptionalLong.of(atMillis) : OptionalLong.empty();
        sales = newSales;
        payments = newPayments;
        tally.count(Sight.PAUSES);
    }

    /** For how long clocks have stood still, of the standstill that lasts. */
    private long stoodMillis(long atMillis) {
        return stoodSinceMillis.isPresent() ? atMillis - stoodSinceMillis.getAsLong() : 0;
    }

    private void count(Recorded recorded) {
        int capacity = definition == null ? 0 : definition.capacity();
        int free = capacity - held - sold;
        unless(free >= 0, Invariant.COUNTS, () -> held + " held and " + sold + " sold of " + capacity);
        unless(
                free == recorded.free() && held == recorded.held() && sold == recorded.sold(),
                Invariant.COUNTS,
                () -> "the event says " + recorded.free() + "/" + recorded.held() + "/" + recorded.sold()
                        + " free/held/sold, the books " + free + "/" + held + "/" + sold);
    }

    private Account account(String orderId) {
        Account account = accounts.get(orderId);
        if (account == null) {
            throw new Violation(Invariant.ONE_OUTCOME, "an event of " + orderId + ", which never held anything");
        }
        return account;
    }

    boolean isAnswered(String orderId) {
        return accounts.containsKey(orderId) || refused.contains(orderId);
    }

    /** To be called after each command: by its time, no hold is left that has ended. */
    void requireNoHoldPastItsEnd(long atMillis) {
        if (stoodSinceMillis.isEmpty() && !holds.isEmpty()) {
            Account first = holds.first();
            unless(
                    first.endsAtMillis > atMillis,
                    Invariant.DEADLINES,
                    () -> "the hold of " + first.held.orderId() + " outlives its end by "
                            + (atMillis - first.endsAtMillis) + " ms");
        }
    }

    /** When the next hold ends, if clocks run. */
    OptionalLong nextEndMillis() {
        return holds.isEmpty() || stoodSinceMillis.isPresent()
                ? OptionalLong.empty()
                : OptionalLong.of(holds.first().endsAtMillis);
    }

    /** Whether an order has its tickets now. */
    boolean hasTickets(String orderId) {
        Account account = accounts.get(orderId);
        return account != null && account.hasTickets();
    }

    /** To be called when nothing is under way: whoever has tickets has paid for them, and nobody else has. */
    void requireMoneyIsRight(Gateway gateway, String section) {
        accounts.forEach((orderId, account) -> {
            Gateway.Money money = gateway.money(section, orderId);
            unless(
                    money.captured == account.captured && money.refunded == account.refunded,
                    Invariant.MONEY,
                    () -> "of " + orderId + " the log says " + account.captured + " captured and " + account.refunded
                            + " refunded, the gateway " + money.captured + " and " + money.refunded);
            if (!money.undoingRefused) {
                long due = account.hasTickets() ? account.held.total() : 0;
                unless(
                        money.captured - money.refunded == due,
                        Invariant.MONEY,
                        () -> orderId + " has paid " + (money.captured - money.refunded) + " and owes " + due);
                unless(money.authorised == 0, Invariant.MONEY, () -> "nobody lets go of the money of " + orderId);
            }
        });
    }
}
