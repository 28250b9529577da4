package dev.onsale.orders.view;

import dev.onsale.schemas.SchemaIds;
import dev.onsale.schemas.Topics;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The view as a topology: the latest status of every order, every section, and every seat that is not free.
 *
 * <p>The stores have changelogs of their own. The source topics could not restore them: a restore writes every record as
 * it is, without the rules of {@link OrderStatusProcessor}, and {@code onsale.events} is never compacted.
 */
public final class ViewTopology {

    /** Its values are of the schema of {@code onsale.orders}. */
    public static final String ORDERS = "orders";

    /** Its values are JSON. */
    public static final String SECTIONS = "sections";

    /** Its values are texts. */
    public static final String SEATS = "seats";

    private ViewTopology() {}

    /** The topology as Kafka Streams describes it. */
    public static String description(SchemaIds ids) {
        return create(ids, status -> {}, new Tails(partition -> -1)).describe().toString();
    }

    /** The stores. */
    public static List<StoreBuilder<?>> stores(SchemaIds ids) {
        return List.of(
                store(ORDERS, Topics.ORDERS.valueSerde(ids)),
                store(SECTIONS, Section.serde()),
                store(SEATS, Serdes.String()));
    }

    static Topology create(SchemaIds ids, StatusListener listener, Tails tails) {
        var strings = Serdes.String();
        Topology topology = new Topology()
                .addSource(
                        "order-statuses",
                        strings.deserializer(),
                        Topics.ORDERS.valueSerde(ids).deserializer(),
                        Topics.ORDERS.name())
                .addProcessor("orders-view", () -> new OrderStatusProcessor(listener, tails), "order-statuses")
                .addSource(
                        "events",
                        strings.deserializer(),
                        Topics.EVENTS.valueSerde(ids).deserializer(),
                        Topics.EVENTS.name())
                .addProcessor("sections-view", EventProcessor::new, "events");
        stores(ids)
                .forEach(store ->
                        topology.addStateStore(store, store.name().equals(ORDERS) ? "orders-view" : "sections-view"));
        return topology;
    }

    private static <V> StoreBuilder<KeyValueStore<String, V>> store(String name, Serde<V> values) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.String(), values)
                .withCachingEnabled()
                .withLoggingEnabled(Map.of("cleanup.policy", "compact"));
    }
}
