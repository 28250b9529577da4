package dev.onsale.orders;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Calls one port. */
final class Caller {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final int port;

    Caller(int port) {
        this.port = port;
    }

    /** What came back. */
    record Answer(HttpResponse<String> response) {
        int status() {
            return response.statusCode();
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        JsonNode json() {
            try {
                return JSON.readTree(response.body());
            } catch (IOException e) {
                throw new IllegalStateException("not JSON: " + response.body(), e);
            }
        }

        String text(String pointer) {
            return json().at(pointer).asText();
        }

        /** The last part of the problem's type. */
        String problem() {
            return text("/type").replaceFirst(".*/", "");
        }
    }

    Answer send(String method, String path, String body, String... headers) {
        return send(method, path, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body), headers);
    }

    Answer send(String method, String path, BodyPublisher body, String... headers) {
        try {
            return new Answer(CLIENT.send(request(method, path, body, headers), BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new IllegalStateException(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    HttpResponse<InputStream> stream(String path, String... headers) throws IOException, InterruptedException {
        return CLIENT.send(request("GET", path, BodyPublishers.noBody(), headers), BodyHandlers.ofInputStream());
    }

    private HttpRequest request(String method, String path, BodyPublisher body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(90))
                .method(method, body);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request.build();
    }

    Answer get(String path, String... headers) {
        return send("GET", path, "", headers);
    }

    /** Buys two tickets, or what the body says. */
    Answer buy(String buyer, String requestId, String body, String... more) {
        String[] headers = new String[6 + more.length];
        System.arraycopy(
                new String[] {"Content-Type", "application/json", "Onsale-Buyer", buyer, "Idempotency-Key", requestId},
                0,
                headers,
                0,
                6);
        System.arraycopy(more, 0, headers, 6, more.length);
        return send("POST", "/orders", body, headers);
    }
}
