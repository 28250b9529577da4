package dev.onsale.audit;

import dev.onsale.inventory.InventoryConfig;
import dev.onsale.inventory.InventoryService;
import dev.onsale.runtime.Settings;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Command;
import dev.onsale.wire.CommandHeader;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;

/** A real broker and a real decider in this process. */
public final class TestCluster implements AutoCloseable {

    public static final int PARTITIONS = 2;

    private final KafkaClusterTestKit cluster;
    private final KafkaProducer<byte[], byte[]> producer;

    private TestCluster(KafkaClusterTestKit cluster) {
        this.cluster = cluster;
        this.producer = new KafkaProducer<>(client(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    public static TestCluster start() throws Exception {
        return start(Map.of());
    }

    /** @param more settings of the broker */
    static TestCluster start(Map<String, String> more) throws Exception {
        KafkaClusterTestKit.Builder builder = new KafkaClusterTestKit.Builder(new TestKitNodes.Builder()
                .setCombined(true)
                .setNumBrokerNodes(1)
                .setNumControllerNodes(1)
                .build());
        Map.of(
                        "auto.create.topics.enable", "false",
                        "offsets.topic.replication.factor", "1",
                        "offsets.topic.num.partitions", "1",
                        "transaction.state.log.replication.factor", "1",
                        "transaction.state.log.min.isr", "1",
                        "transaction.state.log.num.partitions", "1",
                        "share.coordinator.state.topic.replication.factor", "1",
                        "share.coordinator.state.topic.min.isr", "1",
                        "share.coordinator.state.topic.num.partitions", "1",
                        "group.initial.rebalance.delay.ms", "0")
                .forEach(builder::setConfigProp);
        more.forEach(builder::setConfigProp);
        KafkaClusterTestKit kit = builder.build();
        kit.format();
        kit.startup();
        kit.waitForReadyBrokers();
        var started = new TestCluster(kit);
        try (Admin admin = Admin.create(started.client())) {
            List<NewTopic> topics = Topics.settings().entrySet().stream()
                    .map(topic -> new NewTopic(topic.getKey(), PARTITIONS, (short) 1).configs(topic.getValue()))
                    .toList();
            admin.createTopics(topics).all().get();
        }
        return started;
    }

    public Map<String, Object> client() {
        return Map.of("bootstrap.servers", cluster.bootstrapServers());
    }

    InventoryService decider(Path state) {
        Settings settings = Settings.of(new HashMap<>(Map.of(
                "bootstrap.servers", cluster.bootstrapServers(),
                "state.dir", state.toString(),
                "standby.replicas", "0")));
        return InventoryService.start(
                InventoryConfig.from(settings), new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), () -> {});
    }

    void send(SectionKey key, CommandHeader header, Object payload) throws Exception {
        byte[] value = Sale.CODECS.commands().toBytes(new Command(header, payload));
        write(Topics.COMMANDS.name(), key.partition(PARTITIONS), key.toString(), value);
    }

    public void write(String topic, int partition, String key, byte[] value) throws Exception {
        producer.send(new ProducerRecord<>(topic, partition, key.getBytes(StandardCharsets.UTF_8), value))
                .get();
    }

    /** All committed records of a topic. */
    List<LogRecord> read(String topic) {
        List<LogRecord> records = new java.util.ArrayList<>();
        try (LogSource source = KafkaLogSource.open(client())) {
            for (int partition = 0; partition < source.partitions(topic); partition++) {
                try (LogCursor cursor = source.open(topic, partition, 0, source.end(topic, partition), () -> {})) {
                    for (LogRecord next = cursor.next(); next != null; next = cursor.next()) {
                        records.add(next);
                    }
                }
            }
        }
        return records;
    }

    @Override
    public void close() throws Exception {
        producer.close();
        cluster.close();
    }
}
