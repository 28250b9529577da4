package dev.onsale.audit;

import dev.onsale.runtime.OperatorError;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads a partition of a cluster with a consumer of its own, so each may be used by a thread of its own. */
final class KafkaCursor implements LogCursor {

    /**
     * Most bytes of one answer. A broker cuts an answer off in mid-batch, and the cut batch is sent again with the next one; so the
     * larger the answer, the less is read twice: with batches of 128 KiB, 2 % here, and 6 % with Kafka's usual 1 MiB.
     */
    static final int FETCH_BYTES = 4 * 1024 * 1024;

    private static final Duration POLL = Duration.ofMillis(500);
    /** Longer than transactions may take, unless someone has configured it otherwise. */
    private static final long STALLED_AFTER_NANOS = Duration.ofSeconds(90).toNanos();

    private final Map<String, Object> client;
    private final TopicPartition partition;
    private final long end;
    private final Runnable beforeReading;
    private final LongAdder bytesRead;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Queue<ConsumerRecord<byte[], byte[]>> fetched = new ArrayDeque<>();
    private final Metric bytes;
    private long counted;
    private long position;

    /** @param bytesRead every byte that a broker sends is added to it */
    KafkaCursor(
            Map<String, Object> client,
            TopicPartition partition,
            long from,
            long end,
            Runnable beforeReading,
            LongAdder bytesRead) {
        this.client = client;
        this.partition = partition;
        this.end = end;
        this.beforeReading = beforeReading;
        this.bytesRead = bytesRead;
        this.position = from;
        Map<String, Object> properties = new HashMap<>(client);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "2000");
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, Integer.toString(FETCH_BYTES));
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        try {
            consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            consumer.assign(List.of(partition));
            consumer.seek(partition, from);
        } catch (KafkaException e) {
            throw KafkaLogSource.unreachable(client, e);
        }
        bytes = consumer.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals("incoming-byte-total")
                        && metric.getKey().group().equals("consumer-metrics"))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow();
    }

    @Override
    public @Nullable LogRecord next() {
        if (fetched.isEmpty()) {
            fetch();
        }
        ConsumerRecord<byte[], byte[]> next = fetched.poll();
        if (next == null || next.offset() >= end) {
            position = end;
            fetched.clear();
            return null;
        }
        return new LogRecord(
                next.topic(),
                next.partition(),
                next.offset(),
                next.timestamp(),
                next.key(),
                next.value(),
                List.of(next.headers().toArray()));
    }

    private void fetch() {
        long since = System.nanoTime();
        while (fetched.isEmpty() && position < end) {
            beforeReading.run();
            try {
                consumer.poll(POLL).forEach(fetched::add);
                long now = consumer.position(partition);
                since = now > position ? System.nanoTime() : since;
                position = now;
            } catch (KafkaException e) {
                throw KafkaLogSource.unreachable(client, e);
            } finally {
                count();
            }
            if (System.nanoTime() - since > STALLED_AFTER_NANOS) {
                throw new OperatorError("Nothing more comes from " + partition + " at offset " + position + ", though "
                        + end + " were written; wait for the transaction there to end, or abort it"
                        + " (kafka-transactions.sh find-hanging), and see that the brokers run.");
            }
        }
    }

    private void count() {
        long now = ((Number) bytes.metricValue()).longValue();
        bytesRead.add(now - counted);
        counted = now;
    }

    @Override
    public void close() {
        count();
        consumer.close();
    }
}
