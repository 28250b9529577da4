package dev.onsale.fallback;

import dev.onsale.domain.Decider.Recorded;
import dev.onsale.domain.Order;
import dev.onsale.domain.Orders;
import dev.onsale.domain.Section;
import dev.onsale.inventory.wire.RecordedEvent;
import dev.onsale.schemas.SectionKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A section in memory, and what a batch of events changes in it. It is as PostgreSQL has it when a batch begins, and again when
 * what the batch has changed is committed; otherwise it is of no use any more.
 */
final class ExportedSection {

    /** The orders that a batch names, as they were kept, beneath what the batch has changed. */
    private final class BatchOrders implements Orders {
        private final Map<String, OrderRow> found = new HashMap<>();
        /** Put by the event that is being applied, which may yet be refused. */
        private final List<Order> put = new ArrayList<>(1);

        @Override
        public Optional<Order> find(String orderId) {
            return Optional.ofNullable(changed.getOrDefault(orderId, found.get(orderId)))
                    .map(OrderRow::order);
        }

        @Override
        public void put(Order order) {
            put.add(order);
        }
    }

    private final SectionKey key;
    private final int partition;
    private final BatchOrders orders = new BatchOrders();
    private final Map<String, OrderRow> changed = new HashMap<>();
    private final Section section;
    private Optional<SectionRow> row = Optional.empty();

    private ExportedSection(SectionKey key, int partition) {
        this.key = key;
        this.partition = partition;
        this.section = Section.unknown(orders);
    }

    private ExportedSection(SectionRow kept, Collection<Order> owning) {
        this.key = kept.key();
        this.partition = kept.partition();
        this.section = kept.restore(orders, owning);
    }

    /** A section that no event was exported of. */
    static ExportedSection unknown(SectionKey key, int partition) {
        return new ExportedSection(key, partition);
    }

    /** @param owning its orders that own seats */
    static ExportedSection restored(SectionRow kept, Collection<Order> owning) {
        return new ExportedSection(kept, owning);
    }

    /** The partition that its events are in. */
    int partition() {
        return partition;
    }

    void begin() {
        orders.found.clear();
        changed.clear();
        row = Optional.empty();
    }

    /** Takes up an order that an event of the batch names. */
    void found(OrderRow kept) {
        orders.found.put(kept.order().orderId(), kept);
    }

    /** @throws IllegalStateException when the event is impossible now; {@link #row} and {@link #changed} are as before it */
    void apply(RecordedEvent told) {
        orders.put.clear();
        Recorded recorded = told.recorded();
        section.evolve(recorded.event(), told.stamp());
        var evolved = new Recorded(recorded.event(), section.version(), section.free(), section.held(), section.sold());
        if (!evolved.equals(recorded)) {
            throw new IllegalStateException("it leads to " + evolved + " and says " + recorded);
        }
        for (Order order : orders.put) {
            OrderRow before = changed.getOrDefault(order.orderId(), orders.found.get(order.orderId()));
            OptionalLong asked = before == null ? OptionalLong.empty() : before.askedAtMillis();
            changed.put(order.orderId(), OrderRow.after(key, order, asked, recorded.event(), told.stamp()));
        }
        row = Optional.of(SectionRow.of(key, partition, section, told.stamp().atMillis()));
    }

    /** The section after the batch; empty when it has applied nothing. */
    Optional<SectionRow> row() {
        return row;
    }

    /** Orders that the batch has changed. */
    Collection<OrderRow> changed() {
        return changed.values();
    }
}
