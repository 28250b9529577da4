package dev.onsale.cli.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.onsale.runtime.OperatorError;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** An HTTP client for one server that speaks JSON. Safe for use by several threads. */
public final class Web implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);
    /** Longer than any wait that is asked for. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(75);

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final URI base;
    private final String option;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();

    /**
     * A client.
     *
     * @param url where the server is, without a path
     * @param option the option with which the operator names the server, for error messages
     * @throws OperatorError when it is no HTTP URL
     */
    public Web(String url, String option) {
        this.option = option;
        try {
            this.base = URI.create(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
            if (base.getHost() != null && List.of("http", "https").contains(String.valueOf(base.getScheme()))) {
                return;
            }
        } catch (IllegalArgumentException e) {
            throw noUrl(url);
        }
        throw noUrl(url);
    }

    private OperatorError noUrl(String url) {
        return new OperatorError(
                option + " is '" + url + "' but must be an http or https URL, such as http://127.0.0.1:8080.");
    }

    /** @throws OperatorError when the server does not answer */
    public Answer get(String path, Map<String, String> headers) {
        return send(path, headers, HttpRequest.newBuilder().GET());
    }

    /** @throws OperatorError when the server does not answer */
    public Answer delete(String path, Map<String, String> headers) {
        return send(path, headers, HttpRequest.newBuilder().DELETE());
    }

    /** @throws OperatorError when the server does not answer */
    public Answer post(String path, Map<String, String> headers, String contentType, String body) {
        return send(
                path,
                headers,
                HttpRequest.newBuilder().header("Content-Type", contentType).POST(BodyPublishers.ofString(body)));
    }

    /** @throws OperatorError when the server does not answer */
    public Answer put(String path, String body) {
        return put(path, Map.of(), body);
    }

    /** @throws OperatorError when the server does not answer */
    public Answer put(String path, Map<String, String> headers, String body) {
        return send(
                path,
                headers,
                HttpRequest.newBuilder()
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString(body)));
    }

    /** A body that is no JSON. @throws OperatorError when the server does not answer, or not with status 200 */
    public String text(String path) {
        try {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create(base + path))
                            .timeout(ANSWER_TIMEOUT)
                            .build(),
                    BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new OperatorError(base + path + " answered with HTTP status " + response.statusCode() + ".");
            }
            return response.body();
        } catch (IOException e) {
            throw away(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** A body of JSON lines. @throws OperatorError when the server does not answer, or not with status 200 */
    public List<JsonNode> lines(String path) {
        try {
            HttpResponse<Stream<String>> response = client.send(
                    HttpRequest.newBuilder(URI.create(base + path))
                            .timeout(ANSWER_TIMEOUT)
                            .build(),
                    BodyHandlers.ofLines());
            if (response.statusCode() != 200) {
                throw new OperatorError(base + path + " answered with HTTP status " + response.statusCode() + ".");
            }
            try (Stream<String> lines = response.body()) {
                return lines.filter(line -> !line.isBlank()).map(Web::parse).toList();
            }
        } catch (IOException e) {
            throw away(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private Answer send(String path, Map<String, String> headers, HttpRequest.Builder builder) {
        builder.uri(URI.create(base + path)).timeout(ANSWER_TIMEOUT);
        headers.forEach(builder::header);
        try {
            HttpResponse<String> response = client.send(builder.build(), BodyHandlers.ofString());
            String body = response.body();
            return new Answer(
                    response.statusCode(),
                    response.headers().firstValue("ETag").orElse(""),
                    body.isBlank() ? MissingNode.getInstance() : parse(body));
        } catch (IllegalArgumentException e) {
            throw new OperatorError(
                    "The request cannot be sent (" + e.getMessage() + "); leave out characters that HTTP does"
                            + " not allow in a header.",
                    e);
        } catch (IOException e) {
            throw away(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** A body that is no JSON, such as a proxy's error page, is its text. */
    private static JsonNode parse(String body) {
        try {
            return MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            return MAPPER.getNodeFactory().textNode(body);
        }
    }

    private OperatorError away(IOException e) {
        String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return new OperatorError(
                base + " does not answer (" + reason + "); start it with ./onsale up, or name another with " + option
                        + ".",
                e);
    }

    private static OperatorError interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new OperatorError("Interrupted while waiting for an answer.", e);
    }

    public static ObjectMapper mapper() {
        return MAPPER;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
