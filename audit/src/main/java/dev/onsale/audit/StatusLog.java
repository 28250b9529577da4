package dev.onsale.audit;

import dev.onsale.schemas.Topics;
import dev.onsale.wire.OrderStatus;
import org.apache.kafka.common.errors.SerializationException;

/** Reads a partition of {@code onsale.orders} into rows, for {@link StatusCheck}. */
final class StatusLog {

    static final String TOPIC = Topics.ORDERS.name();

    private final Findings findings;
    private final Codec<OrderStatus> codec;
    private final Latest rows;

    StatusLog(Findings findings, Codec<OrderStatus> codec, RowFile rows) {
        this.findings = findings;
        this.codec = codec;
        this.rows = new Latest(rows);
    }

    void read(Reader reader, int partition, String onlyEvent) {
        try (LogCursor cursor = reader.open(TOPIC, partition)) {
            for (LogRecord message = cursor.next(); message != null; message = cursor.next()) {
                take(message, onlyEvent);
            }
        }
        rows.end();
    }

    private void take(LogRecord message, String onlyEvent) {
        try {
            byte[] value = message.value();
            if (value == null) {
                throw new SerializationException("it has no value");
            }
            OrderStatus status = codec.read(value);
            String orderId = status.getOrderId();
            if (!message.keyText().equals(orderId)) {
                findings.violation(
                        7,
                        message.atMillis(),
                        orderId,
                        "The order's status stands under the key '" + message.keyText()
                                + "', where another order is looked for.",
                        message.receipt());
                return;
            }
            boolean wanted = onlyEvent.isEmpty() || status.getEventId().equals(onlyEvent);
            rows.add(Row.of(
                    wanted ? Row.Kind.TOLD : Row.Kind.TOLD_ELSEWHERE,
                    status.getEventId() + "/" + status.getSectionId() + "/" + orderId,
                    message));
        } catch (SerializationException e) {
            findings.violation(
                    7,
                    message.atMillis(),
                    message.keyText(),
                    "An order's status cannot be read: " + e.getMessage(),
                    message.receipt());
        }
    }
}
