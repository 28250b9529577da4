package dev.onsale.system.linearizability;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The search of Wing and Gong ("Testing and verifying concurrent objects", 1993) with Lowe's memory ("Testing for
 * linearizability", 2017): operations are put in order one after the other, each only when none is left that had been answered
 * before it was asked for, and what has been tried for a set of operations and a state is not tried again.
 */
final class Linearizability {

    /** The question is NP-complete; a history that needs more than this must be recorded with fewer calls at a time. */
    private static final int MOST_CONFIGURATIONS = 1_000_000;

    private Linearizability() {}

    /** Operations that have taken effect, and the state that they led to. */
    private record Configuration<S>(BitSet done, S state) {

        Configuration<S> with(int operation, S next) {
            BitSet more = (BitSet) done.clone();
            more.set(operation);
            return new Configuration<>(more, next);
        }
    }

    /**
     * Whether some order of the operations explains every answer and contradicts no clock.
     *
     * @throws IllegalStateException when it cannot be decided in reasonable time
     */
    static <S, O> boolean explains(Model<S, O> model, Collection<Operation<O>> history) {
        List<Operation<O>> operations = history.stream()
                .sorted(Comparator.comparingLong(Operation::invoked))
                .toList();
        if (operations.stream().anyMatch(Operation::impossible)) {
            return false;
        }
        BitSet certain = new BitSet();
        IntStream.range(0, operations.size())
                .filter(i -> operations.get(i).certain())
                .forEach(certain::set);
        Deque<Configuration<S>> untried = new ArrayDeque<>();
        Set<Configuration<S>> seen = new HashSet<>();
        untried.push(new Configuration<>(new BitSet(), model.initial()));
        while (!untried.isEmpty()) {
            Configuration<S> now = untried.pop();
            if (!seen.add(now)) {
                continue;
            }
            if (seen.size() > MOST_CONFIGURATIONS) {
                throw new IllegalStateException("undecided after " + MOST_CONFIGURATIONS + " configurations");
            }
            BitSet left = (BitSet) certain.clone();
            left.andNot(now.done);
            if (left.isEmpty()) {
                return true;
            }
            nexts(model, operations, now).forEach(untried::push);
        }
        return false;
    }

    /** What may come next, the most promising last. */
    private static <S, O> List<Configuration<S>> nexts(
            Model<S, O> model, List<Operation<O>> operations, Configuration<S> now) {
        List<Configuration<S>> certain = new ArrayList<>();
        List<Configuration<S>> nexts = new ArrayList<>();
        long firstAnswer = Operation.NEVER;
        for (int i = now.done.nextClearBit(0); i < operations.size(); i = now.done.nextClearBit(i + 1)) {
            Operation<O> operation = operations.get(i);
            if (operation.invoked() > firstAnswer) {
                break;
            }
            firstAnswer = Math.min(firstAnswer, operation.answered());
            Optional<S> next = model.after(now.state, operation.what());
            if (next.isEmpty()) {
                continue;
            }
            Configuration<S> after = now.with(i, next.get());
            if (next.get().equals(now.state)) {
                // It changes nothing, so whatever else explains the history does so with this one first.
                return List.of(after);
            }
            (operation.certain() ? certain : nexts).add(after);
        }
        nexts.addAll(certain.reversed());
        return nexts;
    }
}
