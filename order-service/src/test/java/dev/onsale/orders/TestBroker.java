package dev.onsale.orders;

import static org.awaitility.Awaitility.await;

import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import kafka.server.BrokerServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.test.KafkaClusterTestKit;
import org.apache.kafka.common.test.TestKitNodes;

/** A real broker in this process, with the topics of the catalogue. */
public final class TestBroker implements AutoCloseable {

    static final int PARTITIONS = 3;

    static {
        // A view that lost its broker goes on for a while after it was closed, and RocksDB ends the process with
        // SIGABRT
        // when it is used while the process exits.
        Runtime.getRuntime().addShutdownHook(new Thread(TestBroker::awaitStreamThreads));
    }

    private final KafkaClusterTestKit cluster;
    private final Admin admin;

    private TestBroker(KafkaClusterTestKit cluster) {
        this.cluster = cluster;
        this.admin = cluster.admin();
    }

    public static TestBroker start() throws Exception {
        return start(Map.of());
    }

    /** One with more settings, or others. */
    static TestBroker start(Map<String, String> more) throws Exception {
        KafkaClusterTestKit.Builder builder = new KafkaClusterTestKit.Builder(new TestKitNodes.Builder()
                        .setCombined(true)
                        .setNumBrokerNodes(1)
                        .setNumControllerNodes(1)
                        .build())
                .setConfigProp("offsets.topic.replication.factor", "1")
                .setConfigProp("offsets.topic.num.partitions", "1")
                .setConfigProp("transaction.state.log.replication.factor", "1")
                .setConfigProp("transaction.state.log.num.partitions", "1")
                .setConfigProp("transaction.state.log.min.isr", "1")
                .setConfigProp("group.initial.rebalance.delay.ms", "0")
                .setConfigProp("auto.create.topics.enable", "false");
        more.forEach(builder::setConfigProp);
        KafkaClusterTestKit cluster = builder.build();
        cluster.format();
        cluster.startup();
        cluster.waitForReadyBrokers();
        TestBroker broker = new TestBroker(cluster);
        broker.createTopics();
        return broker;
    }

    private void createTopics() throws Exception {
        List<NewTopic> topics = Topics.settings().entrySet().stream()
                .map(topic -> new NewTopic(topic.getKey(), PARTITIONS, (short) 1).configs(topic.getValue()))
                .toList();
        admin.createTopics(topics).all().get();
    }

    String bootstrapServers() {
        return cluster.bootstrapServers();
    }

    /** Where one of the broker's listeners is. */
    int port(String listener) {
        return broker().boundPort(new ListenerName(listener));
    }

    /** Its number as the name of a resource. */
    String brokerId() {
        return Integer.toString(broker().config().brokerId());
    }

    private BrokerServer broker() {
        return cluster.brokers().values().iterator().next();
    }

    Admin admin() {
        return admin;
    }

    public Map<String, Object> client() {
        return new HashMap<>(Map.of("bootstrap.servers", bootstrapServers()));
    }

    /** Commands written so far, over all partitions. */
    long commands() throws Exception {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        IntStream.range(0, PARTITIONS)
                .forEach(p -> ends.put(new TopicPartition(Topics.COMMANDS.name(), p), OffsetSpec.latest()));
        return admin.listOffsets(ends).all().get().values().stream()
                .mapToLong(info -> info.offset())
                .sum();
    }

    /** Stops the broker but leaves its address known, so that clients find nobody there. */
    void stopBroker() {
        cluster.brokers().values().forEach(broker -> broker.shutdown());
    }

    /** Every command that was written, in order within a section. */
    List<Command> written() throws Exception {
        List<TopicPartition> partitions = IntStream.range(0, PARTITIONS)
                .mapToObj(p -> new TopicPartition(Topics.COMMANDS.name(), p))
                .toList();
        List<Command> commands = new ArrayList<>();
        try (KafkaConsumer<String, Command> consumer = new KafkaConsumer<>(
                client(),
                Topics.COMMANDS.keySerde().deserializer(),
                Topics.COMMANDS.valueSerde(PinnedSchemas.released()).deserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (commands.size() < commands()) {
                consumer.poll(Duration.ofSeconds(1)).forEach(message -> commands.add(message.value()));
            }
        }
        return commands;
    }

    private static void awaitStreamThreads() {
        await("every stream thread has ended")
                .atMost(Duration.ofSeconds(90))
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().contains("StreamThread")));
    }

    @Override
    public void close() throws Exception {
        admin.close();
        cluster.close();
    }
}
