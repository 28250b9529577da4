package dev.onsale.fallback;

import dev.onsale.schemas.RegistryUnavailableException;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Exports the partitions that a consumer is given, step by step. Where to read is what PostgreSQL says, never what the group
 * says. A partition waits, paused, while PostgreSQL does not answer, and the others are not held up by one that is stopped.
 * Not safe for use by several threads.
 */
final class Export implements ConsumerRebalanceListener {

    private static final Logger log = LoggerFactory.getLogger(Export.class);

    private static final Duration ASK_BROKER = Duration.ofSeconds(5);
    private static final Duration WAITING_POLL = Duration.ofMillis(50);

    private final Consumer<byte[], byte[]> consumer;
    private final Jdbi jdbi;
    private final EventReader reader;
    private final Progress progress;
    private final Map<TopicPartition, PartitionExport> running = new HashMap<>();
    /** Partitions of which PostgreSQL has yet to say where to go on. */
    private final Set<TopicPartition> waiting = new TreeSet<>(Comparator.comparingInt(TopicPartition::partition));

    private final Pause pause = new Pause();

    /** @param consumer resets no offset by itself */
    Export(Consumer<byte[], byte[]> consumer, Jdbi jdbi, EventReader reader, Progress progress) {
        this.consumer = consumer;
        this.jdbi = jdbi;
        this.reader = reader;
        this.progress = progress;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            progress.begin(partition.partition(), System.currentTimeMillis());
            // Some position it must have, for the consumer not to ask the group for one.
            consumer.seek(partition, 0);
            reload(partition);
        }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            running.remove(partition);
            waiting.remove(partition);
            progress.end(partition.partition());
        }
    }

    /**
     * Exports what there is.
     *
     * @param patience how long to wait when there is nothing
     */
    void step(Duration patience) {
        load();
        ConsumerRecords<byte[], byte[]> polled;
        try {
            polled = consumer.poll(waiting.isEmpty() ? patience : WAITING_POLL);
        } catch (OffsetOutOfRangeException e) {
            e.offsetOutOfRangePartitions().forEach(this::outOfRange);
            return;
        } catch (RetriableException e) {
            log.warn("The brokers do not answer ({}); asking again.", e.getMessage());
            return;
        }
        for (TopicPartition partition : consumer.assignment()) {
            PartitionExport export = running.get(partition);
            if (export != null) {
                export(partition, export, polled.records(partition));
            }
        }
    }

    private void reload(TopicPartition partition) {
        running.remove(partition);
        waiting.add(partition);
        consumer.pause(List.of(partition));
        progress.change(partition.partition(), Progress.Standing::waiting);
    }

    private void load() {
        for (TopicPartition partition : List.copyOf(waiting)) {
            if (pause.lasts()) {
                return;
            }
            try {
                PartitionExport export = PartitionExport.load(jdbi, partition.partition(), reader);
                consumer.seek(partition, export.next() > 0 ? export.next() : beginning(partition));
                consumer.resume(List.of(partition));
                waiting.remove(partition);
                running.put(partition, export);
                progress.change(partition.partition(), standing -> standing.loaded(export.next()));
            } catch (JdbiException e) {
                failed("PostgreSQL", e);
            } catch (RetriableException e) {
                failed("The broker", e);
            }
        }
    }

    /** The log of a cluster that was imported does not begin at offset 0. */
    private long beginning(TopicPartition partition) {
        return consumer.beginningOffsets(List.of(partition), ASK_BROKER).getOrDefault(partition, 0L);
    }

    private void export(
            TopicPartition partition, PartitionExport export, List<ConsumerRecord<byte[], byte[]>> messages) {
        long end = consumer.position(partition);
        if (end == export.next()) {
            return;
        }
        if (!messages.isEmpty()) {
            long firstMillis = messages.getFirst().timestamp();
            progress.change(partition.partition(), standing -> standing.holding(firstMillis));
        }
        if (pause.lasts()) {
            reload(partition);
            return;
        }
        try {
            Optional<RefusedEvent> refused = export.export(jdbi, messages, end);
            pause.end();
            if (refused.isPresent()) {
                stop(partition, refused.get());
            } else {
                long lastMillis = messages.isEmpty() ? 0 : messages.getLast().timestamp();
                progress.change(partition.partition(), standing -> standing.exported(end, lastMillis));
            }
        } catch (OvertakenException e) {
            log.info("{}; going on from there", e.getMessage());
            reload(partition);
        } catch (JdbiException e) {
            failed("PostgreSQL", e);
            reload(partition);
        } catch (RegistryUnavailableException e) {
            failed("The schema registry", e);
            reload(partition);
        }
    }

    private void failed(String who, RuntimeException e) {
        pause.begin();
        // Jdbi's own message has all the rows in it, and what matters is at the bottom.
        Throwable root = Database.root(e);
        log.warn(
                "{} fails ({}); trying again in {} ms",
                who,
                root.toString(),
                pause.length().toMillis());
        log.debug("it fails by", e);
    }

    private void stop(TopicPartition partition, RefusedEvent refused) {
        log.error("The export of {} stops: {}", partition, refused.getMessage(), refused);
        stop(partition, String.valueOf(refused.getMessage()), refused.offset());
    }

    private void outOfRange(TopicPartition partition, Long offset) {
        String why = "the events at " + partition.topic() + "/" + partition.partition() + "/" + offset
                + " cannot be exported: they are not in the log, which was shortened, or is that of another cluster";
        log.error("The export of {} stops: {}", partition, why);
        stop(partition, why, offset);
    }

    private void stop(TopicPartition partition, String why, long next) {
        running.remove(partition);
        consumer.pause(List.of(partition));
        progress.change(partition.partition(), standing -> standing.loaded(next).stopped(why));
    }
}
