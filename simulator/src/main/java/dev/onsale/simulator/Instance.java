package dev.onsale.simulator;

import dev.onsale.domain.Command;
import dev.onsale.domain.Decider.Recorded;
import dev.onsale.domain.Order;
import dev.onsale.domain.Orders;
import dev.onsale.domain.Section;
import dev.onsale.domain.SectionState;
import dev.onsale.domain.Stamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** One decider of a partition: sections in its heap, a store of its own, a place in the log, and an open transaction. */
final class Instance {

    /** A command and what it led to. {@code recorded} is empty for a dead letter, too. */
    record Decided(long offset, CommandLog.Entry entry, Stamp stamp, boolean deadLetter, List<Recorded> recorded) {}

    /** What becomes visible with a commit. */
    static final class Transaction {
        final List<Decided> decided = new ArrayList<>();
        /** Commands that the decider itself has written. */
        final List<CommandLog.Entry> emitted = new ArrayList<>();

        final Map<String, SectionState> sections = new LinkedHashMap<>();
        final Map<String, Map<String, Order>> orders = new LinkedHashMap<>();

        boolean isEmpty() {
            return decided.isEmpty() && emitted.isEmpty();
        }
    }

    /** What the changelogs keep of a section. */
    record Kept(SectionState state, Map<String, Order> orders) {}

    /** A section's orders in the store of this instance. */
    private final class Store implements Orders {
        private final String section;
        private final Map<String, Order> byId = new HashMap<>();

        Store(String section) {
            this.section = section;
        }

        @Override
        public Optional<Order> find(String orderId) {
            return Optional.ofNullable(byId.get(orderId));
        }

        @Override
        public void put(Order order) {
            byId.put(order.orderId(), order);
            transaction
                    .orders
                    .computeIfAbsent(section, absent -> new LinkedHashMap<>())
                    .put(order.orderId(), order);
        }
    }

    private final Rules rules;
    private final Map<String, Section> sections = new LinkedHashMap<>();
    private long position;
    private Transaction transaction = new Transaction();

    Instance(Rules rules, long position) {
        this.rules = rules;
        this.position = position;
    }

    /** Builds the heap from what was kept. */
    void restore(Map<String, Kept> changelog, Predicate<Order> remembered) {
        changelog.forEach((id, kept) -> {
            var store = new Store(id);
            Section section = Section.restored(store, kept.state());
            kept.orders().values().stream().filter(remembered).forEach(order -> {
                store.byId.put(order.orderId(), order);
                section.restore(order);
            });
            sections.put(id, section);
        });
    }

    /** Takes over the heap of another instance as it is. */
    void inherit(Instance other) {
        sections.putAll(other.sections);
    }

    void decide(long offset, CommandLog.Entry entry, Stamp stamp) {
        Section section = sections.computeIfAbsent(entry.section, id -> Section.unknown(new Store(id)));
        List<Recorded> recorded;
        try {
            recorded = rules.handle(section, entry.command, stamp);
        } catch (RuntimeException e) {
            throw new Violation(Invariant.LIVENESS, "the decider stops at " + entry.command + ": " + e, e);
        }
        position = offset + 1;
        transaction.sections.put(entry.section, section.state());
        transaction.decided.add(new Decided(offset, entry, stamp, false, recorded));
    }

    void putAside(long offset, CommandLog.Entry entry, Stamp stamp) {
        position = offset + 1;
        transaction.decided.add(new Decided(offset, entry, stamp, true, List.of()));
    }

    /** Writes a command for every section with holds that this instance's clock takes for ended. */
    void notice(long clockMillis, long atMillis, CommandLog log) {
        sections.forEach((id, section) -> {
            List<Command.HoldReference> ended = section.holdsEndedBy(clockMillis, 500).stream()
                    .map(orderId -> new Command.HoldReference(
                            orderId, section.order(orderId).orElseThrow().version()))
                    .toList();
            if (!ended.isEmpty()) {
                transaction.emitted.add(log.appendPending(id, new Command.ExpireHolds(ended), Stamp.STABLE, atMillis));
            }
        });
    }

    long position() {
        return position;
    }

    /** What has not been committed yet. */
    Transaction transaction() {
        return transaction;
    }

    /** Begins the next transaction. */
    void begin() {
        transaction = new Transaction();
    }
}
