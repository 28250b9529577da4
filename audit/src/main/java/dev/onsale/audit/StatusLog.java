package dev.onsale.audit;

import dev.onsale.audit.AuditReport.Receipt;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.OrderStatus;
import org.apache.kafka.common.errors.SerializationException;

/** {@code onsale.orders} against what was decided: what the buyer is told is what was decided. */
final class StatusLog {

    private static final String TOPIC = Topics.ORDERS.name();

    private final Findings findings;
    private final Codec<OrderStatus> codec;
    /** By eventId/sectionId/orderId. */
    private final Table<Seen> latest;
    /** By order id alone: compaction keeps one of the sections that were asked under the same request id. */
    private final Table<byte[]> known;

    StatusLog(Findings findings, Codec<OrderStatus> codec, Store store) {
        this.findings = findings;
        this.codec = codec;
        this.latest = Seen.table(store, 'a');
        this.known = new Table<>(store, 'b', value -> value, value -> value);
    }

    void load(Reader reader, String onlyEvent) {
        for (int partition = 0; partition < reader.source().partitions(TOPIC); partition++) {
            try (LogCursor cursor = reader.open(TOPIC, partition)) {
                for (LogRecord message = cursor.next(); message != null; message = cursor.next()) {
                    take(message, onlyEvent);
                }
            }
        }
    }

    private void take(LogRecord message, String onlyEvent) {
        byte[] value = message.value();
        try {
            if (value == null) {
                throw new SerializationException("it has no value");
            }
            OrderStatus status = codec.read(value);
            if (!message.keyText().equals(status.getOrderId())) {
                findings.violation(
                        7,
                        message.atMillis(),
                        status.getOrderId(),
                        "The order's status stands under the key '" + message.keyText()
                                + "', where another order is looked for.",
                        message.receipt());
                return;
            }
            known.put(status.getOrderId(), new byte[0]);
            if (onlyEvent.isEmpty() || status.getEventId().equals(onlyEvent)) {
                latest.put(
                        status.getEventId() + "/" + status.getSectionId() + "/" + status.getOrderId(),
                        Seen.of(message, value));
            }
        } catch (SerializationException e) {
            findings.violation(
                    7,
                    message.atMillis(),
                    message.keyText(),
                    "An order's status cannot be read: " + e.getMessage(),
                    message.receipt());
        }
    }

    /** Holds the last decided status of an order against the topic. */
    void expect(String orderKey, OrderStatus decided, Receipt command, long atMillis, boolean changedLater) {
        Seen seen = latest.find(orderKey).orElse(null);
        if (seen == null) {
            if (!changedLater && known.find(decided.getOrderId()).isEmpty()) {
                findings.violation(
                        7,
                        atMillis,
                        decided.getOrderId(),
                        "The order's status was decided, but is not in " + TOPIC + ".",
                        command);
            }
            return;
        }
        latest.remove(orderKey);
        OrderStatus told = codec.read(seen.value());
        findings.story().told(told, seen.in(TOPIC), seen.atMillis());
        if (!changedLater && !told.equals(decided)) {
            findings.violation(
                    7,
                    atMillis,
                    decided.getOrderId(),
                    "The order's status differs from the decision: " + Differences.between(told, decided) + ".",
                    command,
                    seen.in(TOPIC));
        }
    }

    /** What is left is told of orders that nobody decided. */
    void end(Later later) {
        latest.forEach((key, seen) -> {
            if (!later.order(key)) {
                findings.violation(
                        7,
                        seen.atMillis(),
                        key.substring(key.lastIndexOf('/') + 1),
                        "A status is told of an order that no command led to.",
                        seen.in(TOPIC));
            }
        });
    }
}
