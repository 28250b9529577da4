package dev.onsale.audit;

import java.util.LinkedHashMap;

/**
 * Passes on rows of which only the latest of a key counts, a little later, and without those that were overtaken meanwhile: most are,
 * where a topic is not compacted yet.
 */
final class Latest {

    private static final int MOST_WAITING = 4 * 1024;

    private final RowFile rows;
    private final LinkedHashMap<String, Row> waiting = new LinkedHashMap<>();

    Latest(RowFile rows) {
        this.rows = rows;
    }

    /** @param row of an order key */
    void add(Row row) {
        if (waiting.put(row.key(), row) == null && waiting.size() > MOST_WAITING) {
            pass(waiting.pollFirstEntry().getValue());
        }
    }

    private void pass(Row row) {
        rows.add(Row.orderId(row.key()), row);
    }

    /** Passes on what is left. */
    void end() {
        waiting.values().forEach(this::pass);
        waiting.clear();
    }
}
