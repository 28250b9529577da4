package dev.onsale.payments.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.Map;

/**
 * How the gateway misbehaves. Rates are probabilities from 0 to 1.
 *
 * @param latencyMillis pause before every answer; the idempotency key counts as in use meanwhile
 * @param errorRate share of calls answered with a 500 before they had any effect
 * @param dropResponseRate share of POSTs that have their effect, and then no answer: the connection is closed
 * @param declineRate share of authorisations that are declined whatever the payment method
 */
record Behaviour(int latencyMillis, double errorRate, double dropResponseRate, double declineRate) {

    static final Behaviour GOOD = new Behaviour(0, 0, 0, 0);

    private static final int MOST_LATENCY_MILLIS = 600_000;

    /** This behaviour with the fields that a JSON object names. @throws Refusal when it cannot be understood */
    Behaviour with(String json) {
        JsonNode tree;
        try {
            tree = Json.MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw Refusal.malformed("The body is not JSON: " + e.getOriginalMessage());
        }
        if (!(tree instanceof ObjectNode object)) {
            throw Refusal.malformed("The body must be a JSON object with any of " + fields());
        }
        Behaviour changed = this;
        for (Iterator<Map.Entry<String, JsonNode>> it = object.properties().iterator(); it.hasNext(); ) {
            Map.Entry<String, JsonNode> field = it.next();
            changed = changed.with(field.getKey(), field.getValue());
        }
        return changed;
    }

    private Behaviour with(String field, JsonNode value) {
        return switch (field) {
            case "latencyMillis" -> new Behaviour(latency(value), errorRate, dropResponseRate, declineRate);
            case "errorRate" -> new Behaviour(latencyMillis, rate(field, value), dropResponseRate, declineRate);
            case "dropResponseRate" -> new Behaviour(latencyMillis, errorRate, rate(field, value), declineRate);
            case "declineRate" -> new Behaviour(latencyMillis, errorRate, dropResponseRate, rate(field, value));
            default -> throw Refusal.malformed("The field " + field + " is unknown; valid are " + fields());
        };
    }

    private static int latency(JsonNode value) {
        if (!value.canConvertToInt()
                || !value.isIntegralNumber()
                || value.intValue() < 0
                || value.intValue() > MOST_LATENCY_MILLIS) {
            throw Refusal.malformed("latencyMillis must be a whole number from 0 to " + MOST_LATENCY_MILLIS);
        }
        return value.intValue();
    }

    private static double rate(String field, JsonNode value) {
        if (!value.isNumber() || !(value.doubleValue() >= 0 && value.doubleValue() <= 1)) {
            throw Refusal.malformed(field + " must be a number from 0 to 1");
        }
        return value.doubleValue();
    }

    private static String fields() {
        return "latencyMillis, errorRate, dropResponseRate, declineRate.";
    }

    ObjectNode toJson() {
        return Json.object()
                .put("latencyMillis", latencyMillis)
                .put("errorRate", errorRate)
                .put("dropResponseRate", dropResponseRate)
                .put("declineRate", declineRate);
    }
}
