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
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;

/**
 * Schema ids from a registry with Confluent's REST API (Confluent, Apicurio under {@code /apis/ccompat/v7}, Redpanda, Karapace):
 * registers a schema when it is first written (or looks it up, where registering is not allowed) and looks an id up when it is first read. Both are remembered
 * for good, for neither ever changes; that an id is unknown is remembered for seconds.
 *
 * <p>Whatever is not a clear answer about the schema at hand — no connection, a server error, refused credentials, a wrong path
 * in the address — is a {@link RegistryUnavailableException}, never an {@link UnknownSchemaException}: a mistake in the
 * set-up must not send good records to dead letters.
 *
 * @see <a href="https://docs.confluent.io/platform/current/schema-registry/develop/api.html">the API</a>
 */
public final class SchemaRegistry implements SchemaIds {

    /** How patient the client is. Each address is tried once a round; the pause before a round doubles. */
    record Patience(Duration requestTimeout, int rounds, Duration firstPause, Duration unknownFor) {

        /** A registry that is being restarted is waited for, three seconds when connections are refused at once. */
        static final Patience USUAL =
                new Patience(Duration.ofSeconds(5), 5, Duration.ofMillis(200), Duration.ofSeconds(5));
    }

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final int OK = 200;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int NOT_ALLOWED = 405;
    private static final int CONFLICT = 409;
    private static final int UNPROCESSABLE = 422;
    private static final int TOO_MANY_REQUESTS = 429;
    /** Ids come from what others wrote, so there may be any number of unknown ones; beyond this all are forgotten. */
    private static final int MOST_UNKNOWN = 10_000;

    private record Registered(String subject, Schema schema) {}

    private final List<URI> addresses;
    private final Optional<String> userInfo;
    private final Patience patience;
    private final HttpClient client;
    private final Map<Registered, Integer> ids = new ConcurrentHashMap<>();
    private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
    private final Map<Integer, Long> unknownSinceNanos = new ConcurrentHashMap<>();

    SchemaRegistry(String urls, String user, String password, Patience patience) {
        this.addresses =
                Arrays.stream(urls.split(",", -1)).map(SchemaRegistry::address).toList();
        this.userInfo = user.isEmpty() ? Optional.empty() : Optional.of(user + ":" + password);
        this.patience = patience;
        this.client = HttpClient.newBuilder()
                .connectTimeout(patience.requestTimeout())
                .build();
    }

    /**
     * Ids from a registry, or without one those that are pinned in this build. Does not connect yet.
     *
     * @param urls addresses of one registry, separated by commas, tried in order; blank: no registry
     * @param user user for basic authentication; empty: none
     * @throws IllegalArgumentException when an address is none; the message is a sentence for the operator
     */
    public static SchemaIds from(String urls, String user, String password) {
        return urls.isBlank() ? PinnedSchemas.released() : new SchemaRegistry(urls, user, password, Patience.USUAL);
    }

