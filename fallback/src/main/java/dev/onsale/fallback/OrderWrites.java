package dev.onsale.fallback;

import dev.onsale.domain.Order;
import java.util.Collection;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Writes orders. */
final class OrderWrites {

    private static final String UPSERT = """
            INSERT INTO {schema}.orders
            SELECT event_id, section_id, order_id, buyer, request_hash, state, payment, attempt,
                   CAST(seats AS text[]), quantity, total, deadline_millis, reason, gateway_reference,
                   purchase_partition, purchase_offset, purchase_at_millis, purchase_variant, version, asked_at_millis
            FROM unnest(:event_id, :section_id, :order_id, :buyer, :request_hash, :state, :payment, :attempt,
                        :seats, :quantity, :total, :deadline_millis, :reason, :gateway_reference,
                        :purchase_partition, :purchase_offset, :purchase_at_millis, :purchase_variant, :version,
                        :asked_at_millis)
              AS row (event_id, section_id, order_id, buyer, request_hash, state, payment, attempt,
                      seats, quantity, total, deadline_millis, reason, gateway_reference,
                      purchase_partition, purchase_offset, purchase_at_millis, purchase_variant, version,
                      asked_at_millis)
            ON CONFLICT (event_id, section_id, order_id) DO UPDATE
            SET buyer = excluded.buyer, request_hash = excluded.request_hash, state = excluded.state,
                payment = excluded.payment, attempt = excluded.attempt, seats = excluded.seats,
                quantity = excluded.quantity, total = excluded.total, deadline_millis = excluded.deadline_millis,
                reason = excluded.reason, gateway_reference = excluded.gateway_reference,
                purchase_partition = excluded.purchase_partition, purchase_offset = excluded.purchase_offset,
                purchase_at_millis = excluded.purchase_at_millis, purchase_variant = excluded.purchase_variant,
                version = excluded.version, asked_at_millis = excluded.asked_at_millis
            """;

    private final String upsert;

    OrderWrites(String schema) {
        this.upsert = UPSERT.replace("{schema}", schema);
    }

    void write(Handle handle, Collection<OrderRow> rows) {
        if (rows.isEmpty()) {
            return;
        }
        new Columns<>(handle.createUpdate(upsert), rows)
                .texts("event_id", row -> row.section().eventId())
                .texts("section_id", row -> row.section().sectionId())
                .texts("order_id", of(Order::orderId))
                .texts("buyer", of(Order::buyer))
                .longs("request_hash", of(Order::requestHash))
                .texts("state", of(order -> order.state().name()))
                .texts("payment", of(order -> order.payment().name()))
                .ints("attempt", of(Order::attempt))
                .raw("seats", of(order -> StoredText.array(order.seats())))
                .ints("quantity", of(Order::quantity))
                .longs("total", of(Order::total))
                .longs("deadline_millis", of(Order::deadlineMillis))
                .texts("reason", of(Order::reason))
                .texts("gateway_reference", of(Order::gatewayReference))
                .ints("purchase_partition", of(order -> order.purchase().partition()))
                .longs("purchase_offset", of(order -> order.purchase().offset()))
                .longs("purchase_at_millis", of(order -> order.purchase().atMillis()))
                .texts("purchase_variant", of(order -> order.purchase().variant()))
                .longs("version", of(Order::version))
                .longs("asked_at_millis", OrderWrites::askedAt)
                .statement()
                .execute();
    }

    private static <T> Function<OrderRow, T> of(Function<Order, T> component) {
        return row -> component.apply(row.order());
    }

    private static @Nullable Long askedAt(OrderRow row) {
        return row.askedAtMillis().isPresent() ? row.askedAtMillis().getAsLong() : null;
    }
}
