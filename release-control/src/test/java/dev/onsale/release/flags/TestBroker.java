package dev.onsale.release.flags;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.onsale.release.log.ReleaseEntry;
import dev.onsale.schemas.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;
import org.jspecify.annotations.Nullable;

/** A real broker in this process with the topics that release control reads and writes. */
public final class TestBroker implements AutoCloseable {

    private final KafkaClusterTestKit cluster;

    private TestBroker(KafkaClusterTestKit cluster) {
        this.cluster = cluster;
    }

    public static TestBroker start() throws Exception {
        KafkaClusterTestKit cluster = new KafkaClusterTestKit.Builder(new TestKitNodes.Builder()
                        .setNumBrokerNodes(1)
                        .setNumControllerNodes(1)
                        .build())
                .setConfigProp("transaction.state.log.replication.factor", "1")
                .setConfigProp("transaction.state.log.num.partitions", "1")
                .setConfigProp("transaction.state.log.min.isr", "1")
                .setConfigProp("auto.create.topics.enable", "false")
                .build();
        cluster.format();
        cluster.startup();
        cluster.waitForReadyBrokers();
        try (Admin admin = cluster.admin()) {
            admin.createTopics(List.of(
                            new NewTopic(Topics.FLAGS, 1, (short) 1).configs(Map.of("cleanup.policy", "compact")),
                            new NewTopic(Topics.RELEASE_LOG, 1, (short) 1),
                            new NewTopic(Topics.COMMANDS.name(), 1, (short) 1).configs(Topics.COMMANDS.settings()),
                            new NewTopic(Topics.EVENTS.name(), 1, (short) 1).configs(Topics.EVENTS.settings())))
                    .all()
                    .get();
        }
        return new TestBroker(cluster);
    }

    public Map<String, Object> client() {
        return new HashMap<>(Map.of("bootstrap.servers", cluster.bootstrapServers()));
    }

    /** The broker goes away; its address stays known, and the controller stays. */
    void goAway() {
        cluster.brokers().values().forEach(broker -> {
            broker.shutdown();
            broker.awaitShutdown();
        });
    }

    void comeBack() {
        cluster.brokers().values().forEach(broker -> broker.startup());
    }

    /** Writes to the topic of flags as anybody could; null removes the flag. */
    void writeFlag(String flag, @Nullable String definition) throws Exception {
        try (KafkaProducer<String, @Nullable String> producer =
                new KafkaProducer<>(client(), new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(Topics.FLAGS, flag, definition)).get();
        }
    }

    /** All committed records of a topic. */
    List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        Map<String, Object> properties = client();
        properties.put("isolation.level", "read_committed");
        TopicPartition partition = new TopicPartition(topic, 0);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }

    List<ReleaseEntry> releaseLog() {
        ObjectMapper json = new ObjectMapper();
        return read(Topics.RELEASE_LOG).stream()
                .map(message -> {
                    try {
                        ReleaseEntry entry = ReleaseEntry.fromJson(json.readTree(message.value()));
                        if (!entry.id().equals(new String(message.key(), StandardCharsets.UTF_8))) {
                            throw new IllegalStateException("the key of " + entry + " is not its id");
                        }
                        return entry;
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toList();
    }

    @Override
    public void close() throws Exception {
        cluster.close();
    }
}
