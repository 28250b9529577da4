package dev.onsale.payments.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * One effect, as a line of the ledger. Everything the simulator knows follows from its entries in order.
 *
 * @param amount in minor units
 * @param currency ISO 4217 code in upper case
 * @param declineCode why an authorisation was declined; empty: it succeeded
 * @param intent the PaymentIntent concerned
 * @param requestHash of path and parameters, to tell a repeated call from another one with the same key
 * @param paymentMethod of an authorisation, else empty
 * @param metadata of the PaymentIntent
 */
record Entry(
        long seq,
        Instant at,
        Operation operation,
        long amount,
        String currency,
        String declineCode,
        String idempotencyKey,
        String intent,
        String requestHash,
        String paymentMethod,
        Map<String, String> metadata) {

    enum Operation {
        AUTHORISE,
        CAPTURE,
        VOID,
        REFUND
    }

    boolean declined() {
        return !declineCode.isEmpty();
    }

    private int attempt() {
        String attempt = metadata.getOrDefault("attempt", "");
        return attempt.matches("\\d{1,9}") ? Integer.parseInt(attempt) : 0;
    }

    /** What {@code GET /simulator/ledger} shows of it. */
    ObjectNode toPublicJson() {
        return Json.object()
                .put("seq", seq)
                .put("at", at.toString())
                .put("operation", operation.name().toLowerCase(Locale.ROOT))
                .put("orderId", metadata.getOrDefault("orderId", ""))
                .put("attempt", attempt())
                .put("amount", amount)
                .put("currency", currency)
                .put("outcome", declined() ? "declined" : "succeeded")
                .put("idempotencyKey", idempotencyKey);
    }

    String toLine() {
        ObjectNode line = toPublicJson();
        ObjectNode rest = line.putObject("state")
                .put("intent", intent)
                .put("request", requestHash)
                .put("paymentMethod", paymentMethod)
                .put("declineCode", declineCode);
        ObjectNode data = rest.putObject("metadata");
        metadata.forEach(data::put);
        return line + "\n";
    }

    /** @throws IllegalArgumentException when it is no line that {@link #toLine()} wrote */
    static Entry parse(String line) {
        try {
            JsonNode json = Json.MAPPER.readTree(line);
            JsonNode state = json.required("state");
            Map<String, String> metadata = new TreeMap<>();
            state.required("metadata")
                    .properties()
                    .forEach(e -> metadata.put(e.getKey(), e.getValue().asText()));
            return new Entry(
                    json.required("seq").asLong(),
                    Instant.parse(json.required("at").asText()),
                    Operation.valueOf(json.required("operation").asText().toUpperCase(Locale.ROOT)),
                    json.required("amount").asLong(),
                    json.required("currency").asText(),
                    state.required("declineCode").asText(),
                    json.required("idempotencyKey").asText(),
                    state.required("intent").asText(),
                    state.required("request").asText(),
                    state.required("paymentMethod").asText(),
                    new LinkedHashMap<>(metadata));
        } catch (JsonProcessingException | java.time.DateTimeException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
