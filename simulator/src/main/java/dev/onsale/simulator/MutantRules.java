package dev.onsale.simulator;

import dev.onsale.domain.CancelledBy;
import dev.onsale.domain.Command;
import dev.onsale.domain.Decider;
import dev.onsale.domain.Decider.Recorded;
import dev.onsale.domain.Event;
import dev.onsale.domain.Order;
import dev.onsale.domain.OrderState;
import dev.onsale.domain.PaymentOperation;
import dev.onsale.domain.PaymentOutcome;
import dev.onsale.domain.PaymentState;
import dev.onsale.domain.Section;
import dev.onsale.domain.Stamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Copies of the rules with one fault each. */
final class MutantRules {

    private MutantRules() {}

    static Rules of(Set<Mutant> mutants) {
        return mutants.stream().findFirst().map(MutantRules::of).orElse(Decider::handle);
    }

    private static Rules of(Mutant mutant) {
        return switch (mutant) {
            case LATE_AUTHORISATION_ALWAYS_HONOURED -> MutantRules::alwaysHonoured;
            case LATE_AUTHORISATION_DROPPED ->
                (section, command, stamp) ->
                        handle(section, command, stamp, 0, events -> isLate(section, command) ? List.of() : events);
            case REFUND_WITHOUT_MARKING -> MutantRules::unmarkedRefund;
            case HOLD_ENDS_TOO_LATE ->
                (section, command, stamp) -> handle(section, command, stamp, 1, events -> events);
            case PAUSE_DOES_NOT_STOP_CLOCKS ->
                (section, command, stamp) -> {
                    List<String> ended = pastOnTheWall(section, stamp);
                    return handle(section, command, stamp, ended, events -> events);
                };
            case BUYER_LIMIT_FORGOTTEN -> MutantRules::withoutLimit;
            case CAPTURE_FORGOTTEN ->
                (section, command, stamp) -> handle(section, command, stamp, 0, MutantRules::withoutCapture);
            case ZOMBIE_NOT_FENCED,
                    OFFSET_OUTSIDE_TRANSACTION,
                    ABORTED_COMMANDS_READ,
                    RESTORED_TOO_OLD,
                    DEDUPE_FORGOTTEN,
                    HEAP_SURVIVES_ABORT,
                    WRONG_PARTITION_DECIDED,
                    ACKNOWLEDGED_BEFORE_REPORT,
                    KEY_PER_CALL,
                    TIMEOUT_IS_DECLINE,
                    ATTEMPT_BY_WORKER,
                    CLOCK_OF_THE_DECIDER -> Decider::handle;
        };
    }

    /** {@link Decider#handle} with holds that end some time late, and other events for the command itself. */
    private static List<Recorded> handle(
            Section section, Command command, Stamp stamp, long lateMillis, UnaryOperator<List<Event>> changed) {
        List<String> ended = section.holdsEndedBy(stamp.atMillis() - lateMillis, Integer.MAX_VALUE);
        return handle(section, command, stamp, ended, changed);
    }

    private static List<Recorded> handle(
            Section section, Command command, Stamp stamp, List<String> ended, UnaryOperator<List<Event>> changed) {
        List<Recorded> recorded = new ArrayList<>();
        for (String orderId : ended) {
            Order order = section.order(orderId).orElseThrow();
            evolve(section, new Event.HoldExpired(orderId, order.seats(), order.quantity()), stamp, recorded);
        }
        changed.apply(Decider.answer(section, command, stamp))
                .forEach(event -> evolve(section, event, stamp, recorded));
        return recorded;
    }

    private static void evolve(Section section, Event event, Stamp stamp, List<Recorded> recorded) {
        recorded.add(recorded(section, event, section.evolve(event, stamp)));
    }

    private static Recorded recorded(Section section, Event event, long version) {
        return new Recorded(event, version, section.free(), section.held(), section.sold());
    }

    private static List<Event> withoutCapture(List<Event> events) {
        return events.stream()
                .filter(event -> !(event instanceof Event.PaymentRequested requested
                        && requested.operation() == PaymentOperation.CAPTURE))
                .toList();
    }

