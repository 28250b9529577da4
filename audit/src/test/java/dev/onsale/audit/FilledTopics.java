package dev.onsale.audit;

import static org.awaitility.Awaitility.await;

import dev.onsale.inventory.InventoryService;
import dev.onsale.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The topics of a cluster, filled with bytes of which only the number counts: compressed and not, in large batches and small, of
 * transactions that were committed and aborted, and compacted.
 */
final class FilledTopics {

    /** So many records have the same key, where only the last one is kept. */
    private static final int VERSIONS = 5;

    private static final int TRANSACTION_RECORDS = 500;

    private final TestCluster cluster;
    private final int valueBytes;
    private final Random random = new Random(1);

    FilledTopics(TestCluster cluster, int valueBytes) {
        this.cluster = cluster;
        this.valueBytes = valueBytes;
    }

    /** @param segmentBytes of compacted topics, of which all but the last one are compacted */
    void fill(long bytes, int segmentBytes) throws Exception {
        Map<String, String> compacted = Map.of(
                "cleanup.policy", "compact",
                "segment.bytes", Integer.toString(segmentBytes),
                "min.cleanable.dirty.ratio", "0.01");
        try (Admin admin = Admin.create(cluster.client())) {
            admin.deleteTopics(List.of(Topics.ORDERS.name())).all().get();
            await().until(() -> !admin.listTopics().names().get().contains(Topics.ORDERS.name()));
            admin.createTopics(List.of(Topics.ORDERS.name(), StoreLog.ORDERS, StoreLog.SECTIONS).stream()
                            .map(topic -> new NewTopic(topic, TestCluster.PARTITIONS, (short) 1).configs(compacted))
                            .toList())
                    .all()
                    .get();
        }
        long each = bytes / 5 / TestCluster.PARTITIONS;
        for (int partition = 0; partition < TestCluster.PARTITIONS; partition++) {
            write(Topics.COMMANDS.name(), partition, each, Map.of("compression.type", "lz4", "batch.size", "131072"));
            write(Topics.EVENTS.name(), partition, each, transactional("events" + partition, "lz4"));
            write(Topics.PAYMENTS.name(), partition, each, Map.of());
            write(Topics.ORDERS.name(), partition, each, Map.of("batch.size", "131072"));
            write(StoreLog.ORDERS, partition, each, transactional("orders" + partition, "zstd"));
        }
        decided();
        awaitCompaction(2 * each * TestCluster.PARTITIONS);
    }

    private static Map<String, String> transactional(String id, String compression) {
        return Map.of("transactional.id", id, "compression.type", compression, "batch.size", "131072");
    }

    /** Half of each value is drawn, so compressing it halves it; about as many bytes as wanted stand on the disk at first. */
    void write(String topic, int partition, long bytes, Map<String, String> how) throws Exception {
        Map<String, Object> client = new HashMap<>(cluster.client());
        client.putAll(how);
        client.put("linger.ms", "20");
        boolean transactions = how.containsKey("transactional.id");
        long records = bytes / valueBytes * (how.containsKey("compression.type") ? 2 : 1);
        try (var producer = new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
            if (transactions) {
                producer.initTransactions();
            }
            Future<RecordMetadata> last = CompletableFuture.completedFuture(null);
            for (long i = 0; i < records; i++) {
                if (transactions && i % TRANSACTION_RECORDS == 0) {
                    producer.beginTransaction();
                }
                byte[] key = (topic + i % Math.ceilDiv(records, VERSIONS)).getBytes(StandardCharsets.UTF_8);
                last = producer.send(new ProducerRecord<>(topic, partition, key, value()));
                if (transactions && (i % TRANSACTION_RECORDS == TRANSACTION_RECORDS - 1 || i == records - 1)) {
                    end(producer, i / TRANSACTION_RECORDS % 4 == 3);
                }
            }
            last.get();
        }
    }

    private byte[] value() {
        byte[] drawn = new byte[valueBytes / 2];
        random.nextBytes(drawn);
        byte[] value = new byte[valueBytes];
        System.arraycopy(drawn, 0, value, 0, drawn.length);
        value[0] = 1;
        return value;
    }

    private static void end(KafkaProducer<byte[], byte[]> producer, boolean aborted) {
        if (aborted) {
            producer.flush();
            producer.abortTransaction();
        } else {
            producer.commitTransaction();
        }
    }

    /** Nobody decides here, so nobody is waited for. */
    private void decided() throws Exception {
        try (KafkaLogSource source = KafkaLogSource.open(cluster.client());
                Admin admin = Admin.create(cluster.client())) {
            Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
            IntStream.range(0, TestCluster.PARTITIONS)
                    .forEach(partition -> ends.put(
                            new TopicPartition(Topics.COMMANDS.name(), partition),
                            new OffsetAndMetadata(source.end(Topics.COMMANDS.name(), partition))));
            admin.alterConsumerGroupOffsets(InventoryService.APPLICATION_ID, ends)
                    .all()
                    .get();
        }
    }

    /** Until the compacted topics are smaller than what was written to them, and do not become smaller any more. */
    private void awaitCompaction(long written) {
        await().atMost(Duration.ofMinutes(5)).until(() -> compactedBytes() < written * 3 / 4);
        var last = new AtomicLong();
        await().atMost(Duration.ofMinutes(10))
                .pollInterval(Duration.ofSeconds(3))
                .until(() -> {
                    long now = compactedBytes();
                    return last.getAndSet(now) == now;
                });
    }

    private long compactedBytes() {
        try (KafkaLogSource source = KafkaLogSource.open(cluster.client())) {
            return IntStream.range(0, TestCluster.PARTITIONS)
                    .mapToLong(partition -> source.sizeBytes(Topics.ORDERS.name(), partition)
                            + source.sizeBytes(StoreLog.ORDERS, partition))
                    .sum();
        }
    }
}
