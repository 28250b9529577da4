package dev.onsale.audit;

import dev.onsale.audit.ArchiveManifest.Partition;
import dev.onsale.audit.ArchiveManifest.Topic;
import dev.onsale.audit.AuditReport.Estimate;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.SchemaIds;
import dev.onsale.schemas.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;

/**
 * Writes the topics to a folder, so that they can be audited without the cluster, and brought back by {@link Import}: every
 * committed record with its offset, timestamp, key, value and headers, as {@link ArchiveManifest} says.
 *
 * <p>It may run while sales go on. An audit of the archive then says of what was decided when the export began what an audit
 * of the cluster would have said; but it cannot be imported, for its topics are not of one moment.
 */
public final class Export {

    private static final int SYNC_BYTES = 16;

    /**
     * In this order, so that nothing is in one without what led to it in a later one: what was stored, told and asked for, then
     * the events of it, then who sent what again, then the commands.
     */
    private static final List<String> TOPICS = List.of(
            Topics.FLAGS,
            Topics.PAYMENTS.name(),
            Topics.ORDERS.name(),
            StoreLog.ORDERS,
            StoreLog.SECTIONS,
            Topics.EVENTS.name(),
            Topics.RELEASE_LOG,
            Topics.DEAD_LETTERS,
            Topics.COMMANDS.name());

    /**
     * What was exported.
     *
     * @param records number of records in all topics
     * @param bytes size of all files with records
     * @param quiet whether it can be imported: nothing was written meanwhile
     * @param sha256 digest of the manifest, in hexadecimal; who knows it can tell whether anything in the folder was changed
     */
    public record Exported(long records, long bytes, boolean quiet, String sha256) {}

    /**
     * What only a cluster knows.
     *
     * @param id of the cluster
     * @param settings of a topic by its name
     * @param acknowledged offset up to which the payments of a partition are carried out, at least
     */
    record Cluster(String id, Function<String, Map<String, String>> settings, IntToLongFunction acknowledged) {}

    private final Reader reader;
    private final Path folder;
    private final WrittenSchemas schemas;
    private final CarriedOut carriedOut;

    private Export(Reader reader, Path folder, WrittenSchemas schemas, CarriedOut carriedOut) {
        this.carriedOut = carriedOut;
        this.reader = reader;
        this.folder = folder;
        this.schemas = schemas;
    }

    /**
     * Exports from a cluster.
     *
     * @param folder a new or an empty one
     * @throws OperatorError when it cannot: brokers away, topics missing, a folder that is not empty or cannot be written
     */
    public static Exported run(AuditOptions options, Path folder, AuditListener listener) {
        try (KafkaLogSource source = KafkaLogSource.open(options.kafka())) {
            var cluster = new Cluster(source.clusterId(), source::settings, source::acknowledged);
            return run(source, Input.registered(options), cluster, options, folder, listener);
        }
    }

