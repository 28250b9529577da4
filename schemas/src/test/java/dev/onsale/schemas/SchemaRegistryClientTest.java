package dev.onsale.schemas;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.onsale.schemas.SchemaRegistry.Patience;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaRegistryClientTest extends SchemaRegistryContract {

    private static final Schema SCHEMA = schema("{\"name\":\"a\",\"type\":\"string\"}");
    private static final String SUBJECT = "onsale.commands-value";
    private static final Patience SHORT =
            new Patience(Duration.ofSeconds(5), 3, Duration.ofMillis(10), Duration.ofMinutes(10));

    private final FakeRegistry registry = new FakeRegistry();

    @AfterEach
    void stop() {
        registry.close();
    }

    @Override
    String url() {
        return registry.url();
    }

    @Override
    void requireCompatibility(String subject) {
        // The fake always does.
    }

    private SchemaRegistry client(Patience patience) {
        return new SchemaRegistry(registry.url(), "", "", patience);
    }

    @Test
    void ids_arePinned_withoutARegistry() {
        assertSame(PinnedSchemas.released(), SchemaRegistry.from("", "", ""));
        assertSame(PinnedSchemas.released(), SchemaRegistry.from("  ", "", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "registry:8081",
                "ftp://registry",
                "http://",
                "http://a b",
                "http://one:8081,",
                "http://user:secret@registry"
            })
    void address_isRefused_whenItIsNone(String url) {
        var refused = assertThrows(IllegalArgumentException.class, () -> SchemaRegistry.from(url, "", ""));
        assertTrue(String.valueOf(refused.getMessage()).contains("schema.registry.url"), refused.getMessage());
        assertFalse(String.valueOf(refused.getMessage()).contains("secret"), "passwords are not repeated");
    }

    @Test
    void registry_isAskedOnce_howeverOftenASchemaIsUsed() {
        SchemaRegistry writer = client(SHORT);
        int id = writer.idOf(SUBJECT, SCHEMA);
        writer.idOf(SUBJECT, SCHEMA);
        SchemaRegistry reader = client(SHORT);
        reader.schemaOf(id);
        reader.schemaOf(id);
        assertEquals(
                List.of("POST /subjects/onsale.commands-value/versions", "GET /schemas/ids/" + id), registry.requests);
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 404, 405})
    void schema_isLookedUp_whenTheRegistryTakesNoRegistrations(int refusal) {
        int id = client(SHORT).idOf(SUBJECT, SCHEMA);
        registry.answerNext(refusal, "read-only");
        assertEquals(id, client(SHORT).idOf(SUBJECT, SCHEMA));
    }

    @Test
    void schema_isUnknown_whenTheRegistryHasItNotAndTakesNoRegistrations() {
        registry.answerNext(405, "read-only");
        var refused =
                assertThrows(UnknownSchemaException.class, () -> client(SHORT).idOf(SUBJECT, SCHEMA));
        assertTrue(String.valueOf(refused.getMessage()).contains("register it"), refused.getMessage());
    }

    @Test
    void unknownId_isNotAskedForAgain_forSomeTime() {
        SchemaRegistry client = client(SHORT);
        for (int i = 0; i < 100; i++) {
            assertThrows(UnknownSchemaException.class, () -> client.schemaOf(1));
        }
        assertEquals(List.of("GET /schemas/ids/1"), registry.requests);
    }

    @Test
    void unknownId_isFoundLater_whenItsSchemaIsRegisteredMeanwhile() {
        SchemaRegistry client =
                client(new Patience(Duration.ofSeconds(5), 3, Duration.ofMillis(10), Duration.ofMillis(100)));
        assertThrows(UnknownSchemaException.class, () -> client.schemaOf(1));
        assertEquals(1, client(SHORT).idOf(SUBJECT, SCHEMA));
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptionsInstanceOf(UnknownSchemaException.class)
                .until(() -> client.schemaOf(1), SCHEMA::equals);
    }

    @Test
    void registry_isAskedAgain_whenItFailsOrIsBusy() {
        int id = client(SHORT).idOf(SUBJECT, SCHEMA);
        registry.answerNext(503, "starting");
        registry.answerNext(429, "busy");
        assertEquals(SCHEMA, client(SHORT).schemaOf(id));
    }

    @Test
    void nextAddress_isAsked_whenTheFirstIsAway() throws IOException {
        var client =
                new SchemaRegistry("http://127.0.0.1:" + unusedPort() + " , " + registry.url() + "/", "", "", SHORT);
        assertEquals(1, client.idOf(SUBJECT, SCHEMA));
    }

    @Test
    void credentials_areSent_whenThereAreAny() {
        new SchemaRegistry(registry.url(), "ada", "s3cret:with colon", SHORT).idOf(SUBJECT, SCHEMA);
        String expected =
                "Basic " + Base64.getEncoder().encodeToString("ada:s3cret:with colon".getBytes(StandardCharsets.UTF_8));
        assertEquals(List.of(expected), registry.authorizations);
    }

    @Test
    void record_isNotCalledUnreadable_whenTheRegistryIsAway() throws IOException {
        var away = new SchemaRegistry("http://127.0.0.1:" + unusedPort(), "", "", SHORT);
        byte[] bytes = Samples.command("Purchase", Samples.purchase()).bytes();
        RuntimeException failure = assertThrows(
                RegistryUnavailableException.class,
                () -> Samples.COMMANDS.serde(away).fromBytes(bytes));
        assertFalse(failure instanceof SerializationException, "dead letters are for serialization exceptions");
        assertTrue(String.valueOf(failure.getMessage()).contains("schema.registry.url"), failure.getMessage());
    }

    static Stream<Arguments> answersOfNoUsableRegistry() {
        return Stream.of(
                arguments(401, "{\"error_code\":401,\"message\":\"Unauthorized\"}", "schema.registry.user"),
                arguments(403, "{\"error_code\":40301,\"message\":\"denied\"}", "schema.registry.user"),
                arguments(404, "<html>404</html>", "schema.registry.url"),
                arguments(404, "{\"detail\":\"no such route\"}", "schema.registry.url"),
                arguments(404, "", "schema.registry.url"),
                arguments(302, "", "schema.registry.url"),
                arguments(400, "bad", "schema.registry.url"),
                arguments(200, "<html>a web page</html>", "schema.registry.url"),
                arguments(200, "{\"hello\":\"world\"}", "schema.registry.url"),
                arguments(200, "", "schema.registry.url"));
    }

    @ParameterizedTest
    @MethodSource("answersOfNoUsableRegistry")
    void read_saysTheRegistryIsUnusable_andForgetsThat(int status, String body, String setting) {
        int id = client(SHORT).idOf(SUBJECT, SCHEMA);
        SchemaRegistry client = client(SHORT);
        registry.answerNext(status, body);
        var failure = assertThrows(RegistryUnavailableException.class, () -> client.schemaOf(id));
        assertTrue(String.valueOf(failure.getMessage()).contains(setting), failure.getMessage());
        assertEquals(SCHEMA, client.schemaOf(id), "asked again at once");
    }

    @ParameterizedTest
    @MethodSource("answersOfNoUsableRegistry")
    void write_saysTheRegistryIsUnusable_andForgetsThat(int status, String body, String setting) {
        SchemaRegistry client = client(SHORT);
        registry.answerNext(status, body);
        if (status == 403 || status == 404) {
            // These lead to a look-up, which is answered by the same server.
            registry.answerNext(status, body);
        }
        var failure = assertThrows(RegistryUnavailableException.class, () -> client.idOf(SUBJECT, SCHEMA));
        assertTrue(String.valueOf(failure.getMessage()).contains(setting), failure.getMessage());
        assertEquals(1, client.idOf(SUBJECT, SCHEMA), "asked again at once");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"schemaType\":\"PROTOBUF\",\"schema\":\"syntax = ...\"}",
                "{\"schema\":\"not a schema\"}",
                "{\"schema\":\"{\\\"type\\\":\\\"record\\\"}\"}"
            })
    void schema_isUnknown_whenTheIdStandsForSomethingElse(String body) {
        registry.answerNext(200, body);
        assertThrows(UnknownSchemaException.class, () -> client(SHORT).schemaOf(1));
    }

    @Test
    void unknownIds_areForgotten_beforeTheyFillTheMemory() {
        SchemaRegistry client = client(SHORT);
        assertThrows(UnknownSchemaException.class, () -> client.schemaOf(1));
        for (int id = 2; id <= 10_001; id++) {
            int unknown = id;
            assertThrows(UnknownSchemaException.class, () -> client.schemaOf(unknown));
        }
        registry.requests.clear();
        assertThrows(UnknownSchemaException.class, () -> client.schemaOf(1));
        assertThrows(UnknownSchemaException.class, () -> client.schemaOf(10_001));
        assertEquals(List.of("GET /schemas/ids/1"), registry.requests);
    }

    @Test
    void waiting_ends_whenTheThreadIsInterrupted() {
        Thread.currentThread().interrupt();
        assertThrows(RegistryUnavailableException.class, () -> client(SHORT).schemaOf(1));
        assertTrue(Thread.interrupted(), "the interrupt is kept for whoever stops the thread");
    }

    private static int unusedPort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
