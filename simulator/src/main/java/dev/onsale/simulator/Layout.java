package dev.onsale.simulator;

import dev.onsale.domain.SectionDefinition;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * What is on sale in one simulated sale, and who is there.
 *
 * @param sections definitions by section: the first is section A, the next B ...
 * @param partitions number of partitions of the command log
 * @param buyers number of buyers
 * @param workers number of payment workers
 * @param commands number of commands after which the sale ends
 */
record Layout(List<SectionDefinition> sections, int partitions, int buyers, int workers, int commands) {

    /** Rows and seats in each; or no rows, and a capacity. */
    private static final int[][] SHAPES = {
        {1, 1}, {1, 2}, {1, 7}, {2, 2}, {3, 4}, {5, 10}, {20, 25}, {0, 1}, {0, 3}, {0, 100}, {100, 500}, {0, 50_000}
    };

    private static final int SMALL_SHAPES = 10;

    private static final int HOLD_SECONDS = 60;

    /** Most sales are short: what goes wrong at all goes wrong among few buyers, too, and is told more shortly there. */
    static Layout drawn(Random random) {
        int length = random.nextInt(100);
        boolean isLong = length < 6;
        int commands = length == 0 ? 20_000 : isLong ? 3_000 : 200 + random.nextInt(400);
        int shapes = isLong ? SHAPES.length : SMALL_SHAPES;
        int count = 1 + random.nextInt(3);
        List<SectionDefinition> sections = IntStream.range(0, count)
                .mapToObj(i -> definition(SHAPES[random.nextInt(shapes)], random))
                .toList();
        return new Layout(
                sections,
                1 + random.nextInt(2),
                2 + random.nextInt(isLong ? 5_000 : 12),
                1 + random.nextInt(4),
                commands);
    }

    private static SectionDefinition definition(int[] shape, Random random) {
        boolean numbered = shape[0] > 0;
        return new SectionDefinition(
                "Simulated Night",
                "EUR",
                shape[0],
                numbered ? shape[1] : 0,
                numbered ? 0 : shape[1],
                random.nextInt(12) == 0 ? 0 : 4_500,
                HOLD_SECONDS,
                1 + random.nextInt(6),
                OptionalLong.empty(),
                OptionalLong.empty());
    }

    /** Partition that a section's commands belong to. */
    int home(String section) {
        return (section.charAt(0) - 'A') % partitions;
    }

    String section(int index) {
        return String.valueOf((char) ('A' + index));
    }
}
