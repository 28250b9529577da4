package dev.onsale.schemas;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;

/**
 * The part of a schema registry that we use, in memory: look-up, registration with a BACKWARD check, ids. It passes the same
 * {@link SchemaRegistryContract} as a real one, and can be told to answer wrongly.
 */
final class FakeRegistry implements AutoCloseable {

    /** @param body sent as it is, with the registry's media type */
    record Answer(int status, String body) {}

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final Map<String, List<Integer>> subjects = new TreeMap<>();
    private final List<Schema> schemas = new ArrayList<>();
    private final Queue<Answer> next = new ConcurrentLinkedQueue<>();

    /** Method and path of every request, oldest first. */
    final List<String> requests = new CopyOnWriteArrayList<>();
    /** {@code Authorization} of every request, empty when it had none. */
    final List<String> authorizations = new CopyOnWriteArrayList<>();

    FakeRegistry() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The next request that has no such answer yet gets this one, whatever it asks. */
    void answerNext(int status, String body) {
        next.add(new Answer(status, body));
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            authorizations.add(Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                    .orElse(""));
            Answer told = next.poll();
            Answer answer = told != null
                    ? told
                    : answer(
                            exchange.getRequestMethod(),
                            exchange.getRequestURI().getRawPath(),
                            body);
            byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/vnd.schemaregistry.v1+json");
            exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private synchronized Answer answer(String method, String path, String body) throws IOException {
        String[] parts = path.split("/", -1);
        if (method.equals("GET") && path.startsWith("/schemas/ids/")) {
            int id = Integer.parseInt(parts[3]);
            return id < 1 || id > schemas.size()
                    ? error(40403, "Schema " + id + " not found")
                    : ok(Map.of("schema", schemas.get(id - 1).toString()));
        }
        if (method.equals("POST") && path.startsWith("/subjects/")) {
            String subject = URLDecoder.decode(parts[2], StandardCharsets.UTF_8);
            Schema schema =
                    new Schema.Parser().parse(JSON.readTree(body).path("schema").asText());
            return parts.length == 3 ? lookUp(subject, schema) : register(subject, schema);
        }
        return new Answer(404, "<html>nothing here</html>");
    }

    private Answer lookUp(String subject, Schema schema) {
        if (!subjects.containsKey(subject)) {
            return error(40401, "Subject '" + subject + "' not found.");
        }
        return subjects.get(subject).stream()
                .filter(id -> schemas.get(id - 1).equals(schema))
                .findFirst()
                .map(id -> ok(Map.of("subject", subject, "id", id)))
                .orElseGet(() -> error(40403, "Schema not found"));
    }

    private Answer register(String subject, Schema schema) {
        List<Integer> ids = subjects.computeIfAbsent(subject, name -> new ArrayList<>());
        boolean compatible = ids.isEmpty()
                || SchemaCompatibility.checkReaderWriterCompatibility(schema, schemas.get(ids.getLast() - 1))
                                .getType()
                        == SchemaCompatibilityType.COMPATIBLE;
        if (!compatible) {
            return error(409, "Schema being registered is incompatible with an earlier schema");
        }
        if (!schemas.contains(schema)) {
            schemas.add(schema);
        }
        int id = schemas.indexOf(schema) + 1;
        ids.add(id);
        return ok(Map.of("id", id));
    }

    private static Answer ok(Object body) {
        return new Answer(200, JSON.valueToTree(body).toString());
    }

    private static Answer error(int code, String message) {
        int status = code > 999 ? code / 100 : code;
        return new Answer(
                status,
                JSON.valueToTree(Map.of("error_code", code, "message", message)).toString());
    }
}
