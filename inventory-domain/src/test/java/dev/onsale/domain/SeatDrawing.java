package dev.onsale.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Seats as drawings: {@code .} is free, {@code x} is taken, {@code o} is chosen; rows from the front, parted by slashes. */
final class SeatDrawing {

    private SeatDrawing() {}

    /** The allocator chooses the seats that are chosen in the drawing, out of those that are free before. */
    static void assertChosen(SeatAllocator allocator, String before, String after, SeatPreference preference) {
        SeatMap seats = drawn(before);
        int quantity = (int) after.chars().filter(seat -> seat == 'o').count();

        List<String> chosen = allocator.choose(seats, quantity, preference);

        assertEquals(quantity, new HashSet<>(chosen).size(), chosen::toString);
        assertEquals(after, draw(seats, chosen));
    }

    private static SeatMap drawn(String text) {
        String[] rows = text.replace(" ", "").split("/");
        var seats = new SeatMap(rows.length, rows[0].length());
        String all = String.join("", rows);
        IntStream.range(0, all.length()).filter(i -> all.charAt(i) == 'x').forEach(i -> seats.take(seats.name(i)));
        return seats;
    }

    static String draw(SeatMap seats, List<String> chosen) {
        return String.join(
                "/",
                IntStream.range(0, seats.rows())
                        .mapToObj(row -> String.join(
                                " ",
                                IntStream.range(row * seats.seatsPerRow(), (row + 1) * seats.seatsPerRow())
                                        .mapToObj(seat -> chosen.contains(seats.name(seat))
                                                ? "o"
                                                : seats.isTaken(seat) ? "x" : ".")
                                        .toList()))
                        .toList());
    }

    /** A small section, at times with wide rows, of which a random part is taken. */
    static SeatMap random(Random random) {
        var seats = new SeatMap(1 + random.nextInt(5), 1 + random.nextInt(random.nextInt(10) == 0 ? 70 : 9));
        double density = random.nextDouble();
        for (int seat = 0; seat < seats.rows() * seats.seatsPerRow(); seat++) {
            if (random.nextDouble() < density) {
                seats.take(seats.name(seat));
            }
        }
        return seats;
    }
}
