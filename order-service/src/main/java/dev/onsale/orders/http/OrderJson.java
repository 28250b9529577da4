package dev.onsale.orders.http;

import dev.onsale.schemas.SectionKey;
import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.PaymentState;
import dev.onsale.wire.Receipt;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An order as it is shown, wherever it is shown. Members without a value are left out, such as the receipt of an order that
 * was not decided from the log.
 */
final class OrderJson {

    private OrderJson() {}

    static Map<String, Object> of(OrderStatus status) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("orderId", status.getOrderId());
        json.put("eventId", status.getEventId());
        json.put("sectionId", status.getSectionId());
        json.put("buyer", status.getBuyer());
        json.put("status", status.getState().name());
        if (!status.getSeats().isEmpty()) {
            json.put("seats", status.getSeats());
        }
        if (status.getQuantity() > 0) {
            json.put("quantity", status.getQuantity());
        }
        if (!status.getCurrency().isEmpty()) {
            json.put("total", status.getTotal());
            json.put("currency", status.getCurrency());
        }
        if (status.getHoldEndsAt() != null) {
            json.put(
                    "holdEndsAt",
                    status.getHoldEndsAt().truncatedTo(ChronoUnit.MILLIS).toString());
        }
        if (!status.getReason().isEmpty()) {
            json.put("reason", status.getReason());
        }
        if (status.getPayment() != PaymentState.NONE) {
            json.put("payment", status.getPayment().name());
        }
        if (status.getAttempt() > 0) {
            json.put("attempt", status.getAttempt());
        }
        if (status.getReceipt().getOffset() >= 0) {
            json.put("receipt", receipt(status.getReceipt()));
        }
        return json;
    }

    /** @param ahead commands that are decided before it */
    static Map<String, Object> queued(
            String orderId, SectionKey section, String buyer, @Nullable Receipt receipt, long ahead) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("orderId", orderId);
        json.put("eventId", section.eventId());
        json.put("sectionId", section.sectionId());
        json.put("buyer", buyer);
        json.put("status", "QUEUED");
        if (receipt != null) {
            Map<String, Object> queue = receipt(receipt);
            queue.put("ahead", ahead);
            json.put("queue", queue);
            json.put("receipt", receipt(receipt));
        }
        return json;
    }

    private static Map<String, Object> receipt(Receipt receipt) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("partition", receipt.getPartition());
        json.put("offset", receipt.getOffset());
        return json;
    }
}
