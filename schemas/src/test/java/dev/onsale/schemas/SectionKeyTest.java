package dev.onsale.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SectionKeyTest {

    @Test
    void partition_isThatOfKafkasOwnPartitioner() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("seed " + seed + " of section keys");
        var random = new SplittableRandom(seed);
        for (int i = 0; i < 10_000; i++) {
            var key = new SectionKey(
                    "event-" + random.nextInt(1_000_000), "S" + Integer.toString(random.nextInt(1_000), 36));
            int partitions = random.nextInt(1, 300);
            assertEquals(
                    BuiltInPartitioner.partitionForKey(key.toString().getBytes(StandardCharsets.UTF_8), partitions),
                    key.partition(partitions),
                    () -> key + " of " + partitions + ", seed " + seed);
        }
    }

    @ParameterizedTest
    @CsvSource({"rock-night/A,rock-night,A", "2026/STANDING.left_1,2026,STANDING.left_1"})
    void key_isParsed_asItIsWritten(String text, String event, String section) {
        assertEquals(new SectionKey(event, section), SectionKey.parse(text));
        assertEquals(text, SectionKey.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "rock-night", "/A", "rock-night/", "rock-night/A/B", "rock night/A", "-x/A", "größe/A"})
    void key_isRefused_whenItIsNone(String text) {
        assertThrows(IllegalArgumentException.class, () -> SectionKey.parse(text));
    }

    @Test
    void key_isRefused_whenAnIdIsTooLong() {
        assertThrows(IllegalArgumentException.class, () -> new SectionKey("e".repeat(65), "A"));
    }
}
