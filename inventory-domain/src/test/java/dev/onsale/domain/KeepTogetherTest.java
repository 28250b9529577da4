package dev.onsale.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.onsale.domain.AllocatorContract.Choice;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which seats the candidate chooses; drawn as in {@link SeatDrawing}. */
class KeepTogetherTest {

    private static final SeatAllocator ALLOCATOR = SeatAllocator.of(Stamp.CANDIDATE);

    static Stream<Arguments> contiguous() {
        return Stream.of(
                arguments("one, in the centre", ". . . . .", ". . o . ."),
                arguments("two, in the centre", ". . . . . .", ". . o o . ."),
                arguments("the lower of two as far from the centre", ". . . . . . .", ". . o o . . ."),
                arguments("beside the centre rather than a single seat on both sides", ". . . . .", "o o o . ."),
                arguments("a single seat is filled", ". . x . x . .", ". . x o x . ."),
                arguments("even behind", ". . . . ./x . x . .", ". . . . ./x o x . ."),
                arguments("a run that is filled, however far from the centre", "x . . . x . .", "x . . . x o o"),
                arguments("but not behind", ". . . . ./x . . x x", "o o . . ./x . . x x"),
                arguments("two rather than a single seat in front", "x . . . x/. . . . .", "x . . . x/o o . . ."),
                arguments(
                        "a single seat is left where nothing else will do",
                        "x . . . x/x x x x x",
                        "x o o . x/x x x x x"),
                arguments("then the front row", "x . . . x/x . . . x", "x o o . x/x . . . x"),
                arguments("a whole row", ". . . .", "o o o o"),
                arguments("the next row when the front row has no run", ". x . x ./. . . . .", ". x . x ./o o o . ."),
                arguments(
                        "a run does not go round a corner",
                        "x x x x ./. x x x x/. . x x x",
                        "x x x x ./. x x x x/o o x x x"),
                arguments(
                        "two blocks when no row has a run, the longest first",
                        ". x . x ./x . . . x/. . x x x",
                        ". x . x ./x o o o x/o o x x x"),
                arguments(
                        "blocks in rows that are near",
                        "x x x . ./x x x x x/x . . . x/. . x x x",
                        "x x x . ./x x x x x/x o o o x/o o x x x"),
                arguments("more than a row is wide", ". . . ./. . . .", "o o o o/o o . ."),
                arguments("all that is left", ". x ./x x ./. x x", "o x o/x x o/o x x"));
    }

    static Stream<Arguments> any() {
        return Stream.of(
                arguments("the single seats, from the front", ". . x . x ./x . x . . x", ". . x o x o/x o x . . x"),
                arguments("no more single seats than asked for", ". x . x .", "o x . x ."),
                arguments("then the shortest runs", ". . . x . . x .", ". . . x o o x o"),
                arguments("of a longer one a part", ". x . . . . x", "o x o o . . x"),
                arguments("rather a part that leaves two", "x . . x/. . . x", "x . . x/. . o x"),
                arguments("or a single one if there must be", "x . . x", "x o . x"),
                arguments("together when nothing is taken", ". . . . . .", ". . o o . ."));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void contiguous(String name, String before, String after) {
        SeatDrawing.assertChosen(ALLOCATOR, before, after, SeatPreference.CONTIGUOUS);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void any(String name, String before, String after) {
        SeatDrawing.assertChosen(ALLOCATOR, before, after, SeatPreference.ANY);
    }

    @Test
    void choose_leavesTheFewestSinglesAndBlocks_inAnyLayout() {
        AllocatorContract.holdsInAnyLayout(ALLOCATOR, KeepTogetherTest::assertWellChosen);
    }

    private static void assertWellChosen(Choice choice, String where) {
        if (choice.preference() == SeatPreference.CONTIGUOUS) {
            assertEquals(
                    fewestBlocks(choice.before(), choice.quantity()),
                    blocks(choice.after()),
                    where + ": " + choice.after());
        }
        if (blocks(choice.after()) == 1 && choice.preference() == SeatPreference.CONTIGUOUS) {
            assertEquals(
                    fewestSingles(choice.before(), choice.quantity()),
                    singles(choice.after()),
                    where + ": " + choice.after());
        }
    }

    /** By taking the longest runs first, however far apart. */
    private static int fewestBlocks(String drawn, int quantity) {
        List<Integer> runs = Arrays.stream(drawn.replace(" ", "").split("[x/]+"))
                .map(String::length)
                .sorted(Collections.reverseOrder())
                .toList();
        int blocks = 0;
        for (int rest = quantity; rest > 0; rest -= runs.get(blocks), blocks++) {}
        return blocks;
    }

    private static int blocks(String drawn) {
        return (int) Arrays.stream(drawn.replace(" ", "").split("[^o]+"))
                .filter(block -> !block.isEmpty())
                .count();
    }

    /** By trying every block. */
    private static int fewestSingles(String drawn, int quantity) {
        String seats = drawn.replace(" ", "");
        String block = ".".repeat(quantity);
        return IntStream.range(0, seats.length())
                .filter(i -> seats.startsWith(block, i))
                .map(i -> singles(seats.substring(0, i) + "o".repeat(quantity) + seats.substring(i + quantity)))
                .min()
                .orElseThrow();
    }

    private static int singles(String drawn) {
        return (int) Arrays.stream(drawn.replace(" ", "").split("[xo/]"))
                .filter(run -> run.length() == 1)
                .count();
    }
}
