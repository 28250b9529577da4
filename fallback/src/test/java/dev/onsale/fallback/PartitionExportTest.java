package dev.onsale.fallback;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.audit.RandomSale;
import dev.onsale.audit.Sale;
import dev.onsale.audit.Shape;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.Topics;
import dev.onsale.tampering.Entry;
import dev.onsale.wire.Event;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PartitionExportTest {

    private static final int PARTITION = 0;
    private static final int BATCH = 100;
    private static final int MIDDLE = 250;

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final EventReader reader = new EventReader(PinnedSchemas.released());
    private Database database;

    @BeforeEach
    void open() {
        System.out.println("seed " + seed);
        database = Database.open(TestDatabase.create());
    }

    @AfterEach
    void close() {
        database.close();
    }

    private PartitionExport load() {
        return PartitionExport.load(database.jdbi(), PARTITION, reader);
    }

    private static List<ConsumerRecord<byte[], byte[]>> messages(List<Entry> events) {
        List<ConsumerRecord<byte[], byte[]>> messages = new ArrayList<>();
        for (Entry event : events) {
            byte[] key = event.key().getBytes(StandardCharsets.UTF_8);
            messages.add(new ConsumerRecord<>(Topics.EVENTS.name(), PARTITION, messages.size(), key, event.bytes()));
        }
        return messages;
    }

    /** Exports from where an export is, batch by batch, until all are exported or one is refused. */
    private Optional<RefusedEvent> export(PartitionExport export, List<ConsumerRecord<byte[], byte[]>> messages) {
        Optional<RefusedEvent> refused = Optional.empty();
        while (refused.isEmpty() && export.next() < messages.size()) {
            int end = Math.min(messages.size(), (int) export.next() + 1 + random.nextInt(BATCH));
            refused = export.export(database.jdbi(), messages.subList((int) export.next(), end), end);
        }
        return refused;
    }

    private List<String> exported() {
        return database.jdbi().inTransaction(handle -> ExportFixture.exported(handle, PARTITION));
    }

    /** What stands where an event should. */
    record Damage(String name, Consumer<List<Entry>> done) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Damage> damages() {
        return List.of(
                new Damage("no Avro", events -> replace(events, entry -> Entry.of(0, entry.key(), new byte[] {1, 2}))),
                new Damage("another key", events -> replace(events, entry -> Entry.of(0, "other/key", entry.bytes()))),
                new Damage(
                        "of another partition",
                        events -> alter(
                                events, event -> event.getHeader().getReceipt().setPartition(PARTITION + 1))),
                new Damage("twice", events -> events.add(MIDDLE, events.get(MIDDLE - 1))),
                new Damage("left out", events -> events.remove(MIDDLE)),
                new Damage(
                        "the next version",
                        events -> alter(
                                events,
                                event -> event.getHeader()
                                        .setSectionVersion(event.getHeader().getSectionVersion() + 1))),
                new Damage(
                        "another count",
                        events -> alter(
                                events,
                                event -> event.getHeader()
                                        .setFree(event.getHeader().getFree() + 1))),
                new Damage(
                        "no such section",
                        events -> alter(events, event -> event.getHeader().setSectionId("?"))));
    }

    private static void replace(List<Entry> events, UnaryOperator<Entry> change) {
        events.set(MIDDLE, change.apply(events.get(MIDDLE)));
    }

    private static void alter(List<Entry> events, Consumer<Event> change) {
        replace(events, entry -> {
            Event event = ExportFixture.EVENTS.fromBytes(entry.bytes());
            change.accept(event);
            return Entry.of(entry.atMillis(), entry.key(), ExportFixture.EVENTS.toBytes(event));
        });
    }

    @ParameterizedTest
    @MethodSource("damages")
    void export_stopsAtADamagedEvent_withAllThatStandsBeforeIt(Damage damage) {
        // One section only, so that the event after one that is left out is the section's next.
        Sale sale = RandomSale.of(oneSection(), seed);
        List<Entry> events = changing(sale.events(PARTITION));
        List<Entry> damaged = new ArrayList<>(events);
        damage.done().accept(damaged);

        RefusedEvent refused = export(load(), messages(damaged)).orElseThrow();

        assertEquals(MIDDLE, refused.offset());
        assertTrue(String.valueOf(refused.getMessage()).contains("onsale.events/0/" + MIDDLE), refused.getMessage());
        assertEquals(MIDDLE, load().next());
        List<String> before = exported();
        assertEquals(MIDDLE, export(load(), messages(damaged)).orElseThrow().offset());
        assertEquals(before, exported());

        assertTrue(export(load(), messages(events)).isEmpty());
        assertEquals(ExportFixture.decided(sale, events), exported());
    }

    private static Shape oneSection() {
        var concert = Shape.concert(1_500);
        var rock = concert.sections().keySet().stream()
                .filter(key -> key.partition(concert.partitions()) == PARTITION)
                .findFirst()
                .orElseThrow();
        return new Shape(
                concert.partitions(),
                Map.of(rock, requireNonNull(concert.sections().get(rock))),
                concert.buyers(),
                concert.commands(),
                0);
    }

    /** Without those that change no version: nobody can tell whether one of them is missing. */
    private static List<Entry> changing(List<Entry> events) {
        List<Entry> changing = new ArrayList<>();
        long version = 0;
        for (Entry entry : events) {
            long after =
                    ExportFixture.EVENTS.fromBytes(entry.bytes()).getHeader().getSectionVersion();
            if (after != version) {
                changing.add(entry);
            }
            version = after;
        }
        return changing;
    }

    @Test
    void export_isRefusedToWhoeverIsOvertaken_andGoesOnAfterLoading() {
        Sale sale = RandomSale.of(Shape.concert(500), seed);
        List<ConsumerRecord<byte[], byte[]>> messages = messages(sale.events(PARTITION));
        PartitionExport first = load();
        PartitionExport second = load();
        first.export(database.jdbi(), messages.subList(0, 50), 50);

        assertThrows(OvertakenException.class, () -> second.export(database.jdbi(), messages.subList(0, 70), 70));
        PartitionExport third = load();
        assertEquals(50, third.next());
        export(third, messages);
        assertThrows(OvertakenException.class, () -> first.export(database.jdbi(), messages.subList(50, 70), 70));

        assertEquals(ExportFixture.decided(sale, sale.events(PARTITION)), exported());
    }

    @Test
    void export_beginsAnew_whenTheTablesWereEmptied() {
        Sale sale = RandomSale.of(Shape.concert(500), seed);
        List<ConsumerRecord<byte[], byte[]>> messages = messages(sale.events(PARTITION));
        PartitionExport before = load();
        before.export(database.jdbi(), messages.subList(0, 70), 70);
        database.jdbi()
                .useHandle(handle -> handle.execute(
                        "TRUNCATE exported.offsets, exported.sections, exported.orders, exported.seats"));

        assertThrows(OvertakenException.class, () -> before.export(database.jdbi(), messages.subList(70, 90), 90));
        assertTrue(export(load(), messages).isEmpty());

        assertEquals(ExportFixture.decided(sale, sale.events(PARTITION)), exported());
    }

    @Test
    void offset_moves_whenOnlyMarkersOfTransactionsFollow() {
        PartitionExport export = load();

        export.export(database.jdbi(), List.of(), 3);

        assertEquals(3, export.next());
        assertEquals(3, load().next());
    }
}
