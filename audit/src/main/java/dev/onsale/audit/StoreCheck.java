package dev.onsale.audit;

import dev.onsale.audit.AuditReport.Receipt;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.StoredOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/** Of the orders of one bucket, the changelog of the decider's store of orders against what the events lead to. */
final class StoreCheck {

    private final Findings findings;
    private final Codec<StoredOrder> codec;
    /** By partition and key. */
    private final Map<String, Row> latest = new HashMap<>();

    private final Set<String> later = new HashSet<>();

    StoreCheck(Findings findings, Codec<StoredOrder> codec) {
        this.findings = findings;
        this.codec = codec;
    }

    /** Takes what was stored, or removed. */
    void stored(Row row) {
        if (row.kind() == Row.Kind.UNSTORED) {
            latest.remove(here(row));
        } else {
            latest.put(here(row), row);
        }
    }

    void later(Row row) {
        later.add(here(row));
    }

    private static String here(Row row) {
        return row.partition() + " " + row.key();
    }

    /** Holds an order that was decided against the store. */
    void decided(Row row) {
        String here = here(row);
        Row seen = latest.remove(here);
        if (!later.contains(here)) {
            List<Receipt> purchase = List.of(row.in(Topics.COMMANDS.name()));
            compare(
                    findings,
                    codec,
                    row.key(),
                    Row.orderId(row.key()),
                    seen,
                    row.value(),
                    row.atMillis(),
                    purchase,
                    StoreLog.ORDERS);
        }
    }

    /** What is left was stored without a decision. */
    void end() {
        new TreeMap<>(latest).forEach((here, seen) -> {
            if (!later.contains(here)) {
                findings.violation(
                        7,
                        seen.atMillis(),
                        Row.orderId(seen.key()),
                        "The store has an order that no command led to.",
                        seen.in(StoreLog.ORDERS));
            }
        });
    }

    /**
     * Holds anything that was decided against the store.
     *
     * @param seen what the store has; null: nothing
     * @param missedAtMillis the time of the violation when there is nothing
     * @param because the records that led to it
     */
    static <T extends SpecificRecord> void compare(
            Findings findings,
            Codec<T> codec,
            String key,
            String orderId,
            @Nullable Row seen,
            byte[] decided,
            long missedAtMillis,
            List<Receipt> because,
            String topic) {
        if (seen == null) {
            String text = "'" + key + "' is not in the store, though commands led to it.";
            findings.violation(7, missedAtMillis, orderId, "", text, because);
            return;
        }
        String difference = difference(codec, seen, decided);
        if (!difference.isEmpty()) {
            List<Receipt> receipts = new ArrayList<>(because);
            receipts.add(seen.in(topic));
            String text = "The store has something else under '" + key + "' than commands led to: " + difference + ".";
            findings.violation(7, seen.atMillis(), orderId, "", text, receipts);
        }
    }

    private static <T extends SpecificRecord> String difference(Codec<T> codec, Row seen, byte[] decided) {
        if (codec.sameBytes(seen.value(), decided)) {
            return "";
        }
        try {
            T stored = codec.read(seen.value());
            T expected = codec.readOwn(decided);
            return stored.equals(expected) ? "" : Differences.between(stored, expected);
        } catch (SerializationException e) {
            return "it cannot be read";
        }
    }
}
