package dev.onsale.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table is a map, whatever of it is in memory. */
class TableTest {

    @TempDir
    Path folder = Path.of("");

    private static Table<String> table(Store store, char prefix) {
        return new Table<>(
                store,
                prefix,
                10,
                text -> text.getBytes(StandardCharsets.UTF_8),
                bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    private static Map<String, String> all(Table<String> table) {
        Map<String, String> all = new TreeMap<>();
        table.forEach(all::put);
        return all;
    }

    @Test
    void table_isAMap_alsoOfWhatDoesNotFitIntoMemory() throws IOException {
        for (int keys : new int[] {5, 200}) {
            Map<String, String> map = new TreeMap<>();
            try (var store = new Store(folder)) {
                Table<String> table = table(store, 'a');
                Table<String> other = table(store, 'b');
                var random = new Random(keys);
                for (int i = 0; i < 5000; i++) {
                    String key = "key" + random.nextInt(keys);
                    String value = "value" + i;
                    switch (random.nextInt(4)) {
                        case 0 -> {
                            table.put(key, value);
                            map.put(key, value);
                        }
                        case 1 -> {
                            table.remove(key);
                            map.remove(key);
                        }
                        case 2 -> other.put(key, value);
                        default -> assertEquals(Optional.ofNullable(map.get(key)), table.find(key));
                    }
                    if (i % 1000 == 999) {
                        assertEquals(map, all(table));
                    }
                }
            }
            try (Stream<Path> left = Files.list(folder)) {
                assertEquals(0, left.count());
            }
        }
    }
}
