package dev.onsale.fallback;

import dev.onsale.domain.Event;
import dev.onsale.domain.Order;
import dev.onsale.inventory.wire.RecordedEvent;
import dev.onsale.schemas.SectionKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * The export of one partition of the events. A batch and the offset behind it are written in one transaction, which first locks
 * the offset and finds it where this export has left it: so there is no other exporter's work in between, and what is in memory
 * here is what PostgreSQL has.
 *
 * <p>After any exception that does not hold, and the export must be loaded anew: the transaction may or may not be committed.
 */
final class PartitionExport {

    /** Sections in memory; of others, which have had no event for long, the orders are read again when they have one. */
    private static final int SECTIONS_AT_HAND = 1_000;

    private static final StateTables TABLES = StateTables.EXPORTED;

    private record Told(ConsumerRecord<byte[], byte[]> message, RecordedEvent event) {}

    private final int partition;
    private final EventReader reader;
    private final Map<SectionKey, ExportedSection> sections = new LinkedHashMap<>(64, 0.75f, true);
    private long next;

    private PartitionExport(int partition, EventReader reader, long next) {
        this.partition = partition;
        this.reader = reader;
        this.next = next;
    }

    /** @throws JdbiException when PostgreSQL fails */
    static PartitionExport load(Jdbi jdbi, int partition, EventReader reader) {
        return new PartitionExport(partition, reader, jdbi.inTransaction(handle -> Offsets.next(handle, partition)));
    }

    /** The first offset that is not exported. */
    long next() {
        return next;
    }

    /**
     * Exports what follows.
     *
     * @param messages from {@link #next} on
     * @param end offset behind them; more than the last one's next where markers of transactions follow
     * @return the first of them that is refused; what stands before it is exported
     * @throws OvertakenException when somebody else has exported the partition
     * @throws JdbiException when PostgreSQL fails
     */
    Optional<RefusedEvent> export(Jdbi jdbi, List<ConsumerRecord<byte[], byte[]>> messages, long end) {
        List<Told> readable = new ArrayList<>(messages.size());
        Optional<RefusedEvent> unreadable = read(messages, readable);
        Optional<RefusedEvent> refused = jdbi.inTransaction(handle -> {
            Offsets.lock(handle, partition, next);
            Optional<RefusedEvent> first = evolve(handle, readable).or(() -> unreadable);
            Offsets.advance(
                    handle, partition, next, first.map(RefusedEvent::offset).orElse(end));
            return first;
        });
        next = refused.map(RefusedEvent::offset).orElse(end);
        forgetTheOldest();
        return refused;
    }

    private Optional<RefusedEvent> read(List<ConsumerRecord<byte[], byte[]>> messages, List<Told> readable) {
        for (ConsumerRecord<byte[], byte[]> message : messages) {
            try {
                readable.add(new Told(message, reader.read(message)));
            } catch (RefusedEvent e) {
                return Optional.of(e);
            }
        }
        return Optional.empty();
    }

    private Optional<RefusedEvent> evolve(Handle handle, List<Told> batch) {
        Set<SectionKey> touched = new LinkedHashSet<>();
        batch.forEach(each -> touched.add(each.event().section()));
        touched.forEach(key ->
                sections.computeIfAbsent(key, absent -> restore(handle, absent)).begin());
        lookUp(handle, batch);
        Optional<RefusedEvent> refused = Optional.empty();
        for (Told each : batch) {
            try {
                apply(each.event());
            } catch (RuntimeException e) {
                // Whatever an event of such a kind leads to, it is not the decider's.
                refused = Optional.of(new RefusedEvent(each.message(), e));
                break;
            }
        }
        write(handle, touched);
        return refused;
    }

    private ExportedSection restore(Handle handle, SectionKey key) {
        return TABLES.section(handle, key)
                .map(row -> ExportedSection.restored(row, owning(handle, key)))
                .orElseGet(() -> ExportedSection.unknown(key, partition));
    }

    private static Collection<Order> owning(Handle handle, SectionKey key) {
        return TABLES.owning(handle, key).stream().map(OrderRow::order).toList();
    }

    /** One query for all orders of the batch: nothing else needs them, so none is kept in memory. */
    private void lookUp(Handle handle, List<Told> batch) {
        Set<OrderKey> named = new HashSet<>();
        for (Told each : batch) {
            if (each.event().recorded().event() instanceof Event.OrderEvent of) {
                named.add(new OrderKey(each.event().section(), of.orderId()));
            }
        }
        TABLES.orders(handle, named).forEach(order -> at(order.section()).found(order));
    }

    private void apply(RecordedEvent event) {
        ExportedSection section = at(event.section());
        if (section.partition() != partition) {
            throw new IllegalStateException(
                    "earlier events of " + event.section() + " are in partition " + section.partition());
        }
        section.apply(event);
    }

    private void write(Handle handle, Set<SectionKey> touched) {
        List<SectionRow> rows = new ArrayList<>();
        List<OrderRow> orders = new ArrayList<>();
        for (SectionKey key : touched) {
            at(key).row().ifPresent(rows::add);
            orders.addAll(at(key).changed());
        }
        TABLES.write(handle, rows, orders);
    }

    private ExportedSection at(SectionKey key) {
        ExportedSection section = sections.get(key);
        if (section == null) {
            throw new IllegalStateException("section " + key + " is not at hand");
        }
        return section;
    }

    private void forgetTheOldest() {
        var oldest = sections.entrySet().iterator();
        for (int more = sections.size() - SECTIONS_AT_HAND; more > 0; more--) {
            oldest.next();
            oldest.remove();
        }
    }
}
