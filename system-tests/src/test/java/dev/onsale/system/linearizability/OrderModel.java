package dev.onsale.system.linearizability;

import dev.onsale.system.linearizability.OrderModel.OrderOperation;
import dev.onsale.system.linearizability.OrderModel.State;
import dev.onsale.system.linearizability.Told.Status;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One order: from the first purchase on it exists, under one id; it goes through its life and never back; its answer, once
 * given, stays; and nobody's order is cancelled unasked. The decider's steps are not seen, so the state is the last that
 * somebody was told.
 */
record OrderModel(Set<String> asked) implements Model<State, OrderOperation> {

    sealed interface OrderOperation {
        /** A purchase is in the log. That is all that a 202 says, since instances that do not hold the order answer so, too. */
        record Accepted(String orderId) implements OrderOperation {}

        record CancelAsked() implements OrderOperation {}

        record Read(Told told) implements OrderOperation {}
    }

    /** @param last what was told last; with the order id once it is known */
    record State(Told last, boolean cancelAsked) {}

    @Override
    public State initial() {
        return new State(new Told("", Status.ABSENT, List.of(), ""), false);
    }

    @Override
    public Optional<State> after(State state, OrderOperation operation) {
        Told last = state.last();
        return switch (operation) {
            case OrderOperation.CancelAsked _ -> Optional.of(new State(last, true));
            case OrderOperation.Accepted(String orderId)
            when sameId(last, orderId) -> {
                String known = orderId.isEmpty() ? last.orderId() : orderId;
                Status status = last.status() == Status.ABSENT ? Status.QUEUED : last.status();
                yield Optional.of(new State(new Told(known, status, last.seats(), last.reason()), state.cancelAsked()));
            }
            case OrderOperation.Read(Told told)
            when follows(state, told) ->
                Optional.of(told.status() == Status.ABSENT ? state : new State(told, state.cancelAsked()));
            case OrderOperation.Accepted _, OrderOperation.Read _ -> Optional.empty();
        };
    }

    private boolean follows(State state, Told told) {
        Told last = state.last();
        if (!last.status().leadsTo(told.status())) {
            return false;
        }
        if (told.status() == Status.ABSENT) {
            return true;
        }
        boolean decided = last.status().compareTo(Status.QUEUED) > 0;
        return sameId(last, told.orderId())
                && (!decided
                        || (last.seats().equals(told.seats()) && last.reason().equals(told.reason())))
                && (told.status() != Status.CANCELLED || state.cancelAsked())
                && seatsAreThoseAskedFor(told);
    }

    private boolean seatsAreThoseAskedFor(Told told) {
        Set<String> seats = new HashSet<>(told.seats());
        return switch (told.status()) {
            case ABSENT, QUEUED -> seats.isEmpty();
            case REJECTED -> asked.containsAll(seats);
            case HELD, SOLD, EXPIRED, CANCELLED -> seats.equals(asked);
        };
    }

    private static boolean sameId(Told last, String orderId) {
        return last.orderId().isEmpty() || orderId.isEmpty() || last.orderId().equals(orderId);
    }

    /** The operations in the calls about one order. */
    static List<Operation<OrderOperation>> operations(List<Call> calls) {
        List<Operation<OrderOperation>> operations = new ArrayList<>();
        for (Call call : calls) {
            switch (call.kind()) {
                case BUY ->
                    operations.add(at(
                            call,
                            new OrderOperation.Accepted(
                                    call.told().map(Told::orderId).orElse(""))));
                case CANCEL -> operations.add(at(call, new OrderOperation.CancelAsked()));
                case READ -> {}
            }
            call.told()
                    .filter(told -> call.kind() != Call.Kind.BUY || told.status() != Status.QUEUED)
                    .ifPresent(told -> operations.add(at(call, new OrderOperation.Read(told))));
        }
        return operations;
    }

    private static Operation<OrderOperation> at(Call call, OrderOperation operation) {
        return new Operation<>(operation, call.invoked(), call.answered());
    }
}
