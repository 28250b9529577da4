package dev.onsale.fallback.desk;

import dev.onsale.domain.Order;
import dev.onsale.domain.Section;
import dev.onsale.fallback.OrderRow;
import dev.onsale.fallback.SectionRow;
import dev.onsale.fallback.StateTables;
import dev.onsale.fallback.desk.NotSoldHereException.Cause;
import dev.onsale.inventory.wire.LiveSection;
import dev.onsale.schemas.SectionKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * A section at the desk. It is kept in memory from one command to the next, and brought up to what PostgreSQL has, by the orders
 * that others have changed, whenever its row is locked. Not safe for use by several threads.
 */
final class DeskSection {

    private static final StateTables TABLES = StateTables.FALLBACK;

    /**
     * A section whose row is locked.
     *
     * @param nowMillis by PostgreSQL's clock, and not before any earlier decision, epoch milliseconds
     */
    record Locked(SectionRow row, LiveSection live, long nowMillis) {}

    private final SectionKey key;
    /** Orders that own seats, as {@link #live} has them. */
    private final Map<String, Order> owning = new HashMap<>();

    private @Nullable LiveSection live;
    /** Of the run that {@link #live} is from. What was decided in another one need not have come back to the log. */
    private long epoch;
    /** Of the transaction under way. */
    private @Nullable Handle handle;

    DeskSection(SectionKey key) {
        this.key = key;
    }

    SectionKey key() {
        return key;
    }

    void forget() {
        live = null;
        owning.clear();
    }

    /** @throws NotSoldHereException when it is not sold from here */
    Locked lock(Handle transaction, Run run) {
        handle = transaction;
        if (run.epoch() != epoch) {
            forget();
            epoch = run.epoch();
        }
        SectionRow row = TABLES.lock(transaction, key).orElseThrow(() -> absent(transaction, run));
        long clock = transaction
                .select("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")
                .mapTo(Long.class)
                .one();
        LiveSection current = live;
        if (current == null) {
            current = load(transaction, row);
            live = current;
        } else {
            catchUp(transaction, current.section(), row);
        }
        return new Locked(row, current, Math.max(clock, row.lastAtMillis()));
    }

    private LiveSection load(Handle transaction, SectionRow row) {
        owning.clear();
        TABLES.owning(transaction, key).forEach(each -> owning.put(each.order().orderId(), each.order()));
        return LiveSection.restored(key, row.state(), row.version(), owning.values(), this::find);
    }

    private void catchUp(Handle transaction, Section section, SectionRow row) {
        if (section.version() == row.version()) {
            return;
        }
        List<Order> changed = TABLES.changedSince(transaction, key, section.version()).stream()
                .map(OrderRow::order)
                .toList();
        section.takeUp(row.state(), row.version(), orderId -> Optional.ofNullable(owning.get(orderId)), changed);
        remember(changed);
    }

    private void remember(Collection<Order> changed) {
        for (Order order : changed) {
            if (order.owns()) {
                owning.put(order.orderId(), order);
            } else {
                owning.remove(order.orderId());
            }
        }
    }

    private Optional<Order> find(String orderId) {
        Handle transaction = handle;
        return transaction == null
                ? Optional.empty()
                : TABLES.order(transaction, key, orderId).map(OrderRow::order);
    }

    private NotSoldHereException absent(Handle transaction, Run run) {
        Optional<String> withheld = StateTables.EXPORTED
                .section(transaction, key)
                .flatMap(row -> Journal.withheld(transaction, run.epoch(), row.partition()));
        return withheld.map(why -> new NotSoldHereException(
                        Cause.WITHHELD,
                        "Nothing of " + key + " is sold for now, because it is not proven what was sold last (" + why
                                + "); send the same call again when sales are back to normal."))
                .orElseGet(() -> new NotSoldHereException(
                        Cause.UNKNOWN_SECTION, "There is no section " + key + "; GET /events lists what is on sale."));
    }

    /** Writes what a decision has changed. */
    void write(Handle transaction, Locked locked, LiveSection.Outcome outcome) {
        boolean changed = !outcome.orders().isEmpty() || outcome.section().isPresent();
        List<SectionRow> rows = changed
                ? List.of(SectionRow.of(
                        key, locked.row().partition(), locked.live().section(), locked.nowMillis()))
                : List.of();
        TABLES.write(
                transaction,
                rows,
                outcome.orders().stream()
                        // Payments that are under way stand in fallback.payments.
                        .map(order -> new OrderRow(key, order, OptionalLong.empty()))
                        .toList());
        remember(outcome.orders());
    }
}
