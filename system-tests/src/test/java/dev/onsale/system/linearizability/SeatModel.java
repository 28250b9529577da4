package dev.onsale.system.linearizability;

import dev.onsale.system.linearizability.SeatModel.SeatOperation;
import dev.onsale.system.linearizability.SeatModel.State;
import dev.onsale.system.linearizability.Told.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/**
 * One seat: free, held for an order, or sold to one for good. What became of an order took effect between its first purchase
 * and the first answer that tells of it, however often its caller had to ask.
 */
final class SeatModel implements Model<State, SeatOperation> {

    /** The broker's clock stamps whole milliseconds, and need not run at the pace of the callers' one. */
    private static final long CLOCK_MARGIN_NANOS = Duration.ofMillis(50).toNanos();

    sealed interface SeatOperation {
        String order();

        record Hold(String order) implements SeatOperation {}

        /** By expiry or by cancellation. */
        record Release(String order) implements SeatOperation {}

        /** Of a seat that is held for the order, or after that, when it is free: the payment came late. */
        record Sell(String order) implements SeatOperation {}

        /** The order was rejected, and this seat was named as a reason. */
        record FindTaken(String order) implements SeatOperation {}

        /** The order was rejected for other seats, and this one was not named. */
        record FindFree(String order) implements SeatOperation {}
    }

    /** @param owner empty: nobody */
    record State(String owner, boolean sold) {
        private boolean free() {
            return owner.isEmpty();
        }
    }

    @Override
    public State initial() {
        return new State("", false);
    }

    @Override
    public Optional<State> after(State now, SeatOperation operation) {
        String order = operation.order();
        boolean holds = now.owner().equals(order) && !now.sold();
        return switch (operation) {
            case SeatOperation.Hold _ -> when(now.free(), new State(order, false));
            case SeatOperation.Release _ -> when(holds, initial());
            case SeatOperation.Sell _ -> when(holds || now.free(), new State(order, true));
            case SeatOperation.FindTaken _ -> when(!now.free(), now);
            case SeatOperation.FindFree _ -> when(now.free(), now);
        };
    }

    private static Optional<State> when(boolean possible, State next) {
        return possible ? Optional.of(next) : Optional.empty();
    }

    /**
     * What one order did to a seat that it asked for.
     *
     * @param calls all calls about the order, at least one of them a purchase
     * @param hold how long a hold lasts at least, unless it is cancelled
     */
    static List<Operation<SeatOperation>> operations(String seat, String order, List<Call> calls, Duration hold) {
        long bought = first(
                calls.stream().filter(call -> call.kind() == Call.Kind.BUY).mapToLong(Call::invoked));
        Optional<Told> rejected = calls.stream()
                .flatMap(call -> call.told().stream())
                .filter(told -> told.status() == Status.REJECTED)
                .findFirst();
        if (rejected.isPresent()) {
            SeatOperation found = rejected.get().seats().contains(seat)
                    ? new SeatOperation.FindTaken(order)
                    : new SeatOperation.FindFree(order);
            return List.of(new Operation<>(found, bought, firstTold(calls, Status.REJECTED::equals)));
        }
        long cancelled = first(
                calls.stream().filter(call -> call.kind() == Call.Kind.CANCEL).mapToLong(Call::invoked));
        long expired = bought + hold.toNanos() - CLOCK_MARGIN_NANOS;
        long toldCancelled = firstTold(calls, Status.CANCELLED::equals);
        long toldExpired = firstTold(calls, Status.EXPIRED::equals);
        long released;
        if (toldCancelled != Operation.NEVER) {
            released = cancelled;
        } else {
            released = toldExpired != Operation.NEVER ? expired : Math.min(cancelled, expired);
        }
        List<Operation<SeatOperation>> operations = new ArrayList<>();
        operations.add(new Operation<>(new SeatOperation.Hold(order), bought, firstTold(calls, Status::hasHeld)));
        operations.add(
                new Operation<>(new SeatOperation.Release(order), released, Math.min(toldCancelled, toldExpired)));
        if (toldCancelled == Operation.NEVER) {
            operations.add(
                    new Operation<>(new SeatOperation.Sell(order), bought, firstTold(calls, Status.SOLD::equals)));
        }
        return operations;
    }

    private static long firstTold(List<Call> calls, Predicate<Status> of) {
        return first(calls.stream()
                .filter(call -> call.told().map(Told::status).filter(of).isPresent())
                .mapToLong(Call::answered));
    }

    private static long first(LongStream moments) {
        return moments.min().orElse(Operation.NEVER);
    }
}
