package dev.onsale.orders.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.onsale.orders.http.Call;
import dev.onsale.orders.http.Router;
import dev.onsale.schemas.PinnedSchemas.Version;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/**
 * The read half of the Confluent Schema Registry API, so that any Confluent client can write commands and read events
 * without a registry. Shapes and error codes are those of <a
 * href="https://docs.confluent.io/platform/current/schema-registry/develop/api.html">its reference</a>.
 */
public final class RegistryRoutes {

    private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final int MAX_SCHEMA_BYTES = 1024 * 1024;
    private static final int SUBJECT_NOT_FOUND = 40401;
    private static final int VERSION_NOT_FOUND = 40402;
    private static final int SCHEMA_NOT_FOUND = 40403;
    private static final int INVALID_SCHEMA = 42201;
    private static final int INVALID_VERSION = 42202;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Version> versions;

    public RegistryRoutes(List<Version> versions) {
        this.versions = List.copyOf(versions);
    }

    /** An error in the registry's own form. */
    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int code;

        private Refusal(int code, String message) {
            super(message);
            this.code = code;
        }
    }

    public void register(Router router) {
        on(
                router,
                "GET",
                "/subjects",
                call -> versions.stream().map(Version::subject).distinct().toList());
        on(
                router,
                "GET",
                "/subjects/{subject}/versions",
                call -> subject(call).stream().map(Version::version).toList());
        on(router, "GET", "/subjects/{subject}/versions/{version}", call -> described(version(call)));
        on(
                router,
                "GET",
                "/subjects/{subject}/versions/{version}/schema",
                call -> tree(version(call).schema()));
        on(router, "POST", "/subjects/{subject}", this::lookUp);
        on(
                router,
                "GET",
                "/schemas/ids/{id}",
                call -> Map.of("schema", byId(call).schema().toString()));
        on(router, "GET", "/schemas/ids/{id}/schema", call -> tree(byId(call).schema()));
        on(router, "GET", "/schemas/ids/{id}/versions", this::uses);
        on(
                router,
                "GET",
                "/schemas/ids/{id}/subjects",
                call -> List.of(byId(call).subject()));
        on(router, "GET", "/schemas/types", call -> List.of("AVRO"));
        on(router, "GET", "/config", call -> Map.of("compatibilityLevel", "BACKWARD_TRANSITIVE"));
        on(router, "GET", "/config/{subject}", call -> Map.of("compatibilityLevel", "BACKWARD_TRANSITIVE"));
        on(router, "GET", "/mode", call -> Map.of("mode", "READONLY"));
    }

    @FunctionalInterface
    private interface Answer {
        Object to(Call call);
    }

    private static void on(Router router, String method, String template, Answer answer) {
        router.on(method, template, call -> {
            try {
                call.status(200).send(MEDIA_TYPE, answer.to(call));
            } catch (Refusal refusal) {
                Map<String, Object> body = new LinkedHashMap<>();
                body.put("error_code", refusal.code);
                body.put("message", String.valueOf(refusal.getMessage()));
                call.status(refusal.code / 100).send(MEDIA_TYPE, body);
            }
        });
    }

    private List<Version> subject(Call call) {
        String subject = call.path("subject");
        List<Version> found =
                versions.stream().filter(v -> v.subject().equals(subject)).toList();
        if (found.isEmpty()) {
            throw new Refusal(SUBJECT_NOT_FOUND, "Subject '" + subject + "' not found.");
        }
        return found;
    }

    private Version version(Call call) {
        List<Version> subject = subject(call);
        String text = call.path("version");
        if (text.equals("latest") || text.equals("-1")) {
            return subject.getLast();
        }
        int number;
        try {
            number = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            number = 0;
        }
        if (number < 1) {
            throw new Refusal(
                    INVALID_VERSION,
                    "The specified version '" + text
                            + "' is not a valid version id. Allowed values are between [1, 2^31-1] and the string"
                            + " \"latest\"");
        }
        int wanted = number;
        return find(subject, v -> v.version() == wanted)
                .orElseThrow(() -> new Refusal(VERSION_NOT_FOUND, "Version " + wanted + " not found."));
    }

    private Version byId(Call call) {
        String id = call.path("id");
        return find(versions, v -> Integer.toString(v.id()).equals(id))
                .orElseThrow(() -> new Refusal(SCHEMA_NOT_FOUND, "Schema " + id + " not found"));
    }

    private List<Map<String, Object>> uses(Call call) {
        Version version = byId(call);
        Map<String, Object> use = new LinkedHashMap<>();
        use.put("subject", version.subject());
        use.put("version", version.version());
        return List.of(use);
    }

    /** Which version a schema is: the same content in any spelling, as Avro's canonical form tells. */
    private Object lookUp(Call call) {
        byte[] body =
                call.body(MAX_SCHEMA_BYTES, MEDIA_TYPE, "application/vnd.schemaregistry+json", "application/json");
        List<Version> subject = subject(call);
        Schema asked;
        try {
            JsonNode text = JSON.readTree(body).path("schema");
            asked = new Schema.Parser().parse(text.asText());
        } catch (AvroRuntimeException | IOException e) {
            throw new Refusal(INVALID_SCHEMA, "Invalid schema: " + e.getMessage());
        }
        String canonical = SchemaNormalization.toParsingForm(asked);
        return find(subject, v -> v.schema().equals(asked))
                .or(() -> find(
                        subject,
                        v -> SchemaNormalization.toParsingForm(v.schema()).equals(canonical)))
                .map(RegistryRoutes::described)
                .orElseThrow(() -> new Refusal(SCHEMA_NOT_FOUND, "Schema not found"));
    }

    private static Map<String, Object> described(Version version) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("subject", version.subject());
        json.put("version", version.version());
        json.put("id", version.id());
        json.put("schema", version.schema().toString());
        return json;
    }

    private static JsonNode tree(Schema schema) {
        try {
            return JSON.readTree(schema.toString());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a schema is JSON", e);
        }
    }

    private static Optional<Version> find(List<Version> versions, Predicate<Version> wanted) {
        return versions.stream().filter(wanted).findFirst();
    }
}
