package dev.onsale.inventory;

import dev.onsale.schemas.SchemaIds;
import dev.onsale.schemas.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.TopicNameExtractor;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * One source, one processor, two stores, five sinks. A test compares its description with {@code topology.txt}: a change of
 * names there is a change of changelogs, thus no rolling upgrade.
 */
public final class InventoryTopology {

    public static final String SECTIONS_STORE = "sections";
    public static final String ORDERS_STORE = "orders";

    static final String SOURCE = "commands";
    static final String DECIDER = "decider";
    static final String EVENTS_SINK = "events";
    static final String ORDERS_SINK = "order-statuses";
    static final String PAYMENTS_SINK = "payment-requests";
    static final String COMMANDS_SINK = "ended-holds";
    static final String DEAD_LETTERS_SINK = "dead-letters";

    /** Deleting from a changelog by time could lose a restore. */
    private static final Map<String, String> CHANGELOG = Map.of("cleanup.policy", "compact");

    private InventoryTopology() {}

    /** @param partitions number of partitions of {@code onsale.commands} */
    public static Topology build(SchemaIds ids, int partitions, MeterRegistry meters) {
        Serdes serdes = Serdes.of(ids);
        var bytes = new ByteArraySerializer();
        Topology topology = new Topology()
                .addSource(SOURCE, new ByteArrayDeserializer(), new ByteArrayDeserializer(), Topics.COMMANDS.name())
                .addProcessor(DECIDER, () -> new DeciderProcessor(serdes, partitions, meters), SOURCE);
        stores(ids).forEach(store -> topology.addStateStore(store, DECIDER));
        DeciderProcessor.sinks().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(sink -> topology.addSink(sink.getKey(), to(sink.getValue()), bytes, bytes, DECIDER));
        return topology;
    }

    /** The stores; the values of each have a schema under its name + {@code -value}. */
    public static List<StoreBuilder<?>> stores(SchemaIds ids) {
        Serdes serdes = Serdes.of(ids);
        return List.of(store(SECTIONS_STORE, serdes.storedSections()), store(ORDERS_STORE, serdes.storedOrders()));
    }

    /** By an extractor, since Kafka Streams would not let a source topic be a sink by name. */
    private static TopicNameExtractor<byte[], byte[]> to(String topic) {
        return new TopicNameExtractor<>() {
            @Override
            public String extract(
                    byte[] key, byte[] value, org.apache.kafka.streams.processor.RecordContext recordContext) {
                return topic;
            }

            @Override
            public String toString() {
                return topic;
            }
        };
    }

    private static <V> StoreBuilder<KeyValueStore<String, V>> store(String name, Serde<V> serde) {
        return Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(name),
                        org.apache.kafka.common.serialization.Serdes.String(),
                        serde)
                .withLoggingEnabled(CHANGELOG);
    }
}
