package dev.onsale.audit;

import dev.onsale.runtime.OperatorError;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes records so that each gets the offset it had. The offsets between them belonged to markers of transactions, to records
 * of aborted ones or to records that compaction has removed. A single one is taken again by the marker of a transaction
 * around the record before it, several by an aborted transaction; so whoever reads committed records sees what was there.
 */
final class PartitionRestore implements AutoCloseable {

    /** Whether a record fits is for its topic to say, as it was when it was written first. */
    private static final int MAX_REQUEST_BYTES = 1 << 30;

    private static final byte[] EMPTY = {};

    private static final Duration MARKED_WITHIN = Duration.ofSeconds(60);

    private final Admin admin;
    private final Producer<byte[], byte[]> plain;
    private final Producer<byte[], byte[]> transactional;
    private final AtomicReference<@Nullable OperatorError> failure = new AtomicReference<>();
    private boolean initialized;

    PartitionRestore(Map<String, Object> kafka, Admin admin) {
        this.admin = admin;
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
        // One transaction follows another sooner than the coordinator has ended the one before.
        properties.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 2);
        plain = producer(properties);
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "onsale-import-" + UUID.randomUUID());
        transactional = producer(properties);
    }

    private static Producer<byte[], byte[]> producer(Map<String, Object> properties) {
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Writes to an empty partition whose leader serves it, that takes the times of its producers and is not compacted meanwhile.
     *
     * @param records of the partition
     * @param end offset at which it will end; not before the last record
     * @return the offset of the first record; what stands before it is to be deleted
     * @throws OperatorError when the brokers refuse it, or somebody else writes there
     */
    long run(TopicPartition partition, LogCursor records, long end) {
        try {
            LogRecord held = records.next();
            long first = held == null ? end : held.offset();
            for (long offset = 0; offset < first; offset++) {
                send(plain, new ProducerRecord<>(partition.topic(), partition.partition(), EMPTY, EMPTY), offset);
            }
            while (held != null) {
                LogRecord next = records.next();
                write(held, (next == null ? end : next.offset()) - held.offset() - 1);
                held = next;
            }
            plain.flush();
            requireNoFailure();
            return first;
        } catch (KafkaException e) {
            throw refused(partition, e);
        }
    }

    /** @param gap number of offsets after the record that no record has */
    private void write(LogRecord record, long gap) {
        if (gap == 1) {
            begin();
            send(transactional, copy(record), record.offset());
            transactional.commitTransaction();
            awaitMarker(record, gap);
        } else {
            send(plain, copy(record), record.offset());
        }
        if (gap > 1) {
            begin();
            for (long offset = record.offset() + 1; offset < record.offset() + gap; offset++) {
                // Old as its neighbour, so that time does not run backwards in the partition.
                send(
                        transactional,
                        new ProducerRecord<>(record.topic(), record.partition(), record.atMillis(), EMPTY, EMPTY),
                        offset);
            }
            transactional.flush();
            transactional.abortTransaction();
            awaitMarker(record, gap);
        }
        requireNoFailure();
    }

    /** Once all before is written: what follows must stand behind it. */
    private void begin() {
        plain.flush();
        if (!initialized) {
            transactional.initTransactions();
            initialized = true;
        }
        transactional.beginTransaction();
    }

    /** A transaction ends before its marker is written; only then another producer may go on behind it. */
    private void awaitMarker(LogRecord before, long gap) {
        var partition = new TopicPartition(before.topic(), before.partition());
        long marked = before.offset() + 1 + gap;
        long deadline = System.nanoTime() + MARKED_WITHIN.toNanos();
        try {
            while (admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                            .partitionResult(partition)
                            .get()
                            .offset()
                    < marked) {
                requireNoFailure();
                if (System.nanoTime() > deadline) {
                    throw new OperatorError("The brokers have not ended a transaction in " + partition + " within "
                            + MARKED_WITHIN.toSeconds() + " s; mend them, delete the topics and import again.");
                }
                TimeUnit.MILLISECONDS.sleep(1);
            }
        } catch (ExecutionException e) {
            throw refused(partition, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw refused(partition, e);
        }
    }

    private static ProducerRecord<byte[], byte[]> copy(LogRecord record) {
        return new ProducerRecord<>(
                record.topic(), record.partition(), record.atMillis(), record.key(), record.value(), record.headers());
    }

    private void send(Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record, long offset) {
        var partition = new TopicPartition(record.topic(), record.partition());
        var _ = producer.send(record, (written, e) -> {
            if (e != null) {
                failure.compareAndSet(null, refused(partition, e));
            } else if (written.offset() != offset) {
                failure.compareAndSet(
                        null,
                        new OperatorError("A record of " + partition + " was written to offset " + written.offset()
                                + " in place of " + offset
                                + ", so somebody else writes there, too; stop everything that"
                                + " uses this cluster, delete the topics and import again."));
            }
        });
    }

    private void requireNoFailure() {
        OperatorError failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }

    private static OperatorError refused(TopicPartition partition, Exception e) {
        return new OperatorError(
                "The brokers refuse what is written to " + partition + " (" + e.getMessage()
                        + "); mend that, delete the topics and import again.",
                e);
    }

    @Override
    public void close() {
        plain.close();
        transactional.close();
    }
}
