package dev.onsale.orders.view;

import dev.onsale.schemas.SchemaIds;
import dev.onsale.schemas.Topics;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/**
 * The view as a topology: the latest status of every order, every section, and every seat that is not free.
 *
 * <p>The stores have changelogs of their own. The source topics could not restore them: a restore writes every record as
 * it is, without the rules of {@link OrderStatusProcessor}, and {@code onsale.events} is never compacted.
 */
public final class ViewTopology {

    static final String ORDERS = "orders";
    static final String SECTIONS = "sections";
    static final String SEATS = "seats";

    private ViewTopology() {}

    static Topology create(SchemaIds ids, StatusListener listener) {
        Map<String, String> compactOnly = Map.of("cleanup.policy", "compact");
        var strings = Serdes.String();
        return new Topology()
                .addSource(
                        "order-statuses",
                        strings.deserializer(),
                        Topics.ORDERS.valueSerde(ids).deserializer(),
                        Topics.ORDERS.name())
                .addProcessor("orders-view", () -> new OrderStatusProcessor(listener), "order-statuses")
                .addStateStore(
                        Stores.keyValueStoreBuilder(
                                        Stores.persistentKeyValueStore(ORDERS), strings, Topics.ORDERS.valueSerde(ids))
                                .withCachingEnabled()
                                .withLoggingEnabled(compactOnly),
                        "orders-view")
                .addSource(
                        "events",
                        strings.deserializer(),
                        Topics.EVENTS.valueSerde(ids).deserializer(),
                        Topics.EVENTS.name())
                .addProcessor("sections-view", EventProcessor::new, "events")
                .addStateStore(
                        Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(SECTIONS), strings, Section.serde())
                                .withCachingEnabled()
                                .withLoggingEnabled(compactOnly),
                        "sections-view")
                .addStateStore(
                        Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(SEATS), strings, strings)
                                .withCachingEnabled()
                                .withLoggingEnabled(compactOnly),
                        "sections-view");
    }
}
