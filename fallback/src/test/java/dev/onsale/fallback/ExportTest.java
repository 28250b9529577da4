package dev.onsale.fallback;

import static java.util.Objects.requireNonNull;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.audit.RandomSale;
import dev.onsale.audit.Sale;
import dev.onsale.audit.Shape;
import dev.onsale.fallback.Progress.Standing;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.RegistryUnavailableException;
import dev.onsale.schemas.SchemaIds;
import dev.onsale.schemas.Topics;
import dev.onsale.tampering.Entry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a broker or a registry may do to an export, done by a consumer that does what it is told. */
class ExportTest {

    private static final TopicPartition PARTITION = new TopicPartition(Topics.EVENTS.name(), 0);
    /** As in a log that was imported. */
    private static final long BEGINNING = 5;

    private final Sale sale = RandomSale.of(Shape.concert(200), 1);
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    private final Progress progress = new Progress();
    private Database database;

    @BeforeEach
    void assign() {
        database = Database.open(TestDatabase.create());
        consumer.assign(List.of(PARTITION));
        consumer.updateBeginningOffsets(Map.of(PARTITION, BEGINNING));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Export export(SchemaIds ids) {
        var export = new Export(consumer, database.jdbi(), new EventReader(ids), progress);
        export.onPartitionsAssigned(List.of(PARTITION));
        return export;
    }

    /** @return offset behind them */
    private long write(List<Entry> events) {
        long offset = BEGINNING;
        for (Entry event : events) {
            byte[] key = event.key().getBytes(StandardCharsets.UTF_8);
            consumer.addRecord(
                    new ConsumerRecord<>(PARTITION.topic(), PARTITION.partition(), offset++, key, event.bytes()));
        }
        return offset;
    }

    private Standing standing() {
        return requireNonNull(progress.all().get(PARTITION.partition()));
    }

    @Test
    void export_goesOn_whenTheBrokerDidNotAnswer() {
        Export export = export(PinnedSchemas.released());
        export.step(Duration.ZERO);
        long end = write(sale.events(0));
        consumer.setPollException(new TimeoutException("away"));

        export.step(Duration.ZERO);
        export.step(Duration.ZERO);

        assertEquals(OptionalLong.of(end), standing().next());
        assertTrue(progress.healthy());
        assertEquals(
                ExportFixture.decided(sale, sale.events(0)),
                database.jdbi().withHandle(handle -> ExportFixture.exported(handle, 0)));
    }

    @Test
    void export_waits_whenTheRegistryDoesNotAnswer() {
        var asked = new AtomicInteger();
        Export export = export(new SchemaIds() {
            @Override
            public int idOf(String subject, Schema schema) {
                return PinnedSchemas.released().idOf(subject, schema);
            }

            @Override
            public Schema schemaOf(int id) {
                if (asked.incrementAndGet() < 3) {
                    throw new RegistryUnavailableException("away", new IllegalStateException());
                }
                return PinnedSchemas.released().schemaOf(id);
            }
        });
        export.step(Duration.ZERO);
        long end = write(sale.events(0));

        export.step(Duration.ZERO);
        assertTrue(standing().waits());
        assertTrue(standing().heldMillis().isPresent());

        // A consumer of this kind hands a record out once.
        await().until(() -> {
            write(sale.events(0));
            export.step(Duration.ZERO);
            return standing().next().equals(OptionalLong.of(end));
        });
        assertTrue(progress.healthy());
    }

    @Test
    void partition_stops_whenTheLogHasLostWhatIsNext() {
        Export export = export(PinnedSchemas.released());
        export.step(Duration.ZERO);
        consumer.setPollException(new OffsetOutOfRangeException(Map.of(PARTITION, 7L)));

        export.step(Duration.ZERO);

        assertTrue(
                standing().stopped().orElseThrow().contains("onsale.events/0/7"),
                standing().toString());
    }
}
