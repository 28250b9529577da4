package dev.onsale.audit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.audit.AuditReport.Receipt;
import java.time.Instant;

/**
 * One thing that the log, or a gateway's ledger, has of a {@link Story}.
 *
 * @param where the record; of a ledger, its number among those given, and the entry's {@code seq}
 * @param at the record's time, or the entry's
 * @param kind what it is: the name of a command or an event, PaymentRequest, OrderStatus, or GatewayEffect
 * @param orderId the order concerned, or empty
 * @param variant the decider variant that decided, or empty
 * @param says what it says, for people
 */
public record StoryLine(Receipt where, Instant at, String kind, String orderId, String variant, String says) {

    private static final ObjectMapper JSON = new ObjectMapper();

    StoryLine(Receipt where, long atMillis, String kind, String orderId, String variant, String says) {
        this(where, Instant.ofEpochMilli(atMillis), kind, orderId, variant, says);
    }

    /** One line of JSON; members without a value are left out. */
    public String toJson() {
        ObjectNode json = JSON.createObjectNode()
                .put("topic", where.topic())
                .put("partition", where.partition())
                .put("offset", where.offset())
                .put("at", at.toString())
                .put("kind", kind);
        if (!orderId.isEmpty()) {
            json.put("orderId", orderId);
        }
        if (!variant.isEmpty()) {
            json.put("variant", variant);
        }
        return json.put("says", says).toString();
    }
}
