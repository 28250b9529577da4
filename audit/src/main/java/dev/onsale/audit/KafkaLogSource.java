package dev.onsale.audit;

import dev.onsale.inventory.InventoryService;
import dev.onsale.runtime.OperatorError;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads a cluster: committed records only, without a consumer group. */
final class KafkaLogSource implements LogSource {

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(500);
    /** Longer than transactions may take, unless someone has configured it otherwise. */
    private static final long STALLED_AFTER_NANOS = Duration.ofSeconds(90).toNanos();

    private static final long CATCH_UP_POLL_MILLIS = 100;
    private static final long TAIL_OFFSETS = 1000;

    private final Map<String, Object> client;
    private final Admin admin;
    private final Map<TopicPartition, Long> sizes = new HashMap<>();
    private long bytesOfClosed;
    private final List<Cursor> open = new java.util.ArrayList<>();

    private KafkaLogSource(Map<String, Object> client, Admin admin) {
        this.client = client;
        this.admin = admin;
    }

    static KafkaLogSource open(Map<String, Object> kafka) {
        Map<String, Object> client = new HashMap<>(kafka);
        client.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "15000");
        client.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, "10000");
        try {
            return new KafkaLogSource(client, Admin.create(client));
        } catch (KafkaException e) {
            throw unreachable(client, e);
        }
    }

    private static OperatorError unreachable(Map<String, Object> client, Throwable cause) {
        Throwable root = cause.getCause() == null ? cause : cause.getCause();
        return new OperatorError(
                "The brokers at " + client.get("bootstrap.servers") + " cannot be read (" + root.getMessage()
                        + "); start them, or correct the address and the client properties.",
                cause);
    }

    private <T> T get(KafkaFuture<T> future) throws ExecutionException {
        try {
            return future.get(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw unreachable(client, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperatorError("The audit was interrupted.", e);
        }
    }

    private <T> T getOrFail(KafkaFuture<T> future) {
        try {
            return get(future);
        } catch (ExecutionException e) {
            throw unreachable(client, e);
        }
    }

    @Override
    public int partitions(String topic) {
        try {
            return get(admin.describeTopics(List.of(topic)).allTopicNames()).values().stream()
                    .mapToInt(description -> description.partitions().size())
                    .sum();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return 0;
            }
            throw unreachable(client, e);
        }
    }

    private long offset(String topic, int partition, OffsetSpec spec, IsolationLevel isolation) {
        var wanted = new TopicPartition(topic, partition);
        return getOrFail(admin.listOffsets(Map.of(wanted, spec), new ListOffsetsOptions(isolation))
                        .partitionResult(wanted))
                .offset();
    }

    @Override
    public long start(String topic, int partition) {
        return offset(topic, partition, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED);
    }

    @Override
    public long end(String topic, int partition) {
        return offset(topic, partition, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED);
    }

    @Override
    public long stableEnd(String topic, int partition) {
        return offset(topic, partition, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED);
    }

    /** Offsets of transaction markers count as decided: no record stands there that could be. */
    @Override
    public long decided(int partition, long end, Duration patience) {
        String topic = dev.onsale.schemas.Topics.COMMANDS.name();
        var commands = new TopicPartition(topic, partition);
        long deadlineNanos = System.nanoTime() + patience.toNanos();
        long committed = committed(commands);
        long needed = committed >= end ? end : afterLastRecord(commands, committed, end);
        while (committed < needed && System.nanoTime() - deadlineNanos < 0) {
            try {
                TimeUnit.MILLISECONDS.sleep(CATCH_UP_POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new OperatorError("The audit was interrupted.", e);
            }
            committed = committed(commands);
        }
        return committed >= needed ? end : committed;
    }

    private long committed(TopicPartition commands) {
        Map<TopicPartition, OffsetAndMetadata> offsets = getOrFail(
                admin.listConsumerGroupOffsets(InventoryService.APPLICATION_ID).partitionsToOffsetAndMetadata());
        OffsetAndMetadata committed = offsets.get(commands);
        return committed == null ? start(commands.topic(), commands.partition()) : committed.offset();
    }

    private long afterLastRecord(TopicPartition commands, long from, long end) {
        long tail = Math.max(from, end - TAIL_OFFSETS);
        long after = lastBelow(commands, tail, end);
        return after == tail && tail > from ? lastBelow(commands, from, end) : after;
    }

    private long lastBelow(TopicPartition commands, long from, long end) {
        long after = from;
        try (LogCursor cursor = open(commands.topic(), commands.partition(), from, end, () -> {})) {
            for (LogRecord next = cursor.next(); next != null; next = cursor.next()) {
                after = next.offset() + 1;
            }
        }
        return after;
    }

    @Override
    public long sizeBytes(String topic, int partition) {
        if (sizes.isEmpty()) {
            readSizes();
        }
        return sizes.getOrDefault(new TopicPartition(topic, partition), 0L);
    }

    private void readSizes() {
        List<Integer> brokers = getOrFail(admin.describeCluster().nodes()).stream()
                .map(node -> node.id())
                .toList();
        for (Map<String, LogDirDescription> folders :
                getOrFail(admin.describeLogDirs(brokers).allDescriptions()).values()) {
            folders.values()
                    .forEach(folder -> folder.replicaInfos().forEach((replica, info) -> {
                        if (!info.isFuture()) {
                            sizes.merge(replica, info.size(), Math::max);
                        }
                    }));
        }
    }

    @Override
    public LogCursor open(String topic, int partition, long from, long end, Runnable beforeReading) {
        var cursor = new Cursor(new TopicPartition(topic, partition), from, end, beforeReading);
        open.add(cursor);
        return cursor;
    }

    @Override
    public long bytesRead() {
        return bytesOfClosed + open.stream().mapToLong(Cursor::bytes).sum();
    }

    @Override
    public void close() {
        List.copyOf(open).forEach(Cursor::close);
        admin.close(ANSWER_WITHIN);
    }

    private final class Cursor implements LogCursor {

        private final TopicPartition partition;
        private final long end;
        private final Runnable beforeReading;
        private final KafkaConsumer<byte[], byte[]> consumer;
        private final Queue<ConsumerRecord<byte[], byte[]>> fetched = new ArrayDeque<>();
        private final Metric bytes;
        private long position;
        private boolean closed;

        Cursor(TopicPartition partition, long from, long end, Runnable beforeReading) {
            this.partition = partition;
            this.end = end;
            this.beforeReading = beforeReading;
            this.position = from;
            Map<String, Object> properties = new HashMap<>(client);
            properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
            properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
            properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
            properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
            properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "2000");
            properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
            try {
                consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                consumer.assign(List.of(partition));
                consumer.seek(partition, from);
            } catch (KafkaException e) {
                throw unreachable(client, e);
            }
            bytes = consumer.metrics().entrySet().stream()
                    .filter(metric -> metric.getKey().name().equals("incoming-byte-total")
                            && metric.getKey().group().equals("consumer-metrics"))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElseThrow();
        }

        long bytes() {
            return closed ? 0 : ((Number) bytes.metricValue()).longValue();
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
                    next.topic(), next.partition(), next.offset(), next.timestamp(), next.key(), next.value());
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
                    throw unreachable(client, e);
                }
                if (System.nanoTime() - since > STALLED_AFTER_NANOS) {
                    throw new OperatorError(
                            "Nothing more comes from " + partition + " at offset " + position + ", though "
                                    + end + " were written; wait for the transaction there to end, or abort it"
                                    + " (kafka-transactions.sh find-hanging), and see that the brokers run.");
                }
            }
        }

        @Override
        public void close() {
            if (!closed) {
                bytesOfClosed += bytes();
                closed = true;
                open.remove(this);
                consumer.close();
            }
        }
    }
}
