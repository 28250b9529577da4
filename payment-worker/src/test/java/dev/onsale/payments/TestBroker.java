package dev.onsale.payments;

import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Command;
import dev.onsale.wire.PaymentReported;
import dev.onsale.wire.PaymentRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;

/** A real broker in this process, with the topics of the catalogue, and what a test asks of it. */
final class TestBroker implements AutoCloseable {

    private static final int PARTITIONS = 2;

    /** How long the lock on a record of a share group lasts; short, so that renewing is put to the test. */
    static final Duration LOCK = Duration.ofSeconds(2);

    private static final AvroSerde<PaymentRequest> REQUESTS =
            AvroSerde.of(PaymentRequest.class, PinnedSchemas.released(), "onsale.payments-value");
    private static final AvroSerde<Command> COMMANDS =
            AvroSerde.of(Command.class, PinnedSchemas.released(), "onsale.commands-value");

    private final KafkaClusterTestKit cluster;

    private TestBroker(KafkaClusterTestKit cluster) {
        this.cluster = cluster;
    }

    static TestBroker start() throws Exception {
        Map<String, String> settings = Map.ofEntries(
                Map.entry("auto.create.topics.enable", "false"),
                Map.entry("offsets.topic.replication.factor", "1"),
                Map.entry("offsets.topic.num.partitions", "1"),
                Map.entry("transaction.state.log.replication.factor", "1"),
                Map.entry("transaction.state.log.min.isr", "1"),
                Map.entry("transaction.state.log.num.partitions", "1"),
                Map.entry("share.coordinator.state.topic.replication.factor", "1"),
                Map.entry("share.coordinator.state.topic.min.isr", "1"),
                Map.entry("share.coordinator.state.topic.num.partitions", "1"),
                Map.entry("group.initial.rebalance.delay.ms", "0"),
                Map.entry("group.share.min.record.lock.duration.ms", "1000"),
                Map.entry("group.share.record.lock.duration.ms", Long.toString(LOCK.toMillis())));
        KafkaClusterTestKit.Builder builder = new KafkaClusterTestKit.Builder(new TestKitNodes.Builder()
                .setCombined(true)
                .setNumBrokerNodes(1)
                .setNumControllerNodes(1)
                .build());
        settings.forEach(builder::setConfigProp);
        KafkaClusterTestKit cluster = builder.build();
        try {
            cluster.format();
            cluster.startup();
            cluster.waitForReadyBrokers();
            TestBroker broker = new TestBroker(cluster);
            try (Admin admin = broker.admin()) {
                List<NewTopic> topics = Topics.settings().entrySet().stream()
                        .map(topic -> new NewTopic(topic.getKey(), PARTITIONS, (short) 1).configs(topic.getValue()))
                        .toList();
                admin.createTopics(topics).all().get();
            }
            return broker;
        } catch (ExecutionException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    String bootstrapServers() {
        return cluster.bootstrapServers();
    }

    Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", bootstrapServers()));
    }

    private KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> properties = new HashMap<>(more);
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    void ask(PaymentRequest... requests) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
            for (PaymentRequest request : requests) {
                producer.send(message(request)).get();
            }
        }
    }

    /** Writes a request as one of another time. */
    void askAt(Instant at, PaymentRequest request) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
            ProducerRecord<byte[], byte[]> message = message(request);
            producer.send(new ProducerRecord<>(
                            message.topic(), message.partition(), at.toEpochMilli(), message.key(), message.value()))
                    .get();
        }
    }

    /** Writes requests in a transaction that is then aborted. */
    void askAndAbort(PaymentRequest... requests) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                producer(Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "aborts"))) {
            producer.initTransactions();
            producer.beginTransaction();
            for (PaymentRequest request : requests) {
                producer.send(message(request)).get();
            }
            producer.abortTransaction();
        }
    }

    private static ProducerRecord<byte[], byte[]> message(PaymentRequest request) {
        // One partition, so that the order of requests in the log is the test's.
        return new ProducerRecord<>(
                Topics.PAYMENTS.name(),
                0,
                request.getOrderId().getBytes(StandardCharsets.UTF_8),
                REQUESTS.toBytes(request));
    }

    /** Writes bytes to the payments topic. @return {@code topic/partition/offset} */
    String send(byte[] value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
            var metadata = producer.send(new ProducerRecord<>(Topics.PAYMENTS.name(), 0, null, value))
                    .get();
            return metadata.topic() + "/" + metadata.partition() + "/" + metadata.offset();
        }
    }

    List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        Map<String, Object> properties = Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (PartitionInfo partition : consumer.partitionsFor(topic)) {
                partitions.add(new TopicPartition(topic, partition.partition()));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }

    /**
     * What was reported of an order, in order, each report once: it is written before its request is acknowledged, so a lock that
     * runs out in between, or a worker that dies, leads to the same report again.
     */
    List<PaymentReported> reports(String order) {
        return read(Topics.COMMANDS.name()).stream()
                .map(message -> COMMANDS.fromBytes(message.value()))
                .filter(command -> command.getHeader().getOrderId().equals(order))
                .map(command -> (PaymentReported) command.getPayload())
                .distinct()
                .toList();
    }

    /** Stops the broker but leaves its address known, so that clients find nobody there. */
    void stopBroker() {
        cluster.brokers().values().forEach(each -> each.shutdown());
    }

    @Override
    public void close() throws Exception {
        cluster.close();
    }
}