    static Exported run(
            LogSource source,
            SchemaIds ids,
            Cluster cluster,
            AuditOptions options,
            Path folder,
            AuditListener listener) {
        Instant begun = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        int partitions = Audit.requireTopics(source);
        Estimate estimate = Estimate.of(source, TOPICS, options.budget());
        options.budget().requireEnough("The export", estimate);
        requireEmpty(folder);
        long[] stable = new long[partitions];
        long[] decided = new long[partitions];
        List<Long> acknowledged = IntStream.range(0, source.partitions(Topics.PAYMENTS.name()))
                .mapToObj(cluster.acknowledged()::applyAsLong)
                .toList();
        for (int partition = 0; partition < partitions; partition++) {
            stable[partition] = source.stableEnd(Topics.COMMANDS.name(), partition);
            decided[partition] = source.decided(partition, stable[partition], options.patience());
        }
        var export = new Export(
                new Reader(source, options.maxBytes(), estimate.records(), listener),
                folder,
                new WrittenSchemas(ids),
                new CarriedOut(acknowledged, ids));
        List<Topic> topics = new ArrayList<>();
        try {
            for (String topic : TOPICS) {
                if (source.partitions(topic) > 0) {
                    topics.add(new Topic(topic, cluster.settings().apply(topic), export.topic(topic, stable)));
                }
            }
            var manifest = new ArchiveManifest(
                    ArchiveManifest.FORMAT,
                    ArchiveManifest.VERSION,
                    begun.toString(),
                    cluster.id(),
                    topics,
                    LongStream.of(decided).boxed().toList(),
                    export.carriedOut.upTo(ends(topics, Topics.PAYMENTS.name())),
                    export.quiet(topics, decided),
                    export.schemas.all());
            return exported(manifest, manifest.write(folder));
        } catch (Reader.LimitReached e) {
            throw new OperatorError("The export " + options.budget().stopped(estimate) + ".", e);
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    private static void requireEmpty(Path folder) {
        try {
            Files.createDirectories(folder);
            try (Stream<Path> there = Files.list(folder)) {
                if (there.findAny().isPresent()) {
                    throw new OperatorError("The folder " + folder
                            + " is not empty; export to a new one, so that nothing else is taken for a part of it.");
                }
            }
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    private static OperatorError unwritable(Path folder, IOException e) {
        return new OperatorError(
                "The folder " + folder + " cannot be written (" + e + "); make room there, or name another with --to.",
                e);
    }

    private List<Partition> topic(String topic, long[] stableCommands) throws IOException {
        Files.createDirectories(folder.resolve(topic));
        List<Partition> partitions = new ArrayList<>();
        for (int number = 0; number < reader.source().partitions(topic); number++) {
            partitions.add(
                    topic.equals(Topics.COMMANDS.name())
                            ? partition(topic, number, stableCommands[number])
                            : partition(topic, number, reader.source().stableEnd(topic, number)));
        }
        return partitions;
    }

    private Partition partition(String topic, int number, long stableEnd) throws IOException {
        long start = reader.source().start(topic, number);
        long end = reader.source().end(topic, number);
        long records = 0;
        var file = new SyncedFile(ArchiveManifest.file(folder, topic, number));
        try (file;
                var writer = new DataFileWriter<GenericRecord>(new GenericDatumWriter<>(ArchiveFormat.RECORD));
                LogCursor cursor = reader.open(topic, number, start, end)) {
            writer.setCodec(CodecFactory.deflateCodec(CodecFactory.DEFAULT_DEFLATE_LEVEL));
            writer.create(ArchiveFormat.RECORD, file, sync(topic, number));
            for (LogRecord next = cursor.next(); next != null; next = cursor.next()) {
                schemas.see(next);
                carriedOut.see(next);
                writer.append(ArchiveFormat.of(next));
                records++;
            }
        }
        return new Partition(start, stableEnd, end, records, file.bytes(), file.sha256());
    }

    /** What stands between blocks is usually drawn; so, the same records always give the same file. */
    private static byte[] sync(String topic, int number) {
        return Arrays.copyOf(Sha256.of(topic + "/" + number), SYNC_BYTES);
    }

    private static List<Long> ends(List<Topic> topics, String name) {
        return topics.stream()
                .filter(topic -> topic.name().equals(name))
                .flatMap(topic -> topic.partitions().stream())
                .map(Partition::end)
                .toList();
    }

    /** Whether every command was decided, and every topic still ends where it ended when it was read. */
    private boolean quiet(List<Topic> topics, long[] decided) {
        return topics.stream()
                .allMatch(topic -> IntStream.range(0, topic.partitions().size()).allMatch(number -> {
                    Partition partition = topic.partitions().get(number);
                    boolean all = !topic.name().equals(Topics.COMMANDS.name()) || decided[number] == partition.end();
                    return all
                            && partition.stableEnd() == partition.end()
                            && reader.source().end(topic.name(), number) == partition.end();
                }));
    }

    private static Exported exported(ArchiveManifest manifest, String sha256) {
        long bytes = manifest.topics().stream()
                .flatMap(topic -> topic.partitions().stream())
                .mapToLong(Partition::bytes)
                .sum();
        return new Exported(manifest.records(), bytes, manifest.quiet(), sha256);
    }
}
