package dev.onsale.schemas;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;

/**
 * Schema ids from a registry with Confluent's REST API (Confluent, Apicurio under {@code /apis/ccompat/v7}, Redpanda, Karapace):
 * registers a schema when it is first written, looks an id up when it is first read, and remembers both.
 *
 * @see <a href="https://docs.confluent.io/platform/current/schema-registry/develop/api.html">the API</a>
 */
public final class SchemaRegistry implements SchemaIds {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int ROUNDS = 3;
    /** A poison record must not cost a request each time it is read again; a new schema must not stay unknown for long. */
    private static final long UNKNOWN_FOR_NANOS = Duration.ofSeconds(5).toNanos();

    private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";

    private record Registered(String subject, Schema schema) {}

    private final List<URI> addresses;
    private final Optional<String> authorization;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final Map<Registered, Integer> ids = new ConcurrentHashMap<>();
    private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
    private final Map<Integer, Long> unknownSinceNanos = new ConcurrentHashMap<>();

    private SchemaRegistry(List<URI> addresses, Optional<String> authorization) {
        this.addresses = addresses;
        this.authorization = authorization;
    }

    /**
     * Ids from a registry, or without one those that are pinned in this build.
     *
     * @param urls addresses of one registry, separated by commas, tried in order; empty: no registry
     * @param user user for basic authentication; empty: none
     */
    public static SchemaIds from(String urls, String user, String password) {
        if (urls.isBlank()) {
            return PinnedSchemas.released();
        }
        List<URI> addresses = Arrays.stream(urls.split(",", -1))
                .map(url -> URI.create(url.strip().replaceAll("/+$", "")))
                .toList();
        String credentials = user + ":" + password;
        return new SchemaRegistry(
                addresses,
                user.isEmpty()
                        ? Optional.empty()
                        : Optional.of("Basic "
                                + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8))));
    }

    @Override
    public int idOf(String subject, Schema schema) {
        return ids.computeIfAbsent(new Registered(subject, schema), this::register);
    }

    private int register(Registered wanted) {
        String body = JSON.createObjectNode()
                .put("schema", wanted.schema().toString())
                .toString();
        String path = "/subjects/" + URLEncoder.encode(wanted.subject(), StandardCharsets.UTF_8) + "/versions";
        HttpResponse<String> answer =
                call(path, request -> request.header("Content-Type", MEDIA_TYPE).POST(BodyPublishers.ofString(body)));
        if (answer.statusCode() != 200) {
            throw new UnknownSchemaException("the registry does not take this build's schema of " + wanted.subject()
                    + " (" + answer.statusCode() + " " + answer.body() + "); make the two compatible");
        }
        return json(answer.body()).path("id").asInt();
    }

    @Override
    public Schema schemaOf(int id) {
        Long since = unknownSinceNanos.get(id);
        if (since != null && System.nanoTime() - since < UNKNOWN_FOR_NANOS) {
            throw unknown(id);
        }
        return schemas.computeIfAbsent(id, this::lookUp);
    }

    private Schema lookUp(int id) {
        HttpResponse<String> answer = call("/schemas/ids/" + id, HttpRequest.Builder::GET);
        if (answer.statusCode() == 404) {
            unknownSinceNanos.put(id, System.nanoTime());
            throw unknown(id);
        }
        if (answer.statusCode() != 200) {
            throw new RegistryUnavailableException(
                    "the registry answers " + answer.statusCode() + " for schema id " + id + "; mend its set-up, or the"
                            + " credentials in schema.registry.user and schema.registry.password",
                    new IOException(answer.body()));
        }
        unknownSinceNanos.remove(id);
        try {
            return new Schema.Parser().parse(json(answer.body()).path("schema").asText());
        } catch (SchemaParseException e) {
            throw new UnknownSchemaException("schema id " + id + " is no Avro schema: " + e.getMessage());
        }
    }

    private static UnknownSchemaException unknown(int id) {
        return new UnknownSchemaException("the registry knows no schema with id " + id);
    }

    /** Asks the addresses in turn, a few rounds, until one answers other than with a server error. */
    private HttpResponse<String> call(String path, UnaryOperator<HttpRequest.Builder> method) {
        IOException last = new IOException("no address");
        for (int attempt = 0; attempt < ROUNDS * addresses.size(); attempt++) {
            URI address = addresses.get(attempt % addresses.size());
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path))
                    .timeout(TIMEOUT)
                    .header("Accept", MEDIA_TYPE);
            authorization.ifPresent(value -> request.header("Authorization", value));
            try {
                HttpResponse<String> answer = client.send(method.apply(request).build(), BodyHandlers.ofString());
                if (answer.statusCode() < 500) {
                    return answer;
                }
                last = new IOException(answer.statusCode() + " " + answer.body());
            } catch (IOException e) {
                last = e;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new RegistryUnavailableException("interrupted while asking the registry", e);
            }
        }
        throw new RegistryUnavailableException(
                "the schema registry does not answer at " + addresses + "; start it, or correct schema.registry.url",
                last);
    }

    private static JsonNode json(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new RegistryUnavailableException("what answers is no schema registry: " + body, e);
        }
    }
}
