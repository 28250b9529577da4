package dev.onsale.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.SchemaIds;
import dev.onsale.schemas.Topics;
import dev.onsale.tampering.Damage;
import dev.onsale.tampering.Entry;
import dev.onsale.tampering.RawLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An archive says what the topics say that it was made of, or nothing. */
class ArchiveTest extends SmallSale {

    private static final AuditOptions ALL = AuditOptions.of(Map.of());
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final RawLog DAMAGED =
            RandomSale.of(Shape.concert(600), 1).log.raw();
    private static final RawLog OTHER = RandomSale.of(Shape.concert(600), 2).log.raw();

    @TempDir
    Path temporary = Path.of("");

    private Path archive(LogSource log, SchemaIds ids) {
        Path folder = temporary.resolve("archive");
        export(log, ids, folder);
        return folder;
    }

    private static Export.Exported export(LogSource log, SchemaIds ids, Path folder) {
        return Export.run(
                log,
                ids,
                new Export.Cluster("cluster", topic -> Map.of("for", topic), _ -> 0),
                ALL,
                folder,
                AuditListener.SILENT);
    }

    private Path archive() {
        return archive(sale.log, PinnedSchemas.released());
    }

    private static AuditReport audit(Path folder) {
        return Audit.run(ALL.withArchive(folder), AuditListener.SILENT);
    }

    /** All that a report says, but for how much was read, when, where and for how long. */
    static ObjectNode said(AuditReport report) throws IOException {
        ObjectNode said = (ObjectNode) JSON.readTree(report.toJson());
        said.remove(List.of("bytesRead", "estimate", "startedAt", "seconds", "source"));
        return said;
    }

    private static String refused(Path folder) {
        return String.valueOf(
                assertThrows(OperatorError.class, () -> audit(folder)).getMessage());
    }

    /** Some of all kinds, for an archive knows nothing of what is in the records. */
    static List<Damage> damages() {
        List<Damage> all = Damage.all();
        return IntStream.range(0, all.size())
                .filter(number -> number % 4 == 0)
                .mapToObj(all::get)
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damages")
    void report_isThatOfTheTopics_whateverIsWrongWithThem(Damage damage) throws IOException {
        RawLog log = DAMAGED.copy();
        damage.doTo(log, OTHER.copy(), new Random(1));
        AuditReport ofTopics = Audit.run(new MemoryLog(log), ALL, AuditListener.SILENT, Story.none());

        AuditReport ofArchive = audit(archive(new MemoryLog(log), PinnedSchemas.released()));

        assertEquals(said(ofTopics), said(ofArchive));
        assertFalse(ofArchive.proven());
    }

    @Test
    void report_isThatOfTheTopics_whenNotAllWasDecided() throws IOException {
        Sale busy = RandomSale.of(Shape.concert(300), 7);
        busy.log.decideOnly(90);

        AuditReport ofArchive = audit(archive(busy.log, PinnedSchemas.released()));

        assertEquals(said(busy.audit()), said(ofArchive));
        assertTrue(ofArchive.undecided() > 0);
    }

    @Test
    void story_isToldAlike() {
        Story ofTopics = Story.ofOrder(ada);
        Story ofArchive = Story.ofOrder(ada);

        Audit.run(sale.log, ALL, AuditListener.SILENT, ofTopics);
        Audit.run(ALL.withArchive(archive()), AuditListener.SILENT, ofArchive);

        assertEquals(ofTopics.lines(), ofArchive.lines());
    }

    @Test
    void sameTopics_giveTheSameFiles() throws IOException {
        Path first = archive();
        Path second = temporary.resolve("second");
        export(sale.log, PinnedSchemas.released(), second);

        for (ArchiveManifest.Topic topic : ArchiveManifest.read(first).topics()) {
            Path file = ArchiveManifest.file(first, topic.name(), 0);
            assertEquals(-1, Files.mismatch(file, ArchiveManifest.file(second, topic.name(), 0)), topic::name);
        }
    }

    @Test
    void schemas_areThoseOfTheRegistry_whateverTheirIds() throws IOException {
        int shift = 1000;
        for (String topic :
                List.of(COMMANDS, EVENTS, PAYMENTS, Topics.ORDERS.name(), StoreLog.ORDERS, StoreLog.SECTIONS)) {
            sale.log.partition(topic, 0).replaceAll(entry -> {
                byte[] bytes = entry.bytes();
                ByteBuffer.wrap(bytes).putInt(1, shift + ByteBuffer.wrap(bytes).getInt(1));
                return Entry.of(entry.atMillis(), entry.key(), bytes);
            });
        }
        SchemaIds registry = new SchemaIds() {
            @Override
            public int idOf(String subject, Schema schema) {
                throw new AssertionError("an export registers nothing");
            }

            @Override
            public Schema schemaOf(int id) {
                return PinnedSchemas.released().schemaOf(id - shift);
            }
        };

        Path folder = archive(sale.log, registry);

        assertTrue(audit(folder).proven());
        assertTrue(ArchiveManifest.read(folder).schemas().stream()
                .anyMatch(each -> each.id() > shift && each.subject().equals("orders-value")));
    }

    @Test
    void junk_isKept_andNamesNoSchema() throws IOException {
        sale.log.append(COMMANDS, 0, sale.nowMillis, A.toString(), new byte[] {0, 9, 9, 9, 9, 9});
        sale.log.append(COMMANDS, 0, sale.nowMillis, A.toString(), new byte[AvroSerde.PREFIX_BYTES - 1]);

        AuditReport ofArchive = audit(archive());

        assertEquals(said(sale.audit()), said(ofArchive));
        assertTrue(ofArchive.proven(), ofArchive::toJson);
    }

    /** In every file one byte, wherever. */
    @Test
    void flippedByte_isRefused() throws IOException {
        Path folder = archive();
        long seed = Long.getLong("audit.seed", System.nanoTime());
        System.out.println("-Daudit.seed=" + seed);
        var random = new Random(seed);
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        assertEquals(7 + 2, files.size());
        for (Path file : files) {
            byte[] whole = Files.readAllBytes(file);
            byte[] flipped = whole.clone();
            // The digest's file ends with the name of what it is the digest of, which is nobody's proof.
            int most = file.endsWith(ArchiveManifest.DIGEST_FILE) ? 64 : whole.length;
            flipped[random.nextInt(most)] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, flipped);

            assertTrue(refused(folder).contains(" is damaged: "), () -> refused(folder));

            Files.write(file, whole);
        }
        assertTrue(audit(folder).proven());
    }

