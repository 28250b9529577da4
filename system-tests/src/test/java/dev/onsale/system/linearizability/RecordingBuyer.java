package dev.onsale.system.linearizability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.onsale.system.linearizability.Call.Kind;
import dev.onsale.system.linearizability.Told.Status;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.stream.StreamSupport;

/** Calls order-service as a buyer does, and writes down what it was told and when. For one thread. */
public final class RecordingBuyer {

    /** Then the caller hangs up, and does not know. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String name;
    private final HttpClient client;
    private final Queue<Call> record;

    /** @param record where all callers write, safe for use by several threads */
    public RecordingBuyer(String name, HttpClient client, Queue<Call> record) {
        this.name = name;
        this.client = client;
        this.record = record;
    }

    /**
     * A purchase of named seats, which may be sent several times.
     *
     * @param orderId as it is known before anybody tells it
     */
    public record Order(
            String buyer, String requestId, String orderId, String section, List<String> seats, String card) {

        private String name() {
            return buyer + "/" + requestId;
        }

        private String body(String event) {
            return JSON.createObjectNode()
                    .put("eventId", event)
                    .put("sectionId", section)
                    .put("paymentToken", card)
                    .set("seats", JSON.valueToTree(seats))
                    .toString();
        }

        private List<String> qualified(List<String> names) {
            return names.stream().map(seat -> section + "/" + seat).toList();
        }
    }

    /** @param waitSeconds how long to wait for the decision; 0: not at all */
    public Optional<Told> buy(URI api, String event, Order order, int waitSeconds) {
        return send(
                Kind.BUY,
                order,
                request(api, "/orders", order, waitSeconds)
                        .header("Idempotency-Key", order.requestId())
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(order.body(event))));
    }

    /** @param waitSeconds how long to wait for the end of the order; 0: not at all */
    public Optional<Told> read(URI api, Order order, int waitSeconds) {
        return send(
                Kind.READ,
                order,
                request(api, "/orders/" + order.orderId(), order, waitSeconds).GET());
    }

    public Optional<Told> cancel(URI api, Order order) {
        return send(
                Kind.CANCEL,
                order,
                request(api, "/orders/" + order.orderId(), order, 0).DELETE());
    }

    private static HttpRequest.Builder request(URI api, String path, Order order, int waitSeconds) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(api.resolve(path)).timeout(PATIENCE).header("Onsale-Buyer", order.buyer());
        return waitSeconds == 0 ? request : request.header("Prefer", "wait=" + waitSeconds);
    }

    private Optional<Told> send(Kind kind, Order order, HttpRequest.Builder request) {
        long invoked = System.nanoTime();
        Optional<Told> told;
        try {
            told = told(order, client.send(request.build(), BodyHandlers.ofString()));
        } catch (IOException e) {
            told = Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            told = Optional.empty();
        }
        long answered = told.isPresent() ? System.nanoTime() : Operation.NEVER;
        record.add(new Call(kind, name, order.name(), order.qualified(order.seats()), invoked, answered, told));
        return told;
    }

    /** Empty for an answer that does not say whether anything was done. */
    private static Optional<Told> told(Order order, HttpResponse<String> answer) throws IOException {
        JsonNode body = JSON.readTree(answer.body());
        return switch (answer.statusCode()) {
            case 200, 201, 202 -> Optional.of(told(order, body));
            case 404 -> Optional.of(new Told("", Status.ABSENT, List.of(), ""));
            case 409 -> body.has("orderId") ? Optional.of(told(order, body)) : Optional.empty();
            case 429, 503 -> Optional.empty();
            default ->
                throw new IllegalStateException(
                        order + " was answered with " + answer.statusCode() + ": " + answer.body());
        };
    }

    private static Told told(Order order, JsonNode body) {
        Status status = Status.valueOf(body.path("status").asText());
        List<String> seats = StreamSupport.stream(body.path("seats").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
        return new Told(
                body.path("orderId").asText(),
                status,
                order.qualified(seats),
                status == Status.REJECTED ? body.path("reason").asText() : "");
    }
}