    /** Where the section itself would refuse to sell, what is written is nevertheless a sale. */
    private static List<Recorded> alwaysHonoured(Section section, Command command, Stamp stamp) {
        boolean late = isLate(section, command);
        List<Recorded> recorded = Decider.handle(section, command, stamp);
        boolean voided = late
                && recorded.getLast().event() instanceof Event.PaymentRequested requested
                && requested.operation() == PaymentOperation.VOID;
        if (!voided) {
            return recorded;
        }
        List<Recorded> honoured = new ArrayList<>(recorded.subList(0, recorded.size() - 1));
        Order order = order(section, command);
        for (Event event : List.of(
                new Event.SeatsRetaken(order.orderId(), order.seats(), order.quantity()),
                new Event.SeatsSold(order.orderId(), order.seats(), order.quantity(), order.total()),
                request(order, PaymentOperation.CAPTURE))) {
            honoured.add(recorded(section, event, section.version()));
        }
        return honoured;
    }

    /** The money goes back, and the order stays what it was. */
    private static List<Recorded> unmarkedRefund(Section section, Command command, Stamp stamp) {
        if (!isRefund(section, command)) {
            return Decider.handle(section, command, stamp);
        }
        Event refund = request(order(section, command), PaymentOperation.REFUND);
        return List.of(recorded(section, refund, section.version()));
    }

    private static boolean isLate(Section section, Command command) {
        return command instanceof Command.PaymentReported report
                && report.operation() == PaymentOperation.AUTHORISE
                && report.outcome() == PaymentOutcome.SUCCEEDED
                && section.order(report.orderId())
                        .filter(order -> order.state() == OrderState.EXPIRED && order.attempt() == report.attempt())
                        .isPresent();
    }

    private static boolean isRefund(Section section, Command command) {
        return command instanceof Command.CancelOrder cancel
                && cancel.by() == CancelledBy.ORGANIZER
                && section.order(cancel.orderId())
                        .filter(order -> order.state() == OrderState.SOLD && order.payment() == PaymentState.CAPTURED)
                        .isPresent();
    }

    private static Order order(Section section, Command command) {
        String orderId = switch (command) {
            case Command.PaymentReported report -> report.orderId();
            case Command.CancelOrder cancel -> cancel.orderId();
            default -> throw new IllegalArgumentException("no order in " + command);
        };
        return section.order(orderId).orElseThrow();
    }

    private static Event request(Order order, PaymentOperation operation) {
        return new Event.PaymentRequested(
                order.orderId(), operation, order.attempt(), order.total(), "", order.gatewayReference());
    }

    private static List<String> pastOnTheWall(Section section, Stamp stamp) {
        return section.heldOrders().stream()
                .filter(orderId -> section.order(orderId).orElseThrow().deadlineMillis() <= stamp.atMillis())
                .toList();
    }

    /** Somebody else asks, who has no tickets yet. */
    private static List<Recorded> withoutLimit(Section section, Command command, Stamp stamp) {
        if (!(command instanceof Command.Purchase asked)) {
            return Decider.handle(section, command, stamp);
        }
        var disguised = new Command.Purchase(
                asked.orderId(),
                asked.buyer() + "'",
                asked.requestHash(),
                asked.quantity(),
                asked.seats(),
                asked.preference(),
                asked.expectedTotal(),
                asked.paymentToken());
        return handle(
                section,
                disguised,
                stamp,
                0,
                events -> events.stream()
                        .map(event -> undisguised(event, asked.buyer()))
                        .toList());
    }

    private static Event undisguised(Event event, String buyer) {
        return switch (event) {
            case Event.SeatsHeld held ->
                new Event.SeatsHeld(
                        held.orderId(),
                        buyer,
                        held.seats(),
                        held.quantity(),
                        held.total(),
                        held.holdEndsAtMillis(),
                        held.requestHash());
            case Event.PurchaseRejected rejected ->
                new Event.PurchaseRejected(
                        rejected.orderId(), buyer, rejected.reason(), rejected.seats(), rejected.requestHash());
            default -> event;
        };
    }
}
