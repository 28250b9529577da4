package dev.onsale.audit;

import dev.onsale.audit.AuditReport.Receipt;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.PaymentRequest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.utils.Utils;

/** {@code onsale.payments} against what was decided: nobody may be asked to pay twice, or without a decision. */
final class PaymentLog {

    private static final String TOPIC = Topics.PAYMENTS.name();

    private final Findings findings;
    private final Codec<PaymentRequest> codec;
    private final Table<Seen> unmatched;
    /** By partition, the time of the oldest record where older ones were deleted. */
    private final Map<Integer, Long> keptFromMillis = new HashMap<>();

    private final Repairs repairs;

    private int partitions;

    PaymentLog(Findings findings, Codec<PaymentRequest> codec, Repairs repairs, Store store) {
        this.findings = findings;
        this.repairs = repairs;
        this.codec = codec;
        this.unmatched = Seen.table(store, 'p');
    }

    void load(Reader reader, String onlyEvent) {
        partitions = reader.source().partitions(TOPIC);
        for (int partition = 0; partition < partitions; partition++) {
            boolean cut = reader.source().start(TOPIC, partition) > 0;
            if (cut) {
                keptFromMillis.put(partition, Long.MAX_VALUE);
            }
            try (LogCursor cursor = reader.open(TOPIC, partition)) {
                for (LogRecord message = cursor.next(); message != null; message = cursor.next()) {
                    take(message, onlyEvent, cut);
                }
            }
        }
    }

    private void take(LogRecord message, String onlyEvent, boolean cut) {
        byte[] value = message.value();
        PaymentRequest request;
        try {
            if (value == null) {
                throw new SerializationException("it has no value");
            }
            request = codec.read(value);
        } catch (SerializationException e) {
            findings.violation(
                    7,
                    message.atMillis(),
                    message.keyText(),
                    "A payment request cannot be read: " + e.getMessage(),
                    message.receipt());
            return;
        }
        // What was sent again has the time of the first, which may be one of those that were deleted.
        if (cut && !repairs.know(request.getIdempotencyKey())) {
            keptFromMillis.merge(message.partition(), message.atMillis(), Math::min);
        }
        if (!onlyEvent.isEmpty() && !request.getEventId().equals(onlyEvent)) {
            return;
        }
        if (!message.keyText().equals(request.getOrderId())) {
            findings.violation(
                    7,
                    message.atMillis(),
                    request.getOrderId(),
                    "A payment request stands under the key '" + message.keyText() + "' instead of its order's.",
                    message.receipt());
        }
        String key = key(request);
        unmatched
                .find(key)
                .ifPresentOrElse(
                        first -> again(first, request, message), () -> unmatched.put(key, Seen.of(message, value)));
    }

    private void again(Seen first, PaymentRequest request, LogRecord message) {
        if (Arrays.equals(first.value(), message.value()) && repairs.excuse(request.getIdempotencyKey())) {
            return;
        }
        findings.violation(
                3,
                message.atMillis(),
                request.getOrderId(),
                request.getOperation() + " of attempt " + request.getAttempt() + " is asked of the gateway twice.",
                first.in(TOPIC),
                message.receipt());
    }

    /** Holds a decided request against the topic. */
    void expect(PaymentRequest decided, LogRecord command) {
        String key = key(decided);
        Seen seen = unmatched.find(key).orElse(null);
        if (seen == null) {
            if (partitions > 0 && command.atMillis() >= keptFrom(decided.getOrderId())) {
                findings.violation(
                        7,
                        command.atMillis(),
                        decided.getOrderId(),
                        "The request to " + decided.getOperation() + " of attempt " + decided.getAttempt()
                                + " was decided, but is not in " + TOPIC + ".",
                        command.receipt());
            }
            return;
        }
        unmatched.remove(key);
        PaymentRequest asked = codec.read(seen.value());
        findings.story().asked(asked, seen.in(TOPIC), seen.atMillis());
        if (asked.equals(decided)) {
            return;
        }
        List<Receipt> receipts = List.of(command.receipt(), seen.in(TOPIC));
        String difference = Differences.between(asked, decided);
        String text = "The payment request differs from the decision: " + difference + ".";
        findings.violation(7, command.atMillis(), decided.getOrderId(), "", text, receipts);
        if (asked.getAmount() != decided.getAmount()
                || !asked.getCurrency().equals(decided.getCurrency())
                || !asked.getIdempotencyKey().equals(decided.getIdempotencyKey())) {
            findings.violation(
                    3,
                    command.atMillis(),
                    decided.getOrderId(),
                    "",
                    "Another charge than decided: " + difference + ".",
                    receipts);
        }
    }

    private long keptFrom(String orderId) {
        int partition = Utils.toPositive(Utils.murmur2(orderId.getBytes(StandardCharsets.UTF_8))) % partitions;
        return keptFromMillis.getOrDefault(partition, Long.MIN_VALUE);
    }

    /** What is left was asked for without a decision. */
    void end(Later later) {
        unmatched.forEach((key, seen) -> {
            if (!later.payment(key)) {
                PaymentRequest request = codec.read(seen.value());
                findings.story().asked(request, seen.in(TOPIC), seen.atMillis());
                findings.violation(
                        3,
                        seen.atMillis(),
                        request.getOrderId(),
                        request.getOperation() + " of attempt " + request.getAttempt()
                                + " is asked of the gateway, but no command led to that.",
                        seen.in(TOPIC));
            }
        });
    }

    private static String key(PaymentRequest request) {
        return Later.paymentKey(
                request.getEventId() + "/" + request.getSectionId(),
                request.getOrderId(),
                request.getAttempt(),
                request.getOperation());
    }
}
