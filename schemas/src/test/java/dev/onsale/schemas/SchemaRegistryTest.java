package dev.onsale.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a scripted registry; the real one is in the cluster test of system-tests. */
class SchemaRegistryTest {

    private static final Schema SCHEMA =
            SchemaBuilder.record("R").fields().requiredString("a").endRecord();

    private record Answer(int status, String body) {}

    private final Deque<Answer> answers = new ArrayDeque<>();
    private final List<String> calls = new ArrayList<>();
    private HttpServer server;
    private String url;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            calls.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization"));
            exchange.getRequestBody().readAllBytes();
            Answer answer = answers.removeFirst();
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        url = "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static String quoted(Schema schema) {
        return "{\"schema\":\"" + schema.toString().replace("\"", "\\\"") + "\"}";
    }

    @Test
    void ids_arePinned_whenNoRegistryIsConfigured() {
        assertSame(PinnedSchemas.released(), SchemaRegistry.from("", "", ""));
    }

    @Test
    void schema_isRegisteredOnce_withBasicAuthentication() {
        answers.add(new Answer(200, "{\"id\":41}"));
        SchemaIds ids = SchemaRegistry.from(url + "/", "u", "p");

        assertEquals(41, ids.idOf("onsale.commands-value", SCHEMA));
        assertEquals(41, ids.idOf("onsale.commands-value", SCHEMA));

        assertEquals(List.of("POST /subjects/onsale.commands-value/versions Basic dTpw"), calls);
    }

    @Test
    void id_isLookedUpOnce() {
        answers.add(new Answer(200, quoted(SCHEMA)));
        SchemaIds ids = SchemaRegistry.from(url, "", "");

        assertEquals(SCHEMA, ids.schemaOf(41));
        assertEquals(SCHEMA, ids.schemaOf(41));

        assertEquals(List.of("GET /schemas/ids/41 null"), calls);
    }

    @Test
    void unknownId_isAskedForOnce_soThatPoisonCostsNothing() {
        answers.add(new Answer(404, "{\"error_code\":40403}"));
        SchemaIds ids = SchemaRegistry.from(url, "", "");

        assertThrows(UnknownSchemaException.class, () -> ids.schemaOf(41));
        assertThrows(UnknownSchemaException.class, () -> ids.schemaOf(41));

        assertEquals(1, calls.size());
    }

    @Test
    void incompatibleSchema_isSaidToBe() {
        answers.add(new Answer(409, "{\"error_code\":409}"));

        assertThrows(
                UnknownSchemaException.class,
                () -> SchemaRegistry.from(url, "", "").idOf("s", SCHEMA));
    }

    @Test
    void serverErrors_areTriedAgain() {
        answers.add(new Answer(503, ""));
        answers.add(new Answer(500, ""));
        answers.add(new Answer(200, "{\"id\":7}"));

        assertEquals(7, SchemaRegistry.from(url, "", "").idOf("s", SCHEMA));
    }

    @Test
    void nextAddress_isAsked_whenOneIsAway() {
        answers.add(new Answer(200, "{\"id\":7}"));

        assertEquals(
                7, SchemaRegistry.from("http://127.0.0.1:1, " + url, "", "").idOf("s", SCHEMA));
    }

    @Test
    void registryThatIsAway_isNotTakenForAnUnknownSchema() {
        SchemaIds ids = SchemaRegistry.from("http://127.0.0.1:1", "", "");

        assertThrows(RegistryUnavailableException.class, () -> ids.schemaOf(41));
    }
}
