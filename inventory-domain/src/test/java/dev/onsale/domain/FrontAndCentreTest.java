package dev.onsale.domain;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.onsale.domain.AllocatorContract.Choice;
import java.util.Collections;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which seats are the best available: {@code .} is free, {@code x} is taken, {@code o} is chosen; rows from the front. */
class FrontAndCentreTest {

    private static final SeatAllocator ALLOCATOR = SeatAllocator.of(Stamp.STABLE);

    static Stream<Arguments> contiguous() {
        return Stream.of(
                arguments("one, in the centre", ". . . . .", ". . o . ."),
                arguments("one of an even row: the lower of two", ". . . .", ". o . ."),
                arguments("two of an odd row: the lower of two", ". . . . .", ". o o . ."),
                arguments("two of an even row", ". . . .", ". o o ."),
                arguments("three", ". . . . .", ". o o o ."),
                arguments("a whole row", ". . . .", "o o o o"),
                arguments("nearest to the centre, above it", ". . x . . .", ". . x o o ."),
                arguments("the lower of two as far away", ". . x . .", "o o x . ."),
                arguments("the only run", "x . . x .", "x o o x ."),
                arguments("the last run of a row", ". x . x . .", ". x . x o o"),
                arguments("the front row, however far from the centre", "x x x . ./. . . . .", "x x x o o/. . . . ."),
                arguments("the next row when the front row has no run", ". x . x ./. . . . .", ". x . x ./. o o . ."),
                arguments(
                        "a run does not go round a corner",
                        "x x x x ./. x x x x/. . x x x",
                        "x x x x ./. x x x x/o o x x x"),
                arguments("scattered when no row has a run", ". x . x ./x . x . .", "o x o x o/x o x . ."),
                arguments("more than a row is wide", ". . ./. . .", "o o o/. o ."),
                arguments("all that is left", ". x ./x x ./. x x", "o x o/x x o/o x x"));
    }

    static Stream<Arguments> any() {
        return Stream.of(
                arguments("from the centre of an odd row outwards", ". . x . .", ". o x o ."),
                arguments("from the centre of an even row outwards", ". . . .", ". o o ."),
                arguments(
                        "scattered in front rather than together behind", ". x x x ./. . . . .", "o x x x o/. . . . ."),
                arguments("the lower of two as far away", ". x x x .", "o x x x ."),
                arguments("on to the next row", "x x . x x/. . . . .", "x x o x x/. o o . ."));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void contiguous(String name, String before, String after) {
        assertChosen(before, after, SeatPreference.CONTIGUOUS);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void any(String name, String before, String after) {
        assertChosen(before, after, SeatPreference.ANY);
    }

    private static void assertChosen(String before, String after, SeatPreference preference) {
        SeatDrawing.assertChosen(ALLOCATOR, before, after, preference);
    }

    @Test
    void choose_findsDistinctFreeSeatsInOneRunIfThereIsOne_inAnyLayout() {
        AllocatorContract.holdsInAnyLayout(ALLOCATOR, FrontAndCentreTest::assertWellChosen);
    }

    private static void assertWellChosen(Choice choice, String where) {
        String run = String.join(" ", Collections.nCopies(choice.quantity(), "."));
        if (choice.preference() == SeatPreference.CONTIGUOUS && choice.before().contains(run)) {
            assertTrue(choice.after().contains(run.replace('.', 'o')), where + ": " + choice.after());
        }
        if (choice.preference() == SeatPreference.ANY && choice.seats().freeInRow(0) > 0) {
            assertTrue(
                    choice.chosen().getFirst().startsWith("A-"),
                    where + ": the front row comes first: " + choice.after());
        }
    }
}
