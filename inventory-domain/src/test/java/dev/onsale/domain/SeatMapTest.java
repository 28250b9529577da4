package dev.onsale.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeatMapTest {

    @ParameterizedTest
    @CsvSource({
        "0,A-1",
        "25,Z-1",
        "26,AA-1",
        "51,AZ-1",
        "52,BA-1",
        "701,ZZ-1",
        "702,AAA-1",
        "18277,ZZZ-1",
        "18278,AAAA-1",
        "475253,ZZZZ-1",
        "475254,AAAAA-1",
        "999999,BDWGN-1"
    })
    void rows_areNamedLikeSpreadsheetColumns(int row, String name) {
        var seats = new SeatMap(SectionDefinition.MAX_CAPACITY, 1);

        assertEquals(name, seats.name(row));
        seats.take(name);
        assertTrue(seats.isTaken(row), "the name leads back to the seat");
    }

    @Test
    void names_areDistinctAndLeadBack_forEverySeat() {
        var seats = new SeatMap(1000, 37);
        Set<String> names = new HashSet<>();
        for (int seat = 0; seat < 37_000; seat++) {
            String name = seats.name(seat);
            assertTrue(names.add(name), name);
            assertFalse(seats.isTaken(name), name);
            seats.take(name);
            assertTrue(seats.isTaken(seat), name);
        }
    }

    @Test
    void seat_isFound_whenItsNumberHasSevenDigits() {
        var seats = new SeatMap(1, SectionDefinition.MAX_CAPACITY);

        assertTrue(seats.exists("A-1000000"));
        assertFalse(seats.exists("A-1000001"));
        assertFalse(seats.exists("A-4294967297"), "a number that overflows to 1");
    }

    @Test
    void take_throws_whenTheSeatIsTaken() {
        var seats = new SeatMap(2, 5);
        seats.take("B-5");

        assertThrows(IllegalStateException.class, () -> seats.take("B-5"));
    }

    @Test
    void free_throws_whenTheSeatIsFree() {
        var seats = new SeatMap(2, 5);

        assertThrows(IllegalStateException.class, () -> seats.free("B-5"));
    }

    @Test
    void takenSeats_stayTaken_whenRowsAreAdded() {
        var seats = new SeatMap(2, 33);
        seats.take("B-33");

        seats.growTo(100);

        assertTrue(seats.isTaken("B-33"));
        assertEquals(32, seats.freeInRow(1));
        assertEquals(33, seats.freeInRow(99));
        assertFalse(seats.isTaken("CV-33"));
    }

    @Test
    void nextFreeAndTaken_areThoseThatASearchSeatBySeatFinds() {
        long seed = Long.getLong("onsale.seed", new Random().nextLong());
        System.out.println("SeatMapTest seed " + seed);
        var random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            int rows = 1 + random.nextInt(4);
            var seats = new SeatMap(rows, 1 + random.nextInt(100));
            int all = rows * seats.seatsPerRow();
            double density = random.nextInt(5) / 4.0;
            IntStream.range(0, all)
                    .filter(seat -> random.nextDouble() < density)
                    .forEach(seat -> seats.take(seats.name(seat)));
            int from = random.nextInt(all);
            int to = from + random.nextInt(all - from + 1);
            String where = "seed " + seed + ", round " + round;

            IntStream range = IntStream.range(from, to);
            assertEquals(range.filter(i -> !seats.isTaken(i)).findFirst().orElse(to), seats.nextFree(from, to), where);
            range = IntStream.range(from, to);
            assertEquals(range.filter(seats::isTaken).findFirst().orElse(to), seats.nextTaken(from, to), where);
        }
    }
}
