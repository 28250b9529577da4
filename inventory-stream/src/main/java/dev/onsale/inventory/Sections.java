package dev.onsale.inventory;

import dev.onsale.domain.Order;
import dev.onsale.inventory.wire.LiveSection;
import dev.onsale.inventory.wire.States;
import dev.onsale.schemas.SectionKey;
import dev.onsale.wire.StoredOrder;
import dev.onsale.wire.StoredSection;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The sections of one partition: what is at hand in the heap, and the two stores beneath. The heap is a cache: it is built
 * from the stores when the partition is assigned and holds nothing else.
 */
final class Sections {

    private final KeyValueStore<String, StoredSection> sectionStore;
    private final KeyValueStore<String, StoredOrder> orderStore;
    private final Map<SectionKey, LiveSection> live = new HashMap<>();

    private Sections(KeyValueStore<String, StoredSection> sectionStore, KeyValueStore<String, StoredOrder> orderStore) {
        this.sectionStore = sectionStore;
        this.orderStore = orderStore;
    }

    static Sections load(
            KeyValueStore<String, StoredSection> sectionStore, KeyValueStore<String, StoredOrder> orderStore) {
        var sections = new Sections(sectionStore, orderStore);
        try (KeyValueIterator<String, StoredSection> all = sectionStore.all()) {
            all.forEachRemaining(kept -> {
                SectionKey key = SectionKey.parse(kept.key);
                sections.live.put(key, LiveSection.restored(key, States.toDomain(kept.value), sections.lookup(key)));
            });
        }
        try (KeyValueIterator<String, StoredOrder> all = orderStore.all()) {
            all.forEachRemaining(kept -> sections.of(SectionKey.parse(kept.key.substring(0, kept.key.lastIndexOf('/'))))
                    .restore(States.toDomain(kept.value)));
        }
        return sections;
    }

    LiveSection of(SectionKey key) {
        return live.computeIfAbsent(key, absent -> LiveSection.unknown(absent, lookup(absent)));
    }

    Collection<LiveSection> all() {
        return live.values();
    }

    /** Writes what a decision changed: one write for each order, and one for the section if its own state changed. */
    void write(SectionKey key, LiveSection.Outcome outcome) {
        for (Order order : outcome.orders()) {
            orderStore.put(orderKey(key, order.orderId()), States.toStored(order));
        }
        outcome.section().ifPresent(state -> sectionStore.put(key.toString(), States.toStored(state)));
    }

    private java.util.function.Function<String, Optional<Order>> lookup(SectionKey key) {
        return orderId ->
                Optional.ofNullable(orderStore.get(orderKey(key, orderId))).map(States::toDomain);
    }

    private static String orderKey(SectionKey key, String orderId) {
        return key + "/" + orderId;
    }
}
