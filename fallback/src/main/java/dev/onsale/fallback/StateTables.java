package dev.onsale.fallback;

import dev.onsale.domain.OrderState;
import dev.onsale.schemas.SectionKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * The tables of sections, orders and seats in one of the two schemas. Keeps nothing in memory, and leaves transactions to
 * whoever has opened the handle. Every method throws {@link org.jdbi.v3.core.JdbiException} when PostgreSQL fails.
 */
public final class StateTables {

    /** What the exporter has exported; it alone writes here. */
    public static final StateTables EXPORTED = new StateTables("exported");
    /** The working copy that sales go on from while there is no decider. */
    public static final StateTables FALLBACK = new StateTables("fallback");

    private static final String OF_SECTION = " WHERE event_id = :event_id AND section_id = :section_id";

    private final String schema;
    private final SectionWrites sectionWrites;
    private final OrderWrites orderWrites;
    private final SeatWrites seatWrites;

    private StateTables(String schema) {
        this.schema = schema;
        this.sectionWrites = new SectionWrites(schema);
        this.orderWrites = new OrderWrites(schema);
        this.seatWrites = new SeatWrites(schema);
    }

    /** Name of the PostgreSQL schema. */
    public String schema() {
        return schema;
    }

    public Optional<SectionRow> section(Handle handle, SectionKey key) {
        return ofSection(handle, "SELECT * FROM " + schema + ".sections" + OF_SECTION, key)
                .map((row, context) -> Rows.section(row))
                .findOne();
    }

    /** The same, and the row is locked until the transaction ends. */
    public Optional<SectionRow> lock(Handle handle, SectionKey key) {
        return ofSection(handle, "SELECT * FROM " + schema + ".sections" + OF_SECTION + " FOR UPDATE", key)
                .map((row, context) -> Rows.section(row))
                .findOne();
    }

    /** All sections, in no order. */
    public List<SectionRow> sections(Handle handle) {
        return handle.createQuery("SELECT * FROM " + schema + ".sections")
                .map((row, context) -> Rows.section(row))
                .list();
    }

    /** All sections of a partition of the events, in no order. */
    public List<SectionRow> sections(Handle handle, int partition) {
        return handle.createQuery("SELECT * FROM " + schema + ".sections WHERE partition = :partition")
                .bind("partition", partition)
                .map((row, context) -> Rows.section(row))
                .list();
    }

    public Optional<OrderRow> order(Handle handle, SectionKey key, String orderId) {
        return ofSection(handle, "SELECT * FROM " + schema + ".orders" + OF_SECTION + " AND order_id = :order_id", key)
                .bind("order_id", StoredText.of(orderId))
                .map((row, context) -> Rows.order(row))
                .findOne();
    }

    /** Orders of any section by their id. */
    public List<OrderRow> withId(Handle handle, String orderId) {
        return handle.createQuery("SELECT * FROM " + schema + ".orders WHERE order_id = :order_id")
                .bind("order_id", StoredText.of(orderId))
                .map((row, context) -> Rows.order(row))
                .list();
    }

    /** Those of some orders that there are, looked up at once. */
    public List<OrderRow> orders(Handle handle, Set<OrderKey> keys) {
        if (keys.isEmpty()) {
            return List.of();
        }
        // By the id alone, which few orders share: joined by all three, PostgreSQL has taken the index of versions for
        // the
        // right one, and has read all orders of a section for each.
        Query query = handle.createQuery("SELECT * FROM " + schema + ".orders WHERE order_id = ANY (:order_id)");
        return new Columns<>(query, keys)
                .texts("order_id", OrderKey::orderId)
                .statement()
                .map((row, context) -> Rows.order(row))
                .filter(row ->
                        keys.contains(new OrderKey(row.section(), row.order().orderId())))
                .list();
    }

    /** The orders of a section that own seats: with its row, all that a section is restored from. */
    public List<OrderRow> owning(Handle handle, SectionKey key) {
        return ofSection(
                        handle,
                        "SELECT * FROM " + schema + ".orders" + OF_SECTION + " AND state IN (:held, :sold)",
                        key)
                .bind("held", OrderState.HELD.name())
                .bind("sold", OrderState.SOLD.name())
                .map((row, context) -> Rows.order(row))
                .list();
    }

    /** The seats of a section that are owned: for each, the order and whether it is HELD or SOLD, with a space between. */
    public Map<String, String> seats(Handle handle, SectionKey key) {
        return ofSection(handle, "SELECT seat, order_id, state FROM " + schema + ".seats" + OF_SECTION, key)
                .reduceRows(new HashMap<>(), (seats, row) -> {
                    seats.put(
                            StoredText.read(row.getColumn("seat", String.class)),
                            StoredText.read(row.getColumn("order_id", String.class)) + " "
                                    + row.getColumn("state", String.class));
                    return seats;
                });
    }

    /** When the first hold of each section ends that has holds, on the section's clock, milliseconds. */
    public Map<SectionKey, Long> firstDeadlines(Handle handle) {
        return handle.createQuery("SELECT event_id, section_id, min(deadline_millis) AS first FROM " + schema
                        + ".orders WHERE state = :held GROUP BY event_id, section_id")
                .bind("held", OrderState.HELD.name())
                .reduceRows(new HashMap<>(), (deadlines, row) -> {
                    deadlines.put(
                            new SectionKey(
                                    row.getColumn("event_id", String.class), row.getColumn("section_id", String.class)),
                            row.getColumn("first", Long.class));
                    return deadlines;
                });
    }

    /** The orders of a section that have changed after a version of the section, the first to have done so first. */
    public List<OrderRow> changedSince(Handle handle, SectionKey key, long version) {
        return ofSection(
                        handle,
                        "SELECT * FROM " + schema + ".orders" + OF_SECTION + " AND version > :version ORDER BY version",
                        key)
                .bind("version", version)
                .map((row, context) -> Rows.order(row))
                .list();
    }

    private static Query ofSection(Handle handle, String sql, SectionKey key) {
        return handle.createQuery(sql).bind("event_id", key.eventId()).bind("section_id", key.sectionId());
    }

    /**
     * Writes sections and orders over what there is, and the seats that follow from the orders. A number of statements that
     * does not depend on the number of rows.
     *
     * @param sections each at most once
     * @param orders each at most once
     * @throws org.jdbi.v3.core.statement.UnableToExecuteStatementException when another order owns a seat: the key of the
     *     seats refuses it (SQLSTATE 23505), and nothing of the transaction can be kept
     */
    public void write(Handle handle, Collection<SectionRow> sections, Collection<OrderRow> orders) {
        sectionWrites.write(handle, sections);
        orderWrites.write(handle, orders);
        seatWrites.write(handle, orders);
    }
}
