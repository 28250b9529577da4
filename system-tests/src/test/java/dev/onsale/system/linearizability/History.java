package dev.onsale.system.linearizability;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What concurrent callers were told, and whether it can be true: for every order and for every seat, taken alone. (Objects may be
 * looked at one by one, since a history is linearizable exactly when it is so for each of them.)
 */
public final class History {

    private final List<Call> calls;
    private final Duration hold;

    /** @param hold how long the seats of an order that is neither paid nor cancelled are kept, at least */
    public History(Collection<Call> calls, Duration hold) {
        this.calls = inOrder(calls);
        this.hold = hold;
    }

    private static List<Call> inOrder(Collection<Call> calls) {
        return calls.stream().sorted(Comparator.comparingLong(Call::invoked)).toList();
    }

    /**
     * An order or a seat of which callers were told what cannot be true.
     *
     * @param calls the fewest that still contradict each other: without the last one's answer, they would not
     */
    public record Refused(String about, List<Call> calls) {
        @Override
        public String toString() {
            return "No order of these calls explains what was told of " + about + ":\n" + text(calls);
        }
    }

    /** Every order and seat whose part of the history cannot be explained; none is good. */
    public List<Refused> refused() {
        List<Refused> refused = new ArrayList<>();
        byOrder(calls)
                .forEach((order, itsCalls) -> refused("order " + order, itsCalls, this::orderIsExplained)
                        .ifPresent(refused::add));
        seats().forEach((seat, itsCalls) -> refused("seat " + seat, itsCalls, some -> seatIsExplained(seat, some))
                .ifPresent(refused::add));
        return refused;
    }

    private Map<String, List<Call>> seats() {
        Map<String, List<Call>> seats = new TreeMap<>();
        calls.forEach(call -> call.seats()
                .forEach(seat ->
                        seats.computeIfAbsent(seat, _ -> new ArrayList<>()).add(call)));
        return seats;
    }

    private static Map<String, List<Call>> byOrder(List<Call> calls) {
        return calls.stream().collect(Collectors.groupingBy(Call::order, TreeMap::new, Collectors.toList()));
    }

    private boolean orderIsExplained(List<Call> calls) {
        Set<String> asked =
                calls.stream().flatMap(call -> call.seats().stream()).collect(Collectors.toSet());
        return Linearizability.explains(new OrderModel(asked), OrderModel.operations(calls));
    }

    private boolean seatIsExplained(String seat, List<Call> calls) {
        return Linearizability.explains(
                new SeatModel(),
                byOrder(calls).entrySet().stream()
                        .flatMap(order -> SeatModel.operations(seat, order.getKey(), order.getValue(), hold).stream())
                        .toList());
    }

    private static Optional<Refused> refused(String about, List<Call> calls, Predicate<List<Call>> explained) {
        return explained.test(calls)
                ? Optional.empty()
                : Optional.of(new Refused(about, withoutMuch(untilRefused(calls, explained), explained)));
    }

    /**
     * The part up to the first answer that cannot be explained. What was known before a moment is a history of its own, in which
     * calls that had no answer yet may or may not have taken effect; so the moment can be searched for by halving.
     */
    private static List<Call> untilRefused(List<Call> calls, Predicate<List<Call>> explained) {
        List<Long> answers = calls.stream()
                .map(Call::answered)
                .filter(answered -> answered != Operation.NEVER)
                .sorted()
                .toList();
        int explainedUntil = -1;
        int refusedAt = answers.size() - 1;
        while (refusedAt - explainedUntil > 1) {
            int middle = (explainedUntil + refusedAt) >>> 1;
            if (explained.test(asOf(answers.get(middle), calls))) {
                explainedUntil = middle;
            } else {
                refusedAt = middle;
            }
        }
        return asOf(answers.get(refusedAt), calls);
    }

    private static List<Call> asOf(long moment, List<Call> calls) {
        return calls.stream()
                .filter(call -> call.invoked() <= moment)
                .map(call -> call.asOf(moment))
                .toList();
    }

    /** Leaves out what is not needed: reads and repeated purchases, without which less is known and as much is possible. */
    private static List<Call> withoutMuch(List<Call> calls, Predicate<List<Call>> explained) {
        List<Call> left = new ArrayList<>(calls);
        Set<String> bought = new HashSet<>();
        for (Call call : calls) {
            boolean needed =
                    call.kind() == Call.Kind.CANCEL || (call.kind() == Call.Kind.BUY && bought.add(call.order()));
            if (needed) {
                continue;
            }
            List<Call> fewer = new ArrayList<>(left);
            fewer.remove(call);
            if (!explained.test(fewer)) {
                left = fewer;
            }
        }
        return left;
    }

    /** One line for each call. */
    public String text() {
        return text(calls);
    }

    private static String text(List<Call> calls) {
        long since = calls.isEmpty() ? 0 : calls.getFirst().invoked();
        return calls.stream().map(call -> call.text(since) + "\n").collect(Collectors.joining());
    }
}
