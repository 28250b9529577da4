package dev.onsale.audit;

import dev.onsale.schemas.SectionKey;
import dev.onsale.wire.SectionDefinition;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * What is sold, and to how many.
 *
 * @param commands how many commands follow when the sections are open
 * @param candidatePercent how many of the buyers get the candidate allocator
 */
public record Shape(
        int partitions, Map<SectionKey, SectionDefinition> sections, int buyers, int commands, int candidatePercent) {

    private static final int MOST_SEATS = 5000;

    /** Two evenings of few seats, so that buyers are in each other's way. */
    public static Shape concert(int commands) {
        Map<SectionKey, SectionDefinition> sections = new LinkedHashMap<>();
        sections.put(new SectionKey("rock", "A"), Sale.definition(3, 6, 0));
        sections.put(new SectionKey("rock", "STANDING"), Sale.definition(0, 0, 40));
        sections.put(new SectionKey("jazz", "A"), Sale.definition(2, 5, 0));
        return new Shape(2, sections, 30, commands, 0);
    }

    /** The first is a single seat, the second the largest section; all others are drawn. */
    public static Shape drawn(int number) {
        var random = new Random(number);
        Map<SectionKey, SectionDefinition> sections = new LinkedHashMap<>();
        int more = number < 2 ? 1 : 1 + random.nextInt(5);
        for (int i = 0; i < more; i++) {
            int seats = number == 0 ? 1 : number == 1 ? MOST_SEATS : (int) Math.pow(MOST_SEATS, random.nextDouble());
            var key = new SectionKey("event" + random.nextInt(3), "S" + i);
            sections.put(key, definition(random, seats, number >= 2 && random.nextInt(4) == 0));
        }
        return new Shape(
                1 + random.nextInt(4),
                sections,
                2 + random.nextInt(100),
                100 + random.nextInt(300),
                random.nextInt(3) * 25);
    }

    private static SectionDefinition definition(Random random, int seats, boolean general) {
        SectionDefinition definition = Sale.definition(0, 0, seats);
        if (!general) {
            int perRow = 1 + random.nextInt(Math.min(seats, 60));
            definition = Sale.definition(Math.max(1, seats / perRow), perRow, 0);
        }
        definition.setPrice(random.nextInt(8) == 0 ? 0 : 100L * (1 + random.nextInt(200)));
        definition.setHoldSeconds(1 + random.nextInt(300));
        definition.setMaxPerBuyer(1 + random.nextInt(8));
        if (random.nextInt(6) == 0) {
            definition.setSalesOpen(Instant.ofEpochMilli(Sale.START_MILLIS + random.nextInt(100_000)));
            definition.setSalesClose(Instant.ofEpochMilli(Sale.START_MILLIS + 400_000L + random.nextInt(400_000)));
        }
        return definition;
    }
}
