package dev.onsale.fallback;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.audit.RandomSale;
import dev.onsale.audit.Sale;
import dev.onsale.audit.Shape;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.SectionDefinition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How many events are exported in a second. PostgreSQL chooses other plans for a statement when it has run it some times, and
 * when tables have grown; a wrong one costs more than ten times as much.
 */
@Tag("long")
class ExportRateTest {

    private static final int COMMANDS = 120_000;
    private static final int BATCH = 5_000;
    /** A tenth of what it was on two shared cores. */
    private static final double LEAST_EVENTS_PER_SECOND = 2_000;

    @Test
    void rate_doesNotFall_asTheTablesGrow() {
        List<ConsumerRecord<byte[], byte[]>> messages = messages();
        try (Database database = Database.open(TestDatabase.create())) {
            var export = PartitionExport.load(database.jdbi(), 0, new EventReader(PinnedSchemas.released()));
            double last = 0;
            while (export.next() < messages.size()) {
                int from = (int) export.next();
                int end = Math.min(messages.size(), from + BATCH);
                long beganNanos = System.nanoTime();
                assertTrue(export.export(database.jdbi(), messages.subList(from, end), end)
                        .isEmpty());
                last = (end - from) * 1e9 / (System.nanoTime() - beganNanos);
                System.out.printf("events %,d to %,d: %,.0f events/s%n", from, end, last);
            }
            System.out.println("bytes for each order: " + bytesPerOrder(database));
            assertTrue(last > LEAST_EVENTS_PER_SECOND, "only " + last + " events/s at the end");
        }
    }

    /** With indexes and seats. */
    private static long bytesPerOrder(Database database) {
        return database.jdbi()
                .withHandle(handle -> handle.select("SELECT (pg_total_relation_size('exported.orders')"
                                + " + pg_total_relation_size('exported.seats')) / count(*) FROM exported.orders")
                        .mapTo(Long.class)
                        .one());
    }

    private static List<ConsumerRecord<byte[], byte[]>> messages() {
        Map<SectionKey, SectionDefinition> sections = new LinkedHashMap<>();
        for (int i = 0; i < 8; i++) {
            sections.put(
                    new SectionKey("rock", "S" + i),
                    new SectionDefinition("Rock Night", "EUR", 50, 100, 0, 4500L, 3600, 6, null, null));
        }
        Sale sale = RandomSale.of(new Shape(1, sections, 30_000, COMMANDS, 0), 1);
        List<ConsumerRecord<byte[], byte[]>> messages = new ArrayList<>();
        sale.events(0)
                .forEach(event -> messages.add(new ConsumerRecord<>(
                        Topics.EVENTS.name(),
                        0,
                        messages.size(),
                        event.key().getBytes(StandardCharsets.UTF_8),
                        event.bytes())));
        return messages;
    }
}