    @Test
    void missingFile_isRefused() throws IOException {
        Path folder = archive();
        Files.delete(ArchiveManifest.file(folder, EVENTS, 0));

        assertTrue(refused(folder).contains("onsale.events/0.avro is missing"), () -> refused(folder));
    }

    @Test
    void foreignFolder_isRefused() throws IOException {
        assertTrue(refused(temporary).contains("is no archive, for it has no manifest.json"));

        new ArchiveManifest("photos", 3, "", "", List.of(), List.of(), List.of(), false, List.of()).write(temporary);

        assertTrue(refused(temporary)
                .contains("is photos of version 3, and this build reads onsale-archive of version 2"));
    }

    @Test
    void topicThatLeadsOutOfTheFolder_isRefused() throws IOException {
        for (String name : List.of("..", "../other", "/etc", "a/b", "")) {
            var topic = new ArchiveManifest.Topic(name, Map.of(), List.of());
            new ArchiveManifest(
                            ArchiveManifest.FORMAT,
                            ArchiveManifest.VERSION,
                            "",
                            "",
                            List.of(topic),
                            List.of(),
                            List.of(),
                            false,
                            List.of())
                    .write(temporary);

            assertThrows(OperatorError.class, () -> ArchiveManifest.read(temporary), name);
        }
    }

    @Test
    void exportThatWasBrokenOff_isNoArchive_andNotWrittenOver() {
        Path folder = temporary.resolve("archive");
        LogSource dying = new DyingLog(sale.log, COMMANDS);

        assertThrows(IllegalStateException.class, () -> export(dying, PinnedSchemas.released(), folder));

        assertTrue(Files.exists(ArchiveManifest.file(folder, EVENTS, 0)));
        assertTrue(refused(folder).contains("is no archive"), () -> refused(folder));
        var again = assertThrows(OperatorError.class, () -> export(sale.log, PinnedSchemas.released(), folder));
        assertTrue(String.valueOf(again.getMessage()).contains("is not empty; export to a new one"));
    }

    @Test
    void limitOfBytes_holdsForArchives() throws IOException {
        Sale large = RandomSale.of(Shape.concert(3000), 3);
        Path folder = archive(large.log, PinnedSchemas.released());
        long bytes = ArchiveManifest.read(folder).topics().stream()
                .flatMap(topic -> topic.partitions().stream())
                .mapToLong(ArchiveManifest.Partition::bytes)
                .sum();

        AuditReport all = audit(folder);

        assertTrue(all.proven());
        assertTrue(all.bytesRead() <= bytes && all.bytesRead() > bytes * 9 / 10, all.bytesRead() + " of " + bytes);
        assertThrows(
                OperatorError.class,
                () -> Audit.run(ALL.withArchive(folder).withMaxBytes(bytes / 2), AuditListener.SILENT));
    }
}
