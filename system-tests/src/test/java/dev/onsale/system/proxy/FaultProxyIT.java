package dev.onsale.system.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.system.faults.TopicReader;
import dev.onsale.system.stack.KafkaCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The proxy, with Kafka's own clients and brokers on its two sides. */
@Tag("long")
@Timeout(300)
class FaultProxyIT {

    private static final Duration FOR_EVER = Duration.ofDays(1);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int PARTITIONS = 6;

    @TempDir
    static Path folder;

    private static KafkaCluster cluster;
    private static FaultProxy proxy;
    private static Admin admin;

    @BeforeAll
    static void start() throws Exception {
        cluster = KafkaCluster.start(folder);
        proxy = FaultProxy.before(cluster);
        admin = Admin.create(client("admin"));
    }

    @AfterAll
    static void stop() throws IOException {
        admin.close();
        proxy.close();
        cluster.close();
    }

    @Test
    void clients_stayBehindTheProxy_whateverTheyAskAndWhoeverLeads() throws Exception {
        topic("behind");
        startAtBeginning("behind-shared");
        int before = proxy.strays();
        try (var producer = producer("producer", Map.of("transactional.id", "behind"));
                var consumer = consumer("consumer", Map.of("group.id", "behind"));
                var shared = new KafkaShareConsumer<>(
                        client("sharer", Map.of("group.id", "behind-shared")),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            assertEquals(
                    proxy.bootstrap(),
                    admin.describeCluster().nodes().get().stream()
                            .map(node -> node.host() + ":" + node.port())
                            .collect(Collectors.joining(",")));
            consumer.subscribe(List.of("behind"));
            shared.subscribe(List.of("behind"));
            producer.initTransactions();
            List<String> sent = new ArrayList<>();
            List<String> consumed = new ArrayList<>();
            // A share group may deliver a record again when its leader moves.
            Set<String> taken = new TreeSet<>();
            // Each round others lead, of whom clients hear in the answers to what they ask those who did.
            for (int round = 0; round < KafkaCluster.SIZE; round++) {
                lead("behind", round);
                producer.beginTransaction();
                for (int partition = 0; partition < PARTITIONS; partition++) {
                    sent.add(round + "-" + partition);
                    var _ = producer.send(new ProducerRecord<>("behind", partition, "key", sent.getLast()));
                }
                producer.commitTransaction();
                eventually().until(() -> {
                    consumer.poll(POLL).forEach(record -> consumed.add(record.value()));
                    shared.poll(POLL).forEach(record -> taken.add(record.value()));
                    return consumed.size() >= sent.size() && taken.size() >= sent.size();
                });
            }
            assertEquals(sent, consumed.stream().sorted().toList());
            assertEquals(sent, List.copyOf(taken));
        }
        assertEquals(before, proxy.strays());
    }

    /** One that is told what the brokers advertise: so a client that the proxy forgot would be noticed. */
    @Test
    void client_isAStray_whenNothingPutsItBehindTheProxy() {
        int before = proxy.strays();
        Map<String, Object> past = client("stray", Map.of("bootstrap.servers", "127.0.0.1:" + cluster.portForProxy(0)));
        Admin stray = Admin.create(past);
        try {
            var _ = stray.listTopics().names();
            eventually().until(() -> proxy.strays() > before);
        } finally {
            // It would wait for an answer.
            stray.close(Duration.ZERO);
        }
    }

    /** The broker has written the record, of which the producer does not know, so it sends it again. */
    @Test
    void record_isThereOnce_whenTheAnswerToItIsDropped() throws Exception {
        topic("dropped");
        try (Fault dropped = proxy.cause(Fault.drop(by("dropper", ApiKeys.PRODUCE, Frame.Direction.RESPONSE))
                        .atMost(1));
                Fault sent = proxy.cause(counting(by("dropper", ApiKeys.PRODUCE, Frame.Direction.REQUEST)));
                var producer = producer("dropper", Map.of("request.timeout.ms", 1_500))) {
            producer.send(new ProducerRecord<>("dropped", 0, "key", "once")).get();
            assertEquals(1, dropped.strikes());
            assertEquals(2, sent.strikes());
        }
        assertEquals(List.of("once"), read("dropped"));
    }

    @Test
    void record_isLate_forTheOneClientWhoseFetchesAreDelayed() throws Exception {
        topic("delayed");
        try (var producer = producer("producer", Map.of());
                var late = consumer("late", Map.of());
                var other = consumer("other", Map.of())) {
            late.assign(partitions("delayed"));
            other.assign(partitions("delayed"));
            Fault delayed = proxy.cause(Fault.delay(FOR_EVER, by("late", ApiKeys.FETCH, Frame.Direction.RESPONSE)));
            producer.send(new ProducerRecord<>("delayed", 0, "key", "news")).get();
            eventually().until(() -> !other.poll(POLL).isEmpty());
            eventually().until(() -> {
                assertTrue(late.poll(POLL).isEmpty());
                return delayed.strikes() > 0;
            });
            delayed.close();
            eventually().until(() -> !late.poll(POLL).isEmpty());
        }
    }

    /** Lost on its way to the broker, or with the answer on its way back: the producer cannot tell. */
    @ParameterizedTest
    @EnumSource
    void transaction_isCommittedOnce_whenTheConnectionIsCutAtItsEnd(Frame.Direction direction) throws Exception {
        String topic = "cut-" + direction;
        topic(topic);
        try (Fault cut = proxy.cause(
                        Fault.cut(by("cutter", ApiKeys.END_TXN, direction)).atMost(1));
                var producer = producer("cutter", Map.of("transactional.id", topic))) {
            producer.initTransactions();
            for (String value : List.of("first", "second")) {
                producer.beginTransaction();
                var _ = producer.send(new ProducerRecord<>(topic, 0, "key", value));
                producer.commitTransaction();
            }
            assertEquals(1, cut.strikes());
        }
        assertEquals(List.of("first", "second"), read(topic));
    }

    @Test
    void client_reachesTheOtherBrokers_whenItIsCutOffFromOne() throws Exception {
        topic("one-away");
        try (Fault away = proxy.cause(
                        Fault.cut(frame -> frame.broker() == 1 && frame.client().equals("lonely")));
                var lonely = producer("lonely", Map.of("delivery.timeout.ms", 3_000, "request.timeout.ms", 1_000));
                var other = producer("other", Map.of())) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                String value = "from-other-" + partition;
                other.send(new ProducerRecord<>("one-away", partition, "key", value))
                        .get();
            }
            List<Integer> failed = IntStream.range(0, PARTITIONS)
                    .filter(partition -> !arrives(lonely, partition))
                    .boxed()
                    .toList();
            assertEquals(partitionsLedBy(1, "one-away"), failed);
            assertTrue(away.strikes() > 0);
        }
    }

    private static boolean arrives(Producer<String, String> producer, int partition) {
        try {
            producer.send(new ProducerRecord<>("one-away", partition, "key", "from-lonely-" + partition))
                    .get();
            return true;
        } catch (ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Predicate<Frame> by(String client, ApiKeys api, Frame.Direction direction) {
        return frame -> frame.client().equals(client) && frame.api() == api && frame.direction() == direction;
    }

    private static Fault counting(Predicate<Frame> hits) {
        return Fault.delay(Duration.ZERO, hits);
    }

    private static void topic(String name) throws Exception {
        admin.createTopics(List.of(new NewTopic(name, PARTITIONS, (short) KafkaCluster.SIZE)))
                .all()
                .get();
        lead(name, 0);
    }

    /** Each broker leads a third of the partitions: the one with this number the first of them. */
    private static void lead(String topic, int first) throws Exception {
        Map<TopicPartition, Optional<NewPartitionReassignment>> turned = new HashMap<>();
        partitions(topic)
                .forEach(partition -> turned.put(
                        partition,
                        Optional.of(new NewPartitionReassignment(IntStream.range(0, KafkaCluster.SIZE)
                                .mapToObj(i -> (first + partition.partition() + i) % KafkaCluster.SIZE)
                                .toList()))));
        admin.alterPartitionReassignments(turned).all().get();
        cluster.awaitInSync();
        admin.electLeaders(ElectionType.PREFERRED, turned.keySet()).partitions().get();
    }

    private static List<Integer> partitionsLedBy(int broker, String topic) throws Exception {
        return admin.describeTopics(List.of(topic)).allTopicNames().get().values().stream()
                .flatMap(described -> described.partitions().stream())
                .filter(partition -> partition.leader().id() == broker)
                .map(TopicPartitionInfo::partition)
                .toList();
    }

    private static List<TopicPartition> partitions(String topic) {
        return IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
    }

    private static void startAtBeginning(String shareGroup) throws Exception {
        var earliest = new ConfigEntry("share.auto.offset.reset", "earliest");
        admin.incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.GROUP, shareGroup),
                        List.of(new AlterConfigOp(earliest, AlterConfigOp.OpType.SET))))
                .all()
                .get();
    }

    /** Everything that is committed, past the proxy. */
    private static List<String> read(String topic) {
        return TopicReader.committed(cluster.bootstrap(), topic).stream()
                .map(record -> new String(record.value(), UTF_8))
                .toList();
    }

    private static Producer<String, String> producer(String name, Map<String, Object> settings) {
        return new KafkaProducer<>(client(name, settings), new StringSerializer(), new StringSerializer());
    }

    private static Consumer<String, String> consumer(String name, Map<String, Object> settings) {
        Map<String, Object> all = client(name, settings);
        all.put("auto.offset.reset", "earliest");
        all.put("isolation.level", "read_committed");
        return new KafkaConsumer<>(all, new StringDeserializer(), new StringDeserializer());
    }

    private static Map<String, Object> client(String name) {
        return client(name, Map.of());
    }

    private static Map<String, Object> client(String name, Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(Map.of("bootstrap.servers", proxy.bootstrap(), "client.id", name));
        all.putAll(settings);
        return all;
    }

    private static ConditionFactory eventually() {
        return Awaitility.await().atMost(Duration.ofMinutes(1)).pollInterval(POLL);
    }
}
