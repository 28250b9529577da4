package dev.onsale.payments.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;

/**
 * A payment at one moment.
 *
 * @param amount in minor units, authorised
 * @param currency ISO 4217 code in lower case
 * @param received in minor units, captured
 * @param refunded in minor units
 * @param createdSeconds since the epoch
 */
record PaymentIntent(
        String id,
        long amount,
        String currency,
        String paymentMethod,
        Map<String, String> metadata,
        Status status,
        long received,
        long refunded,
        long createdSeconds) {

    enum Status {
        REQUIRES_PAYMENT_METHOD,
        REQUIRES_CAPTURE,
        SUCCEEDED,
        CANCELED;

        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    PaymentIntent captured(long captured) {
        return new PaymentIntent(
                id, amount, currency, paymentMethod, metadata, Status.SUCCEEDED, captured, refunded, createdSeconds);
    }

    PaymentIntent canceled() {
        return new PaymentIntent(
                id, amount, currency, paymentMethod, metadata, Status.CANCELED, received, refunded, createdSeconds);
    }

    PaymentIntent refunded(long more) {
        return new PaymentIntent(
                id, amount, currency, paymentMethod, metadata, status, received, refunded + more, createdSeconds);
    }

    String chargeId() {
        return id.replace("pi_", "ch_");
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object()
                .put("id", id)
                .put("object", "payment_intent")
                .put("amount", amount)
                .put("amount_capturable", status == Status.REQUIRES_CAPTURE ? amount : 0)
                .put("amount_received", received)
                .put("capture_method", "manual")
                .put("confirmation_method", "automatic")
                .put("created", createdSeconds)
                .put("currency", currency)
                .put("livemode", false)
                .put("payment_method", paymentMethod)
                .put("latest_charge", chargeId())
                .put("status", status.wire());
        ObjectNode data = json.putObject("metadata");
        metadata.forEach(data::put);
        return json;
    }
}
