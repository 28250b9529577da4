package dev.onsale.system.stack;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The gateway's own ledger: what was charged, by the gateway's word and not by ours. */
public record Ledger(List<JsonNode> lines) {

    public static Ledger of(URI gateway) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            String text = client.send(
                            HttpRequest.newBuilder(gateway.resolve("/simulator/ledger"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            return new Ledger(text.lines().map(Shop::json).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Lines of an operation that succeeded. */
    public List<JsonNode> succeeded(String operation) {
        return lines.stream()
                .filter(line -> line.path("operation").asText().equals(operation)
                        && line.path("outcome").asText().equals("succeeded"))
                .toList();
    }

    /** Captured less refunded, minor units, by order. */
    public Map<String, Long> paid() {
        Map<String, Long> captured = sums("capture");
        sums("refund").forEach((order, amount) -> captured.merge(order, -amount, Long::sum));
        captured.values().removeIf(amount -> amount == 0);
        return captured;
    }

    private Map<String, Long> sums(String operation) {
        return succeeded(operation).stream()
                .collect(Collectors.groupingBy(
                        line -> line.path("orderId").asText(),
                        Collectors.summingLong(line -> line.path("amount").asLong())));
    }
}
