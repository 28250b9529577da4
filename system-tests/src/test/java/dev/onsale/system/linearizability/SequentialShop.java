package dev.onsale.system.linearizability;

import dev.onsale.system.linearizability.Call.Kind;
import dev.onsale.system.linearizability.Told.Status;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * A shop to which nothing ever happens at the same time, and callers who notice nothing of that: each call takes effect at once, at
 * some moment between its beginning and its end. So every history of it is linearizable.
 */
final class SequentialShop {

    private static final long MILLISECOND = 1_000_000;
    static final long HOLD_MILLIS = 2_000;
    private static final int CALLERS = 5;
    private static final int MOST_SEATS_ASKED_FOR = 2;

    private static final List<Kind> KINDS = List.of(Kind.BUY, Kind.BUY, Kind.READ, Kind.READ, Kind.CANCEL);

    private record Order(String name, List<String> seats, boolean pays) {}

    private record Begun(Kind kind, Order order, String caller, long invoked, long effect, long answered) {}

    private final Random random;
    private final Map<String, Told> orders = new HashMap<>();
    private final Map<String, String> owners = new HashMap<>();
    private final TreeMap<Long, List<Runnable>> later = new TreeMap<>();

    private SequentialShop(long seed) {
        random = new Random(seed);
    }

    /** A history that follows from the seed. */
    static List<Call> history(long seed, int calls, int seats) {
        return new SequentialShop(seed).run(calls, seats);
    }

    private List<Call> run(int count, int seats) {
        List<Order> known = new ArrayList<>();
        List<Begun> begun = new ArrayList<>();
        long[] free = new long[CALLERS];
        for (int i = 0; i < count; i++) {
            int caller = random.nextInt(CALLERS);
            Kind kind = KINDS.get(random.nextInt(KINDS.size()));
            Order order;
            if (known.isEmpty() || (kind == Kind.BUY && random.nextInt(3) > 0)) {
                kind = Kind.BUY;
                order = newOrder(known.size(), seats);
                known.add(order);
            } else {
                order = known.get(Math.max(0, known.size() - 1 - random.nextInt(6)));
            }
            long invoked = free[caller] + random.nextLong(100 * MILLISECOND);
            long effect = invoked + random.nextLong(150 * MILLISECOND);
            long answered = effect + random.nextLong(150 * MILLISECOND);
            free[caller] = answered + 1;
            begun.add(new Begun(kind, order, "caller-" + caller, invoked, effect, answered));
        }
        begun.sort(Comparator.comparingLong(Begun::effect));
        return begun.stream().map(this::call).toList();
    }

    private Order newOrder(int number, int seats) {
        int quantity = Math.min(seats, 1 + random.nextInt(MOST_SEATS_ASKED_FOR));
        int first = random.nextInt(seats - quantity + 1);
        List<String> asked = new ArrayList<>();
        for (int seat = first; seat < first + quantity; seat++) {
            asked.add("S/A-" + seat);
        }
        return new Order("order-" + number, asked, random.nextInt(4) == 0);
    }

    private Call call(Begun begun) {
        while (!later.isEmpty() && later.firstKey() <= begun.effect) {
            later.pollFirstEntry().getValue().forEach(Runnable::run);
        }
        Order order = begun.order;
        switch (begun.kind) {
            case BUY -> {
                if (!orders.containsKey(order.name)) {
                    buy(order, begun.effect);
                }
            }
            case CANCEL -> end(order, Status.CANCELLED);
            case READ -> {}
        }
        Told told = orders.getOrDefault(order.name, new Told("", Status.ABSENT, List.of(), ""));
        boolean lost = random.nextInt(8) == 0;
        return new Call(
                begun.kind,
                begun.caller,
                order.name,
                order.seats,
                begun.invoked,
                lost ? Operation.NEVER : begun.answered,
                lost ? Optional.empty() : Optional.of(told));
    }

    private void buy(Order order, long now) {
        List<String> taken = order.seats.stream().filter(owners::containsKey).toList();
        if (!taken.isEmpty()) {
            orders.put(order.name, told(order, Status.REJECTED, taken, "SEATS_TAKEN"));
            return;
        }
        order.seats.forEach(seat -> owners.put(seat, order.name));
        orders.put(order.name, told(order, Status.HELD, order.seats, ""));
        long holdEnds = now + HOLD_MILLIS * MILLISECOND;
        if (order.pays) {
            at(now + random.nextLong(1_000 * MILLISECOND), () -> {
                if (status(order) == Status.HELD) {
                    orders.put(order.name, told(order, Status.SOLD, order.seats, ""));
                }
            });
        }
        at(holdEnds, () -> end(order, Status.EXPIRED));
    }

    private void end(Order order, Status ended) {
        if (status(order) == Status.HELD) {
            order.seats.forEach(owners::remove);
            orders.put(order.name, told(order, ended, order.seats, ""));
        }
    }

    private void at(long moment, Runnable action) {
        later.computeIfAbsent(moment, _ -> new ArrayList<>()).add(action);
    }

    private Status status(Order order) {
        Told told = orders.get(order.name);
        return told == null ? Status.ABSENT : told.status();
    }

    private static Told told(Order order, Status status, List<String> seats, String reason) {
        return new Told("id-" + order.name, status, seats, reason);
    }
}
