package dev.onsale.audit;

import dev.onsale.inventory.InventoryService;
import dev.onsale.inventory.InventoryTopology;
import dev.onsale.wire.StoredSection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * One partition of the changelogs of the decider's stores: they equal what the events lead to. Of sections that is seen here, of
 * orders by {@link StoreCheck}.
 */
final class StoreLog {

    static final String ORDERS = changelog(InventoryTopology.ORDERS_STORE);
    static final String SECTIONS = changelog(InventoryTopology.SECTIONS_STORE);

    private final Findings findings;
    private final Codec<StoredSection> codec;
    private final RowFile rows;
    private final Map<String, Row> sections = new HashMap<>();
    private long newestMillis = Long.MIN_VALUE;

    StoreLog(Findings findings, Codec<StoredSection> codec, RowFile rows) {
        this.findings = findings;
        this.codec = codec;
        this.rows = rows;
    }

    private static String changelog(String store) {
        return InventoryService.APPLICATION_ID + "-" + store + "-changelog";
    }

    void read(Reader reader, int partition, String onlyEvent) {
        var orders = new Latest(rows);
        read(reader, ORDERS, partition, onlyEvent, orders::add);
        orders.end();
        read(reader, SECTIONS, partition, onlyEvent, row -> {
            if (row.kind() == Row.Kind.UNSTORED) {
                sections.remove(row.key());
            } else {
                sections.put(row.key(), row);
            }
        });
    }

    private void read(Reader reader, String topic, int partition, String onlyEvent, Consumer<Row> taker) {
        try (LogCursor cursor = reader.open(topic, partition)) {
            for (LogRecord message = cursor.next(); message != null; message = cursor.next()) {
                newestMillis = Math.max(newestMillis, message.atMillis());
                String key = message.keyText();
                if (onlyEvent.isEmpty() || key.startsWith(onlyEvent + "/")) {
                    Row.Kind kind = message.value() == null ? Row.Kind.UNSTORED : Row.Kind.STORED;
                    taker.accept(Row.of(kind, key, message));
                }
            }
        }
    }

    /** The newest time in the stores, epoch milliseconds. */
    long newestMillis() {
        return newestMillis;
    }

    void expectSection(String key, StoredSection decided, boolean changedLater) {
        Row seen = sections.remove(key);
        if (!changedLater) {
            StoreCheck.compare(findings, codec, key, "", seen, codec.write(decided), newestMillis, List.of(), SECTIONS);
        }
    }

    /** What is left was stored without a decision. */
    void end(Later later) {
        new TreeMap<>(sections).forEach((key, seen) -> {
            if (!later.section(key)) {
                findings.violation(
                        7,
                        seen.atMillis(),
                        "",
                        "The store has section " + key + " that no command led to.",
                        seen.in(SECTIONS));
            }
        });
    }
}
