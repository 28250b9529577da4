package dev.onsale.system.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.Executors;

/** The HTTP contract as buyers and organizers use it. */
public final class Shop {

    public static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration TIMEOUT = Duration.ofSeconds(70);
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    private final URI api;
    private final URI admin;

    private Shop(URI api, URI admin) {
        this.api = api;
        this.admin = admin;
    }

    public static Shop of(OnsaleProcess onsale) {
        return of(onsale.api(), onsale.admin());
    }

    public static Shop of(URI api, URI admin) {
        return new Shop(api, admin);
    }

    /** Status and body of an answer. */
    public record Answer(int status, JsonNode body) {
        public String text(String field) {
            return body.path(field).asText();
        }
    }

    /** Puts a layout on sale. */
    public Answer open(String layout) throws IOException {
        return send(HttpRequest.newBuilder(admin.resolve("/admin/events"))
                .header("Content-Type", "application/yaml")
                .POST(BodyPublishers.ofString(layout)));
    }

    public Answer admin(String path, String body) throws IOException {
        return send(HttpRequest.newBuilder(admin.resolve(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    /** @param waitSeconds how long to wait for the decision; 0: not at all */
    public Answer buy(String buyer, String key, String body, int waitSeconds) throws IOException {
        return send(prefer(request("/orders", buyer), waitSeconds)
                .header("Idempotency-Key", key)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    public Answer order(String buyer, String orderId, int waitSeconds) throws IOException {
        return send(prefer(request("/orders/" + orderId, buyer), waitSeconds).GET());
    }

    public Answer retry(String buyer, String orderId, String token, int waitSeconds) throws IOException {
        return send(prefer(request("/orders/" + orderId + "/payments", buyer), waitSeconds)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"paymentToken\":\"" + token + "\"}")));
    }

    public Answer cancel(String buyer, String orderId) throws IOException {
        return send(request("/orders/" + orderId, buyer).DELETE());
    }

    public Answer get(String path) throws IOException {
        return send(HttpRequest.newBuilder(api.resolve(path)).GET());
    }

    private HttpRequest.Builder request(String path, String buyer) {
        return HttpRequest.newBuilder(api.resolve(path)).header("Onsale-Buyer", buyer);
    }

    private static HttpRequest.Builder prefer(HttpRequest.Builder request, int waitSeconds) {
        return waitSeconds == 0 ? request : request.header("Prefer", "wait=" + waitSeconds);
    }

    public static Answer send(HttpRequest.Builder request) throws IOException {
        HttpResponse<String> response = send(request, BodyHandlers.ofString());
        return new Answer(response.statusCode(), json(response.body()));
    }

    private static <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body)
            throws IOException {
        try {
            return CLIENT.send(request.timeout(TIMEOUT).build(), body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** Status of the answer to a GET, whatever its body is. */
    public static int status(String url) throws IOException {
        return send(HttpRequest.newBuilder(URI.create(url)).GET(), BodyHandlers.discarding())
                .statusCode();
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static String seats(String event, String section, int quantity, String token) {
        return "{\"eventId\":\"%s\",\"sectionId\":\"%s\",\"quantity\":%d,\"paymentToken\":\"%s\"}"
                .formatted(event, section, quantity, token);
    }
}
