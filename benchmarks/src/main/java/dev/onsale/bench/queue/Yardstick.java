package dev.onsale.bench.queue;

import dev.onsale.bench.Broker;
import dev.onsale.inventory.InventoryConfig;
import dev.onsale.inventory.InventoryService;
import dev.onsale.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** Programs with the decider's settings that do its writing and none of its thinking. */
final class Yardstick {

    private static final String STORE = "orders";
    private static final int KEY_BYTES = 32;
    private static final Duration LEADERS_WITHIN = Duration.ofSeconds(30);
    private static final long LOOK_AGAIN_MILLIS = 50;

    private Yardstick() {}

    /** One record in, the same record out. */
    static Contestant passThrough() {
        String out = "bench.passed";
        Topology topology = new Topology()
                .addSource("in", new ByteArrayDeserializer(), new ByteArrayDeserializer(), Topics.COMMANDS.name())
                .addSink("out", out, new ByteArraySerializer(), new ByteArraySerializer(), "in");
        return contestant("pass-through", topology, List.of(out), out);
    }

    /**
     * The same number and size of records and of store entries for every command as the decider's.
     *
     * @param samples written one after the other, again and again, under keys that are all different
     */
    static Contestant sameWrites(List<Writes> samples) {
        List<String> topics = List.of("bench.events", "bench.orders", "bench.payments");
        var bytes = new ByteArraySerializer();
        Topology topology = new Topology()
                .addSource("in", new ByteArrayDeserializer(), new ByteArrayDeserializer(), Topics.COMMANDS.name())
                .addProcessor("write", () -> new Writer(samples), "in")
                .addStateStore(
                        Stores.keyValueStoreBuilder(
                                Stores.persistentKeyValueStore(STORE), Serdes.String(), Serdes.ByteArray()),
                        "write");
        topics.forEach(topic -> topology.addSink(topic, topic, bytes, bytes, "write"));
        return contestant("same-writes", topology, topics, topics.getFirst());
    }

    private static Contestant contestant(String name, Topology topology, List<String> topics, String outcomes) {
        String group = "bench-" + name;
        return new Contestant(name, group, topics, outcomes, (broker, config) -> {
            createTopics(broker, topics);
            return start(topology, group, config);
        });
    }

    /** Returns when every partition is led. */
    static void createTopics(Broker broker, List<String> topics) {
        try (Admin admin = Admin.create(broker.client())) {
            admin.createTopics(topics.stream()
                            .map(topic -> new NewTopic(topic, Broker.PARTITIONS, (short) 1))
                            .toList())
                    .all()
                    .get();
            Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
            topics.forEach(topic -> IntStream.range(0, Broker.PARTITIONS)
                    .forEach(partition -> ends.put(new TopicPartition(topic, partition), OffsetSpec.latest())));
            long begin = System.nanoTime();
            while (!led(admin, ends)) {
                if (System.nanoTime() - begin > LEADERS_WITHIN.toNanos()) {
                    throw new IllegalStateException("no leader for one of " + topics);
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether every partition has a leader that serves it; one that does not yet would refuse first batches. */
    private static boolean led(Admin admin, Map<TopicPartition, OffsetSpec> partitions)
            throws ExecutionException, InterruptedException {
        try {
            admin.listOffsets(partitions).all().get();
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RetriableException) {
                return false;
            }
            throw e;
        }
    }

    private static AutoCloseable start(Topology topology, String group, InventoryConfig config) {
        Map<String, Object> properties = new HashMap<>(InventoryService.streamsProperties(config));
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, group);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), group);
        var streams = new KafkaStreams(topology, new StreamsConfig(properties));
        streams.setUncaughtExceptionHandler(e -> {
            Contestant.failed();
            return StreamThreadExceptionResponse.SHUTDOWN_APPLICATION;
        });
        streams.start();
        return streams;
    }

    private static final class Writer implements Processor<byte[], byte[], byte[], byte[]> {

        private final List<Writes> samples;
        private ProcessorContext<byte[], byte[]> context;
        private KeyValueStore<String, byte[]> store;
        private long count;

        @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
        Writer(List<Writes> samples) {
            this.samples = samples;
        }

        @Override
        public void init(ProcessorContext<byte[], byte[]> context) {
            this.context = context;
            this.store = context.getStateStore(STORE);
        }

        @Override
        public void process(Record<byte[], byte[]> command) {
            Writes writes = samples.get((int) (count % samples.size()));
            String order = orderId(context.recordMetadata().orElseThrow().partition(), count);
            count++;
            String section = new String(command.key(), StandardCharsets.UTF_8);
            byte[] orderKey = order.getBytes(StandardCharsets.UTF_8);
            writes.orders().forEach(value -> store.put(section + "/" + order, value));
            writes.events().forEach(value -> send("bench.events", command.key(), value, command.timestamp()));
            writes.statuses().forEach(value -> send("bench.orders", orderKey, value, command.timestamp()));
            writes.payments().forEach(value -> send("bench.payments", orderKey, value, command.timestamp()));
        }

        /** As long as an order's id, and spread as its are. */
        private static String orderId(int partition, long count) {
            String mixed = Long.toHexString((count + 1) * 0x9E3779B97F4A7C15L) + "-" + partition + "-" + count;
            return (mixed + "0".repeat(KEY_BYTES)).substring(0, KEY_BYTES);
        }

        private void send(String topic, byte[] key, byte[] value, long atMillis) {
            context.forward(new Record<>(key, value, atMillis), topic);
        }
    }
}
