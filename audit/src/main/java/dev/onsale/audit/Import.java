package dev.onsale.audit;

import dev.onsale.audit.ArchiveManifest.WrittenSchema;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.SchemaIds;
import dev.onsale.schemas.UnknownSchemaException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Brings a cluster without records to the state in which {@link Export} found another: every record at its offset with its
 * timestamp, key, value and headers, every topic with its settings, and the groups of the decider and the workers where they
 * were. So every receipt leads to what it led to, and a repeated request gets its answer.
 *
 * <p>Not brought back: the offsets of the view of orders, which is built anew from the topics, and the ids of schemas that
 * another registry gave; that is to be brought back before.
 */
public final class Import {

    /** Most partitions that are written at a time: they wait for acknowledgements most of the time. */
    private static final int AT_A_TIME = 16;

    /**
     * What was imported.
     *
     * @param records number of records in all topics
     * @param commandPartitions partitions of the commands
     */
    public record Imported(long records, int commandPartitions) {}

    private final ArchiveLogSource archive;
    private final Map<String, Object> kafka;
    private final Admin admin;
    private final Reader reader;
    private final Map<TopicPartition, Long> firsts = new ConcurrentHashMap<>();

    private Import(ArchiveLogSource archive, Map<String, Object> kafka, Admin admin, AuditListener listener) {
        this.archive = archive;
        this.kafka = kafka;
        this.admin = admin;
        this.reader = new Reader(archive, 0, archive.manifest().offsets(), listener);
    }

    /**
     * Imports; an import that was broken off leaves topics that are to be deleted before another.
     *
     * @param options where to, and with which registry
     * @param folder that an export wrote
     * @param copies of every partition of a topic that does not exist yet
     * @throws OperatorError when the archive is damaged or not of one moment, a schema is unknown, services run, a topic has
     *     records, or the brokers refuse
     */
    public static Imported run(AuditOptions options, Path folder, int copies, AuditListener listener) {
        ArchiveLogSource archive = ArchiveLogSource.open(folder);
        ArchiveManifest manifest = archive.manifest();
        if (!manifest.quiet()) {
            throw new OperatorError("The archive " + folder
                    + " was written while sales went on, so its topics are not of one moment; it can be audited, and"
                    + " imported is what was exported while nothing was decided. Stop the services and export again.");
        }
        requireSchemas(manifest.schemas(), Input.registered(options));
        try (Admin admin = Admin.create(options.kafka())) {
            var topics = new ImportTopics(admin, manifest.topics(), copies);
            topics.prepare();
            var records = new Import(archive, options.kafka(), admin, listener);
            records.write(topics.all());
            topics.finish(records.firsts);
            topics.setGroups(manifest);
        } catch (KafkaException e) {
            throw KafkaLogSource.unreachable(options.kafka(), e);
        }
        return new Imported(manifest.records(), manifest.decided().size());
    }

    private static void requireSchemas(List<WrittenSchema> written, SchemaIds ids) {
        for (WrittenSchema each : written) {
            try {
                if (ids.schemaOf(each.id()).equals(new Schema.Parser().parse(each.schema()))) {
                    continue;
                }
            } catch (UnknownSchemaException e) {
                // Said below.
            }
            throw new OperatorError("Id " + each.id() + " is not the schema of " + each.subject()
                    + " that the archive was written with; bring the schema registry back first and name it with"
                    + " schema.registry.url in the file of --config, or take the build that wrote the archive.");
        }
    }

    private void write(List<TopicPartition> partitions) {
        Queue<TopicPartition> left = new ConcurrentLinkedQueue<>(partitions);
        try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = Stream.<Future<?>>generate(() -> writers.submit(() -> write(left)))
                    .limit(AT_A_TIME)
                    .toList();
            for (Future<?> each : all) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperatorError("The import was interrupted; delete the topics and import again.", e);
        }
    }

    private void write(Queue<TopicPartition> left) {
        try (var restore = new PartitionRestore(kafka, admin)) {
            for (TopicPartition next = left.poll(); next != null; next = left.poll()) {
                long end = archive.end(next.topic(), next.partition());
                try (LogCursor records = reader.open(next.topic(), next.partition(), 0, end)) {
                    firsts.put(next, restore.run(next, records, end));
                }
            }
        } catch (RuntimeException e) {
            left.clear();
            throw e;
        }
    }
}
