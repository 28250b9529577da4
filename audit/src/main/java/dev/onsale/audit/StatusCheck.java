package dev.onsale.audit;

import dev.onsale.audit.AuditReport.Receipt;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.OrderStatus;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Of the orders of one bucket, {@code onsale.orders} against what was decided: what the buyer is told is what was decided. */
final class StatusCheck {

    private final Findings findings;
    private final Codec<OrderStatus> codec;
    /** By order key. */
    private final Map<String, Row> latest = new HashMap<>();
    /** By order id alone: compaction keeps one of the sections that were asked under the same request id. */
    private final Set<String> known = new HashSet<>();
    /** Order keys of what later events changed; and of what they only tell anew. */
    private final Set<String> later = new HashSet<>();

    private final Set<String> moved = new HashSet<>();

    StatusCheck(Findings findings, Codec<OrderStatus> codec) {
        this.findings = findings;
        this.codec = codec;
    }

    /** Takes a status that stands in the topic. */
    void told(Row row) {
        known.add(Row.orderId(row.key()));
        if (row.kind() == Row.Kind.TOLD) {
            latest.put(row.key(), row);
        }
    }

    void later(Row row) {
        later.add(row.key());
    }

    void moved(Row row) {
        moved.add(row.key());
    }

    /** Holds the last decided status of an order against the topic. */
    void decided(Row row) {
        boolean changedLater = later.contains(row.key()) || moved.contains(row.key());
        Row seen = latest.remove(row.key());
        Receipt purchase = row.in(Topics.COMMANDS.name());
        if (seen == null) {
            if (!changedLater && !known.contains(Row.orderId(row.key()))) {
                findings.violation(
                        7,
                        row.atMillis(),
                        Row.orderId(row.key()),
                        "The order's status was decided, but is not in " + StatusLog.TOPIC + ".",
                        purchase);
            }
            return;
        }
        findings.story().told(() -> codec.read(seen.value()), seen.in(StatusLog.TOPIC), seen.atMillis());
        if (changedLater || codec.sameBytes(seen.value(), row.value())) {
            return;
        }
        OrderStatus told = codec.read(seen.value());
        OrderStatus decided = codec.readOwn(row.value());
        if (!told.equals(decided)) {
            findings.violation(
                    7,
                    row.atMillis(),
                    decided.getOrderId(),
                    "The order's status differs from the decision: " + Differences.between(told, decided) + ".",
                    purchase,
                    seen.in(StatusLog.TOPIC));
        }
    }

    /** What is left is told of orders that nobody decided. */
    void end() {
        new TreeMap<>(latest).forEach((key, seen) -> {
            if (!later.contains(key)) {
                findings.violation(
                        7,
                        seen.atMillis(),
                        Row.orderId(key),
                        "A status is told of an order that no command led to.",
                        seen.in(StatusLog.TOPIC));
            }
        });
    }
}
