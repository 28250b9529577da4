package dev.onsale.fallback;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * Writes the seats that follow from orders. What is given up goes first, so that the next owner finds it free; what is taken
 * is inserted without regard to another owner, whom PostgreSQL's own key defends.
 */
final class SeatWrites {

    private record SeatRow(OrderRow owner, String seat) {}

    private static final String ROWS = """
            unnest(:event_id, :section_id, :seat, :order_id, :state)
              AS row (event_id, section_id, seat, order_id, state)
            """;
    private static final String SAME_SEAT = """
             seats.event_id = row.event_id AND seats.section_id = row.section_id AND seats.seat = row.seat
              AND seats.order_id = row.order_id
            """;
    private static final String DELETE = "DELETE FROM {schema}.seats AS seats USING " + ROWS + " WHERE" + SAME_SEAT;
    private static final String UPDATE = "UPDATE {schema}.seats AS seats SET state = row.state FROM " + ROWS + " WHERE"
            + SAME_SEAT + " AND seats.state <> row.state";
    private static final String INSERT = "INSERT INTO {schema}.seats SELECT row.* FROM " + ROWS
            + " WHERE NOT EXISTS (SELECT FROM {schema}.seats AS seats WHERE" + SAME_SEAT + ")";

    private final String delete;
    private final String update;
    private final String insert;

    SeatWrites(String schema) {
        this.delete = DELETE.replace("{schema}", schema);
        this.update = UPDATE.replace("{schema}", schema);
        this.insert = INSERT.replace("{schema}", schema);
    }

    void write(Handle handle, Collection<OrderRow> orders) {
        List<SeatRow> owned = new ArrayList<>();
        List<SeatRow> notOwned = new ArrayList<>();
        for (OrderRow order : orders) {
            List<SeatRow> seats = order.order().owns() ? owned : notOwned;
            order.order().seats().forEach(seat -> seats.add(new SeatRow(order, seat)));
        }
        execute(handle, delete, notOwned);
        execute(handle, update, owned);
        execute(handle, insert, owned);
    }

    private static void execute(Handle handle, String sql, List<SeatRow> rows) {
        if (rows.isEmpty()) {
            return;
        }
        new Columns<>(handle.createUpdate(sql), rows)
                .texts("event_id", row -> row.owner().section().eventId())
                .texts("section_id", row -> row.owner().section().sectionId())
                .texts("seat", SeatRow::seat)
                .texts("order_id", row -> row.owner().order().orderId())
                .texts("state", row -> row.owner().order().state().name())
                .statement()
                .execute();
    }
}
