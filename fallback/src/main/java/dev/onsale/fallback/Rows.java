package dev.onsale.fallback;

import dev.onsale.domain.Order;
import dev.onsale.domain.OrderState;
import dev.onsale.domain.PaymentState;
import dev.onsale.domain.SectionState;
import dev.onsale.domain.Stamp;
import dev.onsale.inventory.InventoryTopology;
import dev.onsale.inventory.wire.States;
import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.SectionKey;
import dev.onsale.wire.StoredSection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/** Rows of the tables as what they stand for. */
final class Rows {

    /** With the ids of this build and not a registry's, so that the state can be read when nothing but PostgreSQL is there. */
    private static final AvroSerde<StoredSection> STATES =
            AvroSerde.of(StoredSection.class, PinnedSchemas.released(), InventoryTopology.SECTIONS_STORE + "-value");

    private Rows() {}

    static byte[] bytes(SectionState state) {
        return STATES.toBytes(States.toStored(state));
    }

    static SectionRow section(ResultSet row) throws SQLException {
        return new SectionRow(
                key(row),
                row.getInt("partition"),
                States.toDomain(STATES.fromBytes(row.getBytes("state"))),
                row.getLong("version"),
                row.getInt("free"),
                row.getInt("held"),
                row.getInt("sold"),
                row.getLong("last_at_millis"));
    }

    static OrderRow order(ResultSet row) throws SQLException {
        long askedAt = row.getLong("asked_at_millis");
        OptionalLong asked = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(askedAt);
        var order = new Order(
                text(row, "order_id"),
                text(row, "buyer"),
                row.getLong("request_hash"),
                OrderState.valueOf(row.getString("state")),
                PaymentState.valueOf(row.getString("payment")),
                row.getInt("attempt"),
                texts(row, "seats"),
                row.getInt("quantity"),
                row.getLong("total"),
                row.getLong("deadline_millis"),
                text(row, "reason"),
                text(row, "gateway_reference"),
                new Stamp(
                        row.getInt("purchase_partition"),
                        row.getLong("purchase_offset"),
                        row.getLong("purchase_at_millis"),
                        text(row, "purchase_variant")),
                row.getLong("version"));
        return new OrderRow(key(row), order, asked);
    }

    private static SectionKey key(ResultSet row) throws SQLException {
        return new SectionKey(row.getString("event_id"), row.getString("section_id"));
    }

    private static String text(ResultSet row, String column) throws SQLException {
        return StoredText.read(row.getString(column));
    }

    private static List<String> texts(ResultSet row, String column) throws SQLException {
        return Arrays.stream((String[]) row.getArray(column).getArray())
                .map(StoredText::read)
                .toList();
    }
}
