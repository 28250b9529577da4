package dev.onsale.system.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Buyers and organizers of the test, over HTTP. They try again as a browser's user would: with the same request. */
final class Buyers {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    /** An answer. */
    record Answer(int status, String body) {
        JsonNode json() {
            return parse(body);
        }
    }

    /** Puts an event on sale. */
    Answer open(String adminUrl, String token, String layout) {
        return send(request(adminUrl + "/admin/events")
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + token)
                .POST(BodyPublishers.ofString(layout)));
    }

    /** One ticket; the buyer's name is the request's id too. Tries again until the order is accepted or refused. */
    Answer buy(String url, String event, String section, String buyer) {
        HttpRequest.Builder request = request(url + "/orders")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", "request-" + buyer)
                .header("Onsale-Buyer", buyer)
                .POST(BodyPublishers.ofString("""
                        {"eventId": "%s", "sectionId": "%s", "quantity": 1, "paymentToken": "pm_card_visa"}""".formatted(event, section)));
        return patiently(() -> send(request));
    }

    /** The order now. */
    JsonNode order(String url, String orderId, String buyer) {
        Answer answer = patiently(() -> send(request(url + "/orders/" + orderId).header("Onsale-Buyer", buyer)));
        if (answer.status() != 200) {
            throw new AssertionError("order " + orderId + ": " + answer);
        }
        return answer.json();
    }

    /** Captures in the gateway's own ledger, by order. */
    List<String> captured(String gatewayUrl) {
        return send(request(gatewayUrl + "/simulator/ledger"))
                .body()
                .lines()
                .map(Buyers::parse)
                .filter(line -> line.path("operation").asText().equals("capture"))
                .filter(line -> line.path("outcome").asText().equals("succeeded"))
                .map(line -> line.path("orderId").asText())
                .toList();
    }

    /** What stands under a URL, as JSON. */
    JsonNode get(String url) {
        return send(request(url)).json();
    }

    private static HttpRequest.Builder request(String url) {
        return HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(30));
    }

    /** Status 0: there was no answer. */
    private Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            return new Answer(0, String.valueOf(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Answer patiently(Callable<Answer> call) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(500, TimeUnit.MILLISECONDS)
                .until(call, answer -> answer.status() != 0 && answer.status() != 429 && answer.status() < 500);
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }
}
