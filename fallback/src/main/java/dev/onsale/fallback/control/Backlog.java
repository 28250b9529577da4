package dev.onsale.fallback.control;

import dev.onsale.domain.Order;
import dev.onsale.fallback.OrderRow;
import dev.onsale.fallback.SectionRow;
import dev.onsale.fallback.StateTables;
import dev.onsale.fallback.desk.Journal;
import dev.onsale.inventory.wire.Intake;
import dev.onsale.inventory.wire.LiveSection;
import dev.onsale.schemas.SectionKey;
import dev.onsale.wire.Command;
import dev.onsale.wire.EnterFallback;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.Handle;

/**
 * Decides what was accepted and never decided, in the order of the log, as the decider will when it is back: by the same rules,
 * at the times that the log has given, so that both come to the same. It ends, for each section, with the command that enters the
 * fallback.
 */
final class Backlog {

    private static final StateTables TABLES = StateTables.FALLBACK;

    private final Handle handle;
    private final long epoch;
    private final int partition;
    private final Intake intake;
    private final Map<SectionKey, LiveSection> sections = new HashMap<>();
    private final Map<SectionKey, Long> lastMillis = new HashMap<>();
    private final Map<SectionKey, Map<String, Order>> changed = new LinkedHashMap<>();
    private long decided;

    Backlog(Handle handle, long epoch, int partition, Intake intake) {
        this.handle = handle;
        this.epoch = epoch;
        this.partition = partition;
        this.intake = intake;
        for (SectionRow row : TABLES.sections(handle, partition)) {
            List<Order> owning = TABLES.owning(handle, row.key()).stream()
                    .map(OrderRow::order)
                    .toList();
            sections.put(
                    row.key(),
                    LiveSection.restored(row.key(), row.state(), row.version(), owning, id -> find(row.key(), id)));
            lastMillis.put(row.key(), row.lastAtMillis());
        }
    }

    private Optional<Order> find(SectionKey key, String orderId) {
        Order order = changed.getOrDefault(key, Map.of()).get(orderId);
        return order != null
                ? Optional.of(order)
                : TABLES.order(handle, key, orderId).map(OrderRow::order);
    }

    void decide(ConsumerRecord<byte[], byte[]> message) {
        // What cannot be read is put aside by the decider when it is back, as ever.
        if (intake.read(message.key(), message.value(), partition)
                instanceof Intake.Decidable(SectionKey key, Command command)) {
            LiveSection section =
                    sections.computeIfAbsent(key, absent -> LiveSection.unknown(absent, id -> find(absent, id)));
            boolean before = section.section().inFallback();
            LiveSection.Outcome outcome = section.decide(command, partition, message.offset(), message.timestamp());
            if (!before && !outcome.events().isEmpty()) {
                outcome.orders()
                        .forEach(order -> changed.computeIfAbsent(key, absent -> new LinkedHashMap<>())
                                .put(order.orderId(), order));
                lastMillis.merge(key, message.timestamp(), Math::max);
                Journal.note(handle, epoch, key, command, outcome, true);
                decided += command.getPayload() instanceof EnterFallback ? 0 : 1;
            }
        }
    }

    /** Sections that are on sale and that no command has made enter the fallback yet. */
    List<SectionKey> outside() {
        return sections.values().stream()
                .filter(section -> section.section().definition().isPresent()
                        && !section.section().inFallback())
                .map(LiveSection::key)
                .toList();
    }

    /** Writes what has changed. @return number of commands that led to anything */
    long write() {
        List<SectionRow> rows = sections.values().stream()
                .filter(section -> section.section().version() > 0)
                .map(section -> SectionRow.of(
                        section.key(), partition, section.section(), lastMillis.getOrDefault(section.key(), 0L)))
                .toList();
        List<OrderRow> orders = changed.entrySet().stream()
                .flatMap(each -> each.getValue().values().stream()
                        .map(order -> new OrderRow(each.getKey(), order, OptionalLong.empty())))
                .toList();
        TABLES.write(handle, rows, orders);
        return decided;
    }
}
