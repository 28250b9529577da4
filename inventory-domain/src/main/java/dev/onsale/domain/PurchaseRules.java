package dev.onsale.domain;

import dev.onsale.domain.Decision.Accepted;
import dev.onsale.domain.Decision.Rejected;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The checks of a purchase, in order of precedence: the first that fires is the answer. */
final class PurchaseRules {

    /** Most tickets in one order. */
    static final int MAX_TICKETS = 100;

    private PurchaseRules() {}

    static Decision decide(Section section, Command.Purchase purchase, Stamp stamp) {
        Optional<Order> earlier = section.order(purchase.orderId());
        if (earlier.isPresent()) {
            boolean repeated = earlier.get().requestHash() == purchase.requestHash();
            return repeated ? Accepted.of() : Rejected.because(Reason.REQUEST_ID_REUSED);
        }
        if (section.definition().isEmpty()) {
            return Rejected.because(Reason.UNKNOWN_SECTION);
        }
        SectionDefinition definition = section.definition().get();
        Optional<Rejected> refused = sales(section, definition, stamp.atMillis())
                .or(() -> seatsAskedFor(section, purchase))
                .or(() -> buyerAndPrice(section, definition, purchase))
                .or(() -> availability(section, purchase));
        return refused.isPresent() ? refused.get() : hold(section, definition, purchase, stamp);
    }

    private static Optional<Rejected> sales(Section section, SectionDefinition definition, long atMillis) {
        return switch (section.state().sales()) {
            case PAUSED -> because(Reason.SALES_PAUSED);
            case CLOSED -> because(Reason.SALES_CLOSED);
            case OPEN -> {
                if (definition.salesCloseMillis().orElse(Long.MAX_VALUE) <= atMillis) {
                    yield because(Reason.SALES_CLOSED);
                }
                boolean early = atMillis < definition.salesOpenMillis().orElse(Long.MIN_VALUE);
                yield early ? because(Reason.SALES_NOT_OPEN) : Optional.empty();
            }
        };
    }

    private static Optional<Rejected> seatsAskedFor(Section section, Command.Purchase purchase) {
        List<String> seats = purchase.seats();
        int quantity = quantity(purchase);
        boolean contradicting = !seats.isEmpty() && purchase.quantity() != 0 && purchase.quantity() != seats.size();
        if (quantity < 1 || quantity > MAX_TICKETS || contradicting) {
            return because(Reason.INVALID_QUANTITY);
        }
        List<String> unknown = those(seats, seat -> !section.seats().exists(seat));
        if (!unknown.isEmpty()) {
            return Optional.of(new Rejected(Reason.UNKNOWN_SEAT, unknown));
        }
        if (seats.size() < 2) {
            return Optional.empty();
        }
        Set<String> seen = new HashSet<>();
        List<String> twice = those(seats, seat -> !seen.add(seat));
        return twice.isEmpty() ? Optional.empty() : Optional.of(new Rejected(Reason.DUPLICATE_SEAT, twice));
    }

    /** In their order; a stream would cost more than the rest of the decision where there are none, as nearly always. */
    private static List<String> those(List<String> seats, Predicate<String> wrong) {
        List<String> found = List.of();
        for (String seat : seats) {
            if (wrong.test(seat)) {
                found = found.isEmpty() ? new ArrayList<>() : found;
                found.add(seat);
            }
        }
        return List.copyOf(found);
    }

    private static Optional<Rejected> buyerAndPrice(
            Section section, SectionDefinition definition, Command.Purchase purchase) {
        int quantity = quantity(purchase);
        if (section.ticketsOf(purchase.buyer()) + quantity > definition.maxPerBuyer()) {
            return because(Reason.BUYER_LIMIT);
        }
        long total = definition.price() * quantity;
        return purchase.expectedTotal().orElse(total) == total ? Optional.empty() : because(Reason.PRICE_CHANGED);
    }

    private static Optional<Rejected> availability(Section section, Command.Purchase purchase) {
        List<String> taken = those(purchase.seats(), section.seats()::isTaken);
        if (!taken.isEmpty()) {
            return Optional.of(new Rejected(Reason.SEATS_TAKEN, taken));
        }
        return section.free() < quantity(purchase) ? because(Reason.SOLD_OUT) : Optional.empty();
    }

    private static Decision hold(
            Section section, SectionDefinition definition, Command.Purchase purchase, Stamp stamp) {
        String orderId = purchase.orderId();
        int quantity = quantity(purchase);
        long total = definition.price() * quantity;
        List<String> seats = seats(section, definition, purchase, stamp);
        long holdEndsAt = stamp.atMillis() + definition.holdSeconds() * 1000L;
        Event held = new Event.SeatsHeld(
                orderId, purchase.buyer(), seats, quantity, total, holdEndsAt, purchase.requestHash());
        return Accepted.of(
                held,
                total == 0
                        ? new Event.SeatsSold(orderId, seats, quantity, total)
                        : new Event.PaymentRequested(
                                orderId, PaymentOperation.AUTHORISE, 1, total, purchase.paymentToken(), ""));
    }

    private static List<String> seats(
            Section section, SectionDefinition definition, Command.Purchase purchase, Stamp stamp) {
        if (!purchase.seats().isEmpty() || !definition.numbered()) {
            return purchase.seats();
        }
        return SeatAllocator.of(stamp.variant()).choose(section.seats(), purchase.quantity(), purchase.preference());
    }

    private static int quantity(Command.Purchase purchase) {
        return purchase.seats().isEmpty()
                ? purchase.quantity()
                : purchase.seats().size();
    }

    private static Optional<Rejected> because(Reason reason) {
        return Optional.of(Rejected.because(reason));
    }
}
