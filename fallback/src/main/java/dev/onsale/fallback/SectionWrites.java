package dev.onsale.fallback;

import dev.onsale.domain.SectionDefinition;
import java.util.Collection;
import java.util.HexFormat;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** Writes sections. */
final class SectionWrites {

    private static final String UPSERT = """
            INSERT INTO {schema}.sections
            SELECT event_id, section_id, partition, decode(state, 'hex'), version, free, held, sold, last_at_millis,
                   event_name, currency, sales
            FROM unnest(:event_id, :section_id, :partition, :state, :version, :free, :held, :sold, :last_at_millis,
                        :event_name, :currency, :sales)
              AS row (event_id, section_id, partition, state, version, free, held, sold, last_at_millis,
                      event_name, currency, sales)
            ON CONFLICT (event_id, section_id) DO UPDATE
            SET partition = excluded.partition, state = excluded.state, version = excluded.version,
                free = excluded.free, held = excluded.held, sold = excluded.sold,
                last_at_millis = excluded.last_at_millis,
                event_name = excluded.event_name, currency = excluded.currency, sales = excluded.sales
            """;

    private final String upsert;

    SectionWrites(String schema) {
        this.upsert = UPSERT.replace("{schema}", schema);
    }

    void write(Handle handle, Collection<SectionRow> rows) {
        if (rows.isEmpty()) {
            return;
        }
        new Columns<>(handle.createUpdate(upsert), rows)
                .texts("event_id", row -> row.key().eventId())
                .texts("section_id", row -> row.key().sectionId())
                .ints("partition", SectionRow::partition)
                .raw("state", row -> HexFormat.of().formatHex(Rows.bytes(row.state())))
                .longs("version", SectionRow::version)
                .ints("free", SectionRow::free)
                .ints("held", SectionRow::held)
                .ints("sold", SectionRow::sold)
                .longs("last_at_millis", SectionRow::lastAtMillis)
                .texts("event_name", row -> definition(row, SectionDefinition::eventName))
                .texts("currency", row -> definition(row, SectionDefinition::currency))
                .texts("sales", row -> row.state().sales().name())
                .statement()
                .execute();
    }

    private static String definition(SectionRow row, Function<SectionDefinition, String> text) {
        return row.state().definition().map(text).orElse("");
    }
}
