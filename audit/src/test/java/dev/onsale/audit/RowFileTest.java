package dev.onsale.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows come back as they were added, each from the bucket of its order. */
class RowFileTest {

    private static final int BUCKETS = 300;

    @TempDir
    Path folder = Path.of("");

    private static String text(Row row) {
        return row.kind() + " " + row.key() + " " + row.partition() + " " + row.offset() + " " + row.atMillis() + " "
                + new String(row.value(), StandardCharsets.UTF_8);
    }

    private static List<String> read(Path file, List<Long> ends, int bucket) throws IOException {
        List<String> rows = new ArrayList<>();
        RowFile.read(file, ends, bucket, row -> rows.add(text(row)));
        return rows;
    }

    /** Far more than is collected of a bucket before it is written, and some longer than that by themselves. */
    @Test
    void rows_comeBackInOrder_thoseOfAnOrderFromOneBucket() throws IOException {
        Path file = folder.resolve("rows");
        var random = new Random(1);
        Map<String, List<String>> added = new HashMap<>();
        List<Long> ends;
        try (var rows = new RowFile(file, BUCKETS, true)) {
            for (int i = 0; i < 30_000; i++) {
                String orderId = "order" + random.nextInt(1000);
                byte[] value = ("v" + i + "é")
                        .repeat(random.nextInt(i % 1000 == 0 ? 50_000 : 20))
                        .getBytes(StandardCharsets.UTF_8);
                var row = new Row(Row.Kind.STORED, "rock/Ä/" + orderId, i % 8, i, -i, value);
                rows.add(orderId, row);
                added.computeIfAbsent(orderId, absent -> new ArrayList<>()).add(text(row));
            }
            ends = rows.end();
        }

        Map<String, List<String>> found = new HashMap<>();
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            Map<String, List<String>> here = new HashMap<>();
            RowFile.read(
                    file,
                    ends,
                    bucket,
                    row -> here.computeIfAbsent(Row.orderId(row.key()), absent -> new ArrayList<>())
                            .add(text(row)));
            here.forEach((orderId, rows) -> assertEquals(null, found.put(orderId, rows), orderId));
        }
        assertEquals(added, found);
    }

    @Test
    void asideAndToAll_goWhereTheySay() throws IOException {
        Path file = folder.resolve("rows");
        var aside = new Row(Row.Kind.OWNED, "rock/A/o", 1, 2, 3, Row.NOTHING);
        var all = new Row(Row.Kind.KEPT_FROM, "", 4, 5, 6, Row.NOTHING);
        List<Long> ends;
        try (var rows = new RowFile(file, 3, false)) {
            rows.aside(aside);
            rows.addToAll(all);
            ends = rows.end();
        }

        assertEquals(List.of(text(aside)), read(file, ends, 3));
        for (int bucket = 0; bucket < 3; bucket++) {
            assertEquals(List.of(text(all)), read(file, ends, bucket));
        }
    }

    @Test
    void nothing_makesNoFile() throws IOException {
        Path file = folder.resolve("rows");
        try (var rows = new RowFile(file, 3, false)) {
            assertTrue(read(file, rows.end(), 0).isEmpty());
        }
        assertFalse(Files.exists(file));
    }
}
