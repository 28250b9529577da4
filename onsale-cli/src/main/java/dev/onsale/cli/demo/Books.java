package dev.onsale.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onsale.cli.http.Answer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The gateway's own books, against the tickets that were sold. */
final class Books {

    private Books() {}

    /** Money kept by order, in minor units: captured less refunded. Orders with nothing kept are left out. */
    static Map<String, Long> kept(List<JsonNode> ledger) {
        Map<String, Long> kept = new TreeMap<>();
        for (JsonNode entry : ledger) {
            long sign = switch (entry.path("operation").asText()) {
                case "capture" -> 1;
                case "refund" -> -1;
                default -> 0;
            };
            kept.merge(
                    entry.path("orderId").asText(), sign * entry.path("amount").asLong(), Long::sum);
        }
        kept.values().removeIf(amount -> amount == 0);
        return kept;
    }

    /** What was asked for by order, in minor units. */
    static Map<String, Long> asked(List<Answer> sold) {
        Map<String, Long> asked = new TreeMap<>();
        sold.forEach(order ->
                asked.put(order.text("orderId"), order.body().path("total").asLong()));
        return asked;
    }

    /** How often an operation was done for an order. */
    static long count(List<JsonNode> ledger, String orderId, String operation) {
        return ledger.stream()
                .filter(entry -> entry.path("orderId").asText().equals(orderId))
                .filter(entry -> entry.path("operation").asText().equals(operation))
                .count();
    }

    /** Orders with another amount kept than asked for, in words. */
    static Map<String, String> differences(Map<String, Long> asked, Map<String, Long> kept) {
        Set<String> orders = new TreeSet<>(asked.keySet());
        orders.addAll(kept.keySet());
        Map<String, String> differences = new TreeMap<>();
        for (String order : orders) {
            long wanted = asked.getOrDefault(order, 0L);
            long seen = kept.getOrDefault(order, 0L);
            if (wanted != seen) {
                differences.put(order, "asked " + wanted + ", kept " + seen);
            }
        }
        return differences;
    }

    static long total(Map<String, Long> amounts) {
        return amounts.values().stream().mapToLong(Long::longValue).sum();
    }
}