    private static URI address(String text) {
        String stripped = text.strip();
        try {
            URI uri = URI.create(stripped.replaceAll("/+$", ""));
            if (List.of("http", "https").contains(String.valueOf(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getUserInfo() == null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        // What stands before an @ may be a password.
        throw new IllegalArgumentException("The setting schema.registry.url has the address '"
                + stripped.replaceAll("//.*@", "//***@")
                + "' but addresses must look like http://host:port/path, without credentials (those go into"
                + " schema.registry.user and schema.registry.password).");
    }

    /** The addresses as configured, separated by commas. */
    String urls() {
        return String.join(",", addresses.stream().map(URI::toString).toList());
    }

    /** {@code user:password}, when there is any. */
    Optional<String> userInfo() {
        return userInfo;
    }

    @Override
    public int idOf(String subject, Schema schema) {
        Registered wanted = new Registered(subject, schema);
        Integer known = ids.get(wanted);
        if (known != null) {
            return known;
        }
        int id = register(wanted);
        ids.put(wanted, id);
        return id;
    }

    private int register(Registered wanted) {
        String body = JSON.createObjectNode()
                .put("schema", wanted.schema().toString())
                .toString();
        String path = "/subjects/"
                + URLEncoder.encode(wanted.subject(), StandardCharsets.UTF_8).replace("+", "%20");
        HttpResponse<String> registered = post(path + "/versions", body);
        return switch (registered.statusCode()) {
            case OK -> id(registered);
            case CONFLICT, UNPROCESSABLE ->
                throw new UnknownSchemaException(
                        "the registry does not take this build's schema of " + wanted.subject() + " ("
                                + described(registered)
                                + "); compare the subject's newest version with this build's, and delete from the registry what"
                                + " onsale did not release");
            case FORBIDDEN, NOT_FOUND, NOT_ALLOWED -> {
                // A registry may be read-only for us, as the one on the admin port is; then somebody else has
                // registered.
                HttpResponse<String> found = post(path, body);
                if (found.statusCode() == OK) {
                    yield id(found);
                }
                if (found.statusCode() == NOT_FOUND && saysNotFound(found)) {
                    throw new UnknownSchemaException("the registry does not have this build's schema of "
                            + wanted.subject() + " and lets us register nothing (" + described(registered)
                            + "); register it, or give schema.registry.user the right to");
                }
                throw noRegistry(registered);
            }
            default -> throw noRegistry(registered);
        };
    }

    private static int id(HttpResponse<String> answer) {
        int id = json(answer).path("id").asInt();
        if (id <= 0) {
            throw noRegistry(answer);
        }
        return id;
    }

    @Override
    public Schema schemaOf(int id) {
        Schema known = schemas.get(id);
        if (known != null) {
            return known;
        }
        Long since = unknownSinceNanos.get(id);
        // No registry gives out an id below 1, and some answer such a question with something other than "unknown".
        if (id <= 0
                || (since != null
                        && System.nanoTime() - since < patience.unknownFor().toNanos())) {
            throw unknown(id);
        }
        Schema schema = lookUp(id);
        schemas.put(id, schema);
        unknownSinceNanos.remove(id);
        return schema;
    }

    private Schema lookUp(int id) {
        HttpResponse<String> answer = call("/schemas/ids/" + id, HttpRequest.Builder::GET);
        if (answer.statusCode() == NOT_FOUND && saysNotFound(answer)) {
            throw remembered(unknown(id), id);
        }
        if (answer.statusCode() != OK) {
            throw noRegistry(answer);
        }
        JsonNode body = json(answer);
        String type = body.path("schemaType").asText("AVRO");
        if (!type.equals("AVRO")) {
            throw remembered(new UnknownSchemaException("schema id " + id + " is of type " + type + ", not AVRO"), id);
        }
        if (!body.path("schema").isTextual()) {
            throw noRegistry(answer);
        }
        try {
            return new Schema.Parser(NameValidator.UTF_VALIDATOR)
                    .parse(body.path("schema").asText());
        } catch (AvroRuntimeException e) {
            throw remembered(
                    new UnknownSchemaException("schema id " + id + " is no Avro schema: " + e.getMessage()), id);
        }
    }

    /** A registry says so in its own form; any other 404 comes from something that is none, or from a wrong path. */
    private static boolean saysNotFound(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body()).path("error_code").asInt() / 100 == NOT_FOUND;
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    /** A poison record must not cost a request each time it is read again; a new schema must not stay unknown for long. */
    private UnknownSchemaException remembered(UnknownSchemaException unknown, int id) {
        if (unknownSinceNanos.size() >= MOST_UNKNOWN) {
            unknownSinceNanos.clear();
        }
        unknownSinceNanos.put(id, System.nanoTime());
        return unknown;
    }

    private static UnknownSchemaException unknown(int id) {
        return new UnknownSchemaException("the registry knows no schema with id " + id);
    }

    private HttpResponse<String> post(String path, String body) {
        return call(path, request -> request.header("Content-Type", MEDIA_TYPE).POST(BodyPublishers.ofString(body)));
    }

    /** Asks the addresses in turn, a few rounds, until one answers other than with a server error. */
    private HttpResponse<String> call(String path, UnaryOperator<HttpRequest.Builder> method) {
        IOException last = new IOException("not asked");
        try {
            for (int round = 0; round < patience.rounds(); round++) {
                if (round > 0) {
                    Thread.sleep(patience.firstPause().multipliedBy(1L << (round - 1)));
                }
                for (URI address : addresses) {
                    try {
                        HttpResponse<String> answer =
                                client.send(request(address, path, method), BodyHandlers.ofString());
                        if (answer.statusCode() < 500 && answer.statusCode() != TOO_MANY_REQUESTS) {
                            return answer;
                        }
                        last = new IOException(described(answer));
                    } catch (IOException e) {
                        last = e;
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryUnavailableException("interrupted while asking the schema registry", e);
        }
        throw new RegistryUnavailableException(
                "the schema registry does not answer at " + urls() + " (" + last
                        + "); start it, or correct schema.registry.url",
                last);
    }

    private HttpRequest request(URI address, String path, UnaryOperator<HttpRequest.Builder> method) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path))
                .timeout(patience.requestTimeout())
                .header("Accept", MEDIA_TYPE);
        userInfo.ifPresent(credentials -> request.header(
                "Authorization",
                "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8))));
        return method.apply(request).build();
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw noRegistry(answer);
        }
    }

    private static RegistryUnavailableException noRegistry(HttpResponse<String> answer) {
        return new RegistryUnavailableException(
                switch (answer.statusCode()) {
                    case 401, 403 ->
                        "the schema registry refuses access; correct schema.registry.user and schema.registry.password";
                    default ->
                        "what answers at " + answer.uri()
                                + " is no schema registry that can be used; correct schema.registry.url (Apicurio's ends in /apis/ccompat/v7)";
                },
                new IOException(described(answer)));
    }

    /** Status and the beginning of the body. */
    private static String described(HttpResponse<String> answer) {
        String body = answer.body().strip();
        return answer.statusCode() + " " + body.substring(0, Math.min(body.length(), 300));
    }
}
