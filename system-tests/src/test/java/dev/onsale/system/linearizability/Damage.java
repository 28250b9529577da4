package dev.onsale.system.linearizability;

import dev.onsale.system.linearizability.Call.Kind;
import dev.onsale.system.linearizability.Told.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Changes that make a lie of a history for certain, each where the history has a place for it. */
enum Damage {
    /** A read that began after the order was told to have ended says that it is held. */
    STATUS_GOES_BACK {
        @Override
        Optional<List<Call>> done(List<Call> history) {
            return later(history, call -> status(call).ended(), Kind.READ)
                    .map(read ->
                            changed(history, read, told -> new Told(told.orderId(), Status.HELD, read.seats(), "")));
        }
    },
    /** A read that began after a purchase was answered knows of no order. */
    ORDER_IS_LOST {
        @Override
        Optional<List<Call>> done(List<Call> history) {
            return later(history, call -> call.kind() == Kind.BUY, Kind.READ)
                    .map(read -> changed(history, read, _ -> new Told("", Status.ABSENT, List.of(), "")));
        }
    },
    /** An order for a seat that was sold to another buyer is told to be sold, too. */
    SEAT_IS_SOLD_TWICE {
        @Override
        Optional<List<Call>> done(List<Call> history) {
            return history.stream()
                    .filter(call -> status(call) == Status.SOLD)
                    .flatMap(sold -> history.stream()
                            .filter(call -> status(call) == Status.REJECTED
                                    && call.seats().stream().anyMatch(sold.seats()::contains)))
                    .findFirst()
                    .map(rejected -> history.stream()
                            .map(call -> call.order().equals(rejected.order()) && status(call) == Status.REJECTED
                                    ? with(call, told -> new Told(told.orderId(), Status.SOLD, call.seats(), ""))
                                    : call)
                            .toList());
        }
    },
    /** An order that was told of twice has another id the second time. */
    ID_CHANGES {
        @Override
        Optional<List<Call>> done(List<Call> history) {
            return later(history, call -> status(call) != Status.ABSENT, Kind.READ)
                    .map(read -> changed(
                            history, read, told -> new Told("other", told.status(), told.seats(), told.reason())));
        }
    },
    /** A hold is told to have expired before it could. */
    HOLD_ENDS_EARLY {
        @Override
        Optional<List<Call>> done(List<Call> history) {
            return history.stream()
                    .filter(call -> status(call) == Status.HELD
                            && history.stream()
                                    .filter(first -> first.kind() == Kind.BUY
                                            && first.order().equals(call.order()))
                                    .allMatch(first -> call.answered() - first.invoked()
                                            < Duration.ofMillis(SequentialShop.HOLD_MILLIS / 2)
                                                    .toNanos()))
                    .findFirst()
                    .map(held ->
                            changed(history, held, told -> new Told(told.orderId(), Status.EXPIRED, told.seats(), "")));
        }
    },
    /** An order is told to be rejected for a seat that nobody else had asked for yet. */
    FREE_SEAT_IS_TAKEN {
        @Override
        Optional<List<Call>> done(List<Call> history) {
            return history.stream()
                    .filter(call -> status(call) == Status.HELD
                            && history.stream()
                                    .filter(other -> !other.order().equals(call.order())
                                            && other.seats().stream().anyMatch(call.seats()::contains))
                                    .allMatch(other -> other.invoked() > call.answered()))
                    .findFirst()
                    .map(held -> history.stream()
                            .filter(call -> !call.order().equals(held.order()) || call.equals(held))
                            .map(call -> call.equals(held)
                                    ? with(
                                            call,
                                            told -> new Told(
                                                    told.orderId(), Status.REJECTED, told.seats(), "SEATS_TAKEN"))
                                    : call)
                            .toList());
        }
    };

    /** The history with this damage; empty when it has no place for it. */
    abstract Optional<List<Call>> done(List<Call> history);

    /** An answered call of a kind about an order, begun after another one about it had been answered. */
    private static Optional<Call> later(List<Call> history, Predicate<Call> earlier, Kind kind) {
        return history.stream()
                .filter(call -> call.told().isPresent() && earlier.test(call))
                .flatMap(first -> history.stream()
                        .filter(call -> call.kind() == kind
                                && call.told().isPresent()
                                && call.order().equals(first.order())
                                && call.invoked() > first.answered()))
                .findFirst();
    }

    private static Status status(Call call) {
        return call.told().map(Told::status).orElse(Status.ABSENT);
    }

    private static List<Call> changed(List<Call> history, Call one, UnaryOperator<Told> change) {
        return history.stream()
                .map(call -> call.equals(one) ? with(call, change) : call)
                .toList();
    }

    static Call with(Call call, UnaryOperator<Told> change) {
        return new Call(
                call.kind(),
                call.caller(),
                call.order(),
                call.seats(),
                call.invoked(),
                call.answered(),
                call.told().map(change));
    }
}
