package dev.onsale.audit;

import dev.onsale.schemas.Topics;
import dev.onsale.wire.PaymentRequest;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/** Reads a partition of {@code onsale.payments} into rows, for {@link PaymentCheck}. */
final class PaymentLog {

    static final String TOPIC = Topics.PAYMENTS.name();

    private final Findings findings;
    private final Codec<PaymentRequest> codec;
    private final Repairs repairs;
    private final RowFile rows;

    PaymentLog(Findings findings, Codec<PaymentRequest> codec, Repairs repairs, RowFile rows) {
        this.findings = findings;
        this.codec = codec;
        this.repairs = repairs;
        this.rows = rows;
    }

    void read(Reader reader, int partition, String onlyEvent) {
        boolean cut = reader.source().start(TOPIC, partition) > 0;
        long keptFromMillis = Long.MAX_VALUE;
        try (LogCursor cursor = reader.open(TOPIC, partition)) {
            for (LogRecord message = cursor.next(); message != null; message = cursor.next()) {
                PaymentRequest request = request(message);
                if (request == null) {
                    continue;
                }
                // What was sent again has the time of the first, which may be one of those that were deleted.
                if (cut && !repairs.know(request.getIdempotencyKey())) {
                    keptFromMillis = Math.min(keptFromMillis, message.atMillis());
                }
                if (onlyEvent.isEmpty() || request.getEventId().equals(onlyEvent)) {
                    take(message, request);
                }
            }
        }
        if (cut) {
            rows.addToAll(new Row(Row.Kind.KEPT_FROM, "", partition, 0, keptFromMillis, Row.NOTHING));
        }
    }

    private @Nullable PaymentRequest request(LogRecord message) {
        try {
            byte[] value = message.value();
            if (value == null) {
                throw new SerializationException("it has no value");
            }
            return codec.read(value);
        } catch (SerializationException e) {
            findings.violation(
                    7,
                    message.atMillis(),
                    message.keyText(),
                    "A payment request cannot be read: " + e.getMessage(),
                    message.receipt());
            return null;
        }
    }

    private void take(LogRecord message, PaymentRequest request) {
        if (!message.keyText().equals(request.getOrderId())) {
            findings.violation(
                    7,
                    message.atMillis(),
                    request.getOrderId(),
                    "A payment request stands under the key '" + message.keyText() + "' instead of its order's.",
                    message.receipt());
        }
        rows.add(request.getOrderId(), Row.of(Row.Kind.ASKED, key(request), message));
    }

    static String key(PaymentRequest request) {
        return Later.paymentKey(
                request.getEventId() + "/" + request.getSectionId(),
                request.getOrderId(),
                request.getAttempt(),
                request.getOperation());
    }
}
