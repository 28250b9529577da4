package dev.onsale.fallback;

import dev.onsale.fallback.Progress.Standing;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.SchemaIds;
import dev.onsale.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Exports all that there is, once, beside an exporter that runs or in place of one that is dead. */
public final class CatchUp {

    private static final int BATCH_RECORDS = 5_000;
    private static final Duration POLL = Duration.ofMillis(100);

    private final Map<TopicPartition, Long> ends;
    private final Progress progress = new Progress();
    private final Duration patience;

    private CatchUp(Map<TopicPartition, Long> ends, Duration patience) {
        this.ends = ends;
        this.patience = patience;
    }

    /**
     * Exports everything that was committed when it began. It is harmless to exporters that run: for each batch, one of them
     * is the first, and the others go on from there.
     *
     * @param kafka properties of every Kafka client
     * @param patience how long to wait for PostgreSQL or the brokers when nothing moves
     * @return for each partition of {@code onsale.events}, the first offset that is not exported
     * @throws OperatorError when an event is refused (it names topic, partition and offset), nothing has moved for so long, or
     *     more was exported than there is in the log
     */
    public static Map<Integer, Long> run(
            Map<String, Object> kafka, SchemaIds ids, Database database, Duration patience) {
        return run(kafka, ids, database, patience, partition -> true);
    }

    /** The same of some partitions only. */
    public static Map<Integer, Long> run(
            Map<String, Object> kafka, SchemaIds ids, Database database, Duration patience, IntPredicate wanted) {
        try (KafkaConsumer<byte[], byte[]> consumer = EventConsumer.of(kafka, BATCH_RECORDS, Map.of())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.EVENTS.name(), patience).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .filter(partition -> wanted.test(partition.partition()))
                    .toList();
            consumer.assign(partitions);
            var run = new CatchUp(consumer.endOffsets(partitions, patience), patience);
            var export = new Export(consumer, database.jdbi(), new EventReader(ids), run.progress);
            export.onPartitionsAssigned(partitions);
            Map<Integer, Long> next = run.toTheEnds(export);
            requireWithin(consumer.endOffsets(partitions, patience), next);
            return next;
        } catch (KafkaException e) {
            throw new OperatorError(
                    "The events cannot be read from " + kafka.get("bootstrap.servers") + " (" + e.getMessage()
                            + "); start the brokers, or correct bootstrap.servers.",
                    e);
        }
    }

    private Map<Integer, Long> toTheEnds(Export export) {
        Map<Integer, Long> next = next();
        long movedNanos = System.nanoTime();
        while (!ended(next)) {
            export.step(POLL);
            requireNoneStopped();
            Map<Integer, Long> before = next;
            next = next();
            if (!next.equals(before)) {
                movedNanos = System.nanoTime();
            } else if (System.nanoTime() - movedNanos > patience.toNanos()) {
                throw new OperatorError("Nothing was exported for " + patience + ", and offsets are at " + next + " of "
                        + ends + "; look whether PostgreSQL and the brokers answer, and run it again.");
            }
        }
        return next;
    }

    /** The ends of now, since an exporter that runs may be beyond those of the beginning. */
    private static void requireWithin(Map<TopicPartition, Long> ends, Map<Integer, Long> next) {
        ends.forEach((partition, end) -> {
            long exported = next.getOrDefault(partition.partition(), 0L);
            if (exported > end) {
                throw new OperatorError("Partition " + partition + " was exported up to offset " + exported
                        + ", but ends at " + end + ": PostgreSQL holds the state of another cluster, or of one that has"
                        + " lost events. Find out which is right before anything is sold.");
            }
        });
    }

    private Map<Integer, Long> next() {
        Map<Integer, Long> next = new TreeMap<>();
        progress.all()
                .forEach((partition, standing) ->
                        next.put(partition, standing.next().orElse(-1)));
        return next;
    }

    private boolean ended(Map<Integer, Long> next) {
        return ends.entrySet().stream()
                .allMatch(end -> next.getOrDefault(end.getKey().partition(), -1L) >= end.getValue());
    }

    private void requireNoneStopped() {
        progress.all().values().stream()
                .map(Standing::stopped)
                .flatMap(Optional::stream)
                .findFirst()
                .ifPresent(why -> {
                    throw new OperatorError("The export has stopped: " + why + ". Prove the log with ./onsale audit.");
                });
    }
}
