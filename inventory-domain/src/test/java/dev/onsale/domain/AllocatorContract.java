package dev.onsale.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** What every allocator must do, tried on random layouts. */
final class AllocatorContract {

    private static final int ROUNDS = 20_000;
    private static final int MOST_SEATS = 12;

    /** One choice, as drawn before and after it. */
    record Choice(
            SeatMap seats, int quantity, SeatPreference preference, List<String> chosen, String before, String after) {}

    /** What one allocator promises beyond the contract. */
    @FunctionalInterface
    interface Promise {
        void check(Choice choice, String where);
    }

    private AllocatorContract() {}

    /** Different free seats, as many as asked for, the same each time, and nothing taken by choosing; and the promise. */
    static void holdsInAnyLayout(SeatAllocator allocator, Promise promise) {
        long seed = Long.getLong("onsale.seed", new Random().nextLong());
        String name = allocator.getClass().getSimpleName();
        System.out.println(name + " seed " + seed + " (repeat it with -Donsale.seed=" + seed + ")");
        var random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            SeatMap seats = SeatDrawing.random(random);
            int free = IntStream.range(0, seats.rows()).map(seats::freeInRow).sum();
            if (free > 0) {
                int quantity = 1 + random.nextInt(Math.min(free, MOST_SEATS));
                for (SeatPreference preference : SeatPreference.values()) {
                    String where = name + ", seed " + seed + ", round " + round;
                    promise.check(choice(allocator, seats, quantity, preference, where), where);
                }
            }
        }
    }

    private static Choice choice(
            SeatAllocator allocator, SeatMap seats, int quantity, SeatPreference preference, String where) {
        String before = SeatDrawing.draw(seats, List.of());
        List<String> chosen = allocator.choose(seats, quantity, preference);

        assertEquals(before, SeatDrawing.draw(seats, List.of()), where + ": choosing takes nothing");
        assertEquals(chosen, allocator.choose(seats, quantity, preference), where + ": the same choice twice");
        assertEquals(quantity, chosen.size(), where);
        assertEquals(quantity, new HashSet<>(chosen).size(), where + ": " + chosen);
        chosen.forEach(seat -> assertTrue(seats.exists(seat) && !seats.isTaken(seat), where + ": " + seat));
        return new Choice(seats, quantity, preference, chosen, before, SeatDrawing.draw(seats, chosen));
    }
}
