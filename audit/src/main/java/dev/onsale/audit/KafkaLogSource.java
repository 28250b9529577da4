package dev.onsale.audit;

import dev.onsale.inventory.InventoryService;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.Groups;
import dev.onsale.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Reads a cluster: committed records only, without a consumer group. */
final class KafkaLogSource implements LogSource {

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);
    private static final long CATCH_UP_POLL_MILLIS = 100;
    private static final long TAIL_OFFSETS = 100;

    private final Map<String, Object> client;
    private final Admin admin;
    /** By broker. */
    private final Map<Integer, Map<TopicPartition, Long>> sizes = new HashMap<>();

    private final LongAdder bytesRead = new LongAdder();

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

    static OperatorError unreachable(Map<String, Object> client, Throwable cause) {
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

    /** Settings of a topic that are its own, and not the brokers'. */
    Map<String, String> settings(String topic) {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Map<String, String> own = new TreeMap<>();
        getOrFail(admin.describeConfigs(List.of(resource)).all()).values().stream()
                .flatMap(config -> config.entries().stream())
                .filter(entry -> entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG)
                .forEach(entry -> own.put(entry.name(), entry.value()));
        return own;
    }

    String clusterId() {
        return getOrFail(admin.describeCluster().clusterId());
    }

    /** The offset up to which workers have carried the payments of a partition out, as far as the brokers know. */
    long acknowledged(int partition) {
        var payments = new TopicPartition(Topics.PAYMENTS.name(), partition);
        OffsetAndMetadata consumed = getOrFail(
                        admin.listConsumerGroupOffsets(Groups.PAYMENTS_CONSUMER).partitionsToOffsetAndMetadata())
                .get(payments);
        long first = consumed == null ? start(payments.topic(), partition) : consumed.offset();
        return Math.max(first, acknowledgedByShareGroup(payments));
    }

    /** Up to where the share group has acknowledged all; -1: there is no such group. */
    private long acknowledgedByShareGroup(TopicPartition payments) {
        try {
            SharePartitionOffsetInfo shared = get(admin.listShareGroupOffsets(
                                    Map.of(Groups.PAYMENTS_SHARE, new ListShareGroupOffsetsSpec()))
                            .partitionsToOffsetInfo(Groups.PAYMENTS_SHARE))
                    .get(payments);
            return shared == null ? -1 : shared.startOffset();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return -1;
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
        String topic = Topics.COMMANDS.name();
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

    /**
     * What the leader has on its disk is, compressed and with what compaction and aborted transactions left there, just what it
     * sends to one who reads all. Other copies are compacted at other times. Of tiered storage, the part that is not on the
     * disk any more is taken to be as dense as the part that is.
     */
    @Override
    public long sizeBytes(String topic, int partition) {
        int leader = getOrFail(admin.describeTopics(List.of(topic)).allTopicNames()).values().stream()
                .flatMap(description -> description.partitions().stream())
                .filter(each -> each.partition() == partition && each.leader() != null)
                .mapToInt(each -> each.leader().id())
                .findFirst()
                .orElse(Node.noNode().id());
        long local = sizes().getOrDefault(leader, Map.of()).getOrDefault(new TopicPartition(topic, partition), 0L);
        long start = start(topic, partition);
        long end = end(topic, partition);
        long localStart = offset(topic, partition, OffsetSpec.earliestLocal(), IsolationLevel.READ_UNCOMMITTED);
        return localStart <= start || localStart >= end
                ? local
                : Math.round((double) local * (end - start) / (end - localStart));
    }

    private synchronized Map<Integer, Map<TopicPartition, Long>> sizes() {
        if (sizes.isEmpty()) {
            List<Integer> brokers = getOrFail(admin.describeCluster().nodes()).stream()
                    .map(Node::id)
                    .toList();
            getOrFail(admin.describeLogDirs(brokers).allDescriptions()).forEach((broker, folders) -> {
                Map<TopicPartition, Long> here = new HashMap<>();
                folders.values()
                        .forEach(folder -> folder.replicaInfos().forEach((replica, info) -> {
                            if (!info.isFuture()) {
                                here.put(replica, info.size());
                            }
                        }));
                sizes.put(broker, here);
            });
        }
        return sizes;
    }

    @Override
    public LogCursor open(String topic, int partition, long from, long end, Runnable beforeReading) {
        return new KafkaCursor(client, new TopicPartition(topic, partition), from, end, beforeReading, bytesRead);
    }

    @Override
    public long bytesRead() {
        return bytesRead.sum();
    }

    @Override
    public void close() {
        admin.close(ANSWER_WITHIN);
    }
}
