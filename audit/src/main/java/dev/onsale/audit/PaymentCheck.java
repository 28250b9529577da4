package dev.onsale.audit;

import dev.onsale.audit.AuditReport.Receipt;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.PaymentRequest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Utils;

/**
 * Of the orders of one bucket, {@code onsale.payments} against what was decided: nobody may be asked to pay twice, or without a
 * decision.
 */
final class PaymentCheck {

    private final Findings findings;
    private final Codec<PaymentRequest> codec;
    private final Repairs repairs;
    private final int partitions;
    /** By payment key. */
    private final Map<String, Row> unmatched = new HashMap<>();

    private final Set<String> later = new HashSet<>();
    /** By partition, the time of the oldest record where older ones were deleted. */
    private final Map<Integer, Long> keptFromMillis = new HashMap<>();

    /** @param partitions number of partitions of {@code onsale.payments} */
    PaymentCheck(Findings findings, Codec<PaymentRequest> codec, Repairs repairs, int partitions) {
        this.findings = findings;
        this.codec = codec;
        this.repairs = repairs;
        this.partitions = partitions;
    }

    void keptFrom(Row row) {
        keptFromMillis.put(row.partition(), row.atMillis());
    }

    /** Takes a request that stands in the topic. */
    void asked(Row row) {
        Row first = unmatched.putIfAbsent(row.key(), row);
        if (first == null) {
            return;
        }
        PaymentRequest request = codec.read(row.value());
        if (Arrays.equals(first.value(), row.value()) && repairs.excuse(request.getIdempotencyKey())) {
            return;
        }
        findings.violation(
                3,
                row.atMillis(),
                request.getOrderId(),
                request.getOperation() + " of attempt " + request.getAttempt() + " is asked of the gateway twice.",
                first.in(PaymentLog.TOPIC),
                row.in(PaymentLog.TOPIC));
    }

    void later(Row row) {
        later.add(row.key());
    }

    /** Holds a decided request against the topic. */
    void decided(Row row) {
        Row seen = unmatched.remove(row.key());
        Receipt command = row.in(Topics.COMMANDS.name());
        if (seen == null) {
            PaymentRequest decided = codec.readOwn(row.value());
            if (row.atMillis() >= keptFrom(decided.getOrderId())) {
                findings.violation(
                        7,
                        row.atMillis(),
                        decided.getOrderId(),
                        "The request to " + decided.getOperation() + " of attempt " + decided.getAttempt()
                                + " was decided, but is not in " + PaymentLog.TOPIC + ".",
                        command);
            }
            return;
        }
        findings.story().asked(() -> codec.read(seen.value()), seen.in(PaymentLog.TOPIC), seen.atMillis());
        if (!codec.sameBytes(seen.value(), row.value())) {
            compare(
                    codec.read(seen.value()),
                    codec.readOwn(row.value()),
                    row.atMillis(),
                    List.of(command, seen.in(PaymentLog.TOPIC)));
        }
    }

    private void compare(PaymentRequest asked, PaymentRequest decided, long atMillis, List<Receipt> receipts) {
        if (asked.equals(decided)) {
            return;
        }
        String difference = Differences.between(asked, decided);
        String text = "The payment request differs from the decision: " + difference + ".";
        findings.violation(7, atMillis, decided.getOrderId(), "", text, receipts);
        if (asked.getAmount() != decided.getAmount()
                || !asked.getCurrency().equals(decided.getCurrency())
                || !asked.getIdempotencyKey().equals(decided.getIdempotencyKey())) {
            findings.violation(
                    3,
                    atMillis,
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
    void end() {
        new TreeMap<>(unmatched).forEach((key, seen) -> {
            if (!later.contains(key)) {
                PaymentRequest request = codec.read(seen.value());
                findings.story().asked(() -> request, seen.in(PaymentLog.TOPIC), seen.atMillis());
                findings.violation(
                        3,
                        seen.atMillis(),
                        request.getOrderId(),
                        request.getOperation() + " of attempt " + request.getAttempt()
                                + " is asked of the gateway, but no command led to that.",
                        seen.in(PaymentLog.TOPIC));
            }
        });
    }
}
