package dev.onsale.release.flags;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.onsale.release.flags.managed.Ofrep;
import dev.onsale.runtime.OperatorError;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A managed service before the topic: a local endpoint of the OpenFeature Remote Evaluation Protocol. */
final class ManagedFlagsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PATH = "/ofrep/v1/evaluate/flags/";

    /** What the service answers, per flag; of a text, the buyer {@code ada} gets it and others get "stable". */
    private final Map<String, Object> values = new ConcurrentHashMap<>();

    private final Map<String, JsonNode> topic = new HashMap<>();
    private final HttpServer server;
    private final FlagdFeed feed = new FlagdFeed(() -> {});
    private final Evaluation evaluation;

    ManagedFlagsTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(PATH, this::evaluate);
        server.start();
        feed.offer(topic);
        evaluation = new Evaluation(
                feed,
                Optional.of(ProviderFactory.create(
                        Ofrep.class.getName(),
                        Map.of("url", "http://127.0.0.1:" + server.getAddress().getPort(), "token", "secret"))));
    }

    @AfterEach
    void close() {
        evaluation.close();
        server.stop(0);
    }

    private void evaluate(HttpExchange exchange) throws IOException {
        String flag = exchange.getRequestURI().getPath().substring(PATH.length());
        String buyer = JSON.readTree(exchange.getRequestBody())
                .at("/context/targetingKey")
                .asText();
        Object value = values.get(flag);
        boolean known = value != null
                && "Bearer secret".equals(exchange.getRequestHeaders().getFirst("Authorization"));
        Map<String, Object> answer = known
                ? Map.of(
                        "key",
                        flag,
                        "value",
                        value instanceof String && !buyer.equals("ada") ? "stable" : value,
                        "reason",
                        "TARGETING_MATCH",
                        "variant",
                        "v")
                : Map.of("key", flag, "errorCode", "FLAG_NOT_FOUND");
        byte[] body = JSON.writeValueAsString(answer).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(known ? 200 : 404, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private void topicSays(String flag, JsonNode definition) throws InterruptedException {
        topic.put(flag, definition);
        feed.offer(topic);
        assertTrue(feed.awaitStored(Duration.ofSeconds(10)));
    }

    @Test
    void service_isAskedFirst_andTheTopicForWhatItDoesNotKnow() throws Exception {
        topicSays("allocator", FlagDefinition.ofShare(0));
        topicSays("payments-path", FlagDefinition.ofShare(100));
        values.put("allocator", "candidate");
        await().until(() -> evaluation.variant("allocator", "ada"), "candidate"::equals);
        assertEquals("stable", evaluation.variant("allocator", "bob"));
        assertEquals("candidate", evaluation.variant("payments-path", "bob"));
    }

    @Test
    void switch_isOff_whenEitherSideSaysSo() throws Exception {
        values.put("sales", true);
        topicSays("sales", FlagDefinition.ofSwitch(false));
        assertFalse(evaluation.on("sales"), "what is thrown here is not overruled");
        topicSays("sales", FlagDefinition.ofSwitch(true));
        values.put("sales", false);
        await().until(() -> !evaluation.on("sales"));
        values.put("sales", true);
        assertTrue(evaluation.on("sales"));
    }

    @Test
    void topicAnswers_whileTheServiceIsAway_andBuyersDoNotWaitForIt() throws Exception {
        topicSays("allocator", FlagDefinition.ofShare(100));
        values.put("allocator", "candidate");
        await().until(() -> evaluation.variant("allocator", "bob"), "stable"::equals);
        server.stop(0);
        long start = System.nanoTime();
        for (int i = 0; i < 1_000; i++) {
            assertEquals("candidate", evaluation.variant("allocator", "bob"));
        }
        long millis = (System.nanoTime() - start) / 1_000_000;
        assertTrue(millis < 5_000, "a thousand evaluations took " + millis + " ms");
    }

    @Test
    void provider_isRefused_inOneSentence_whenItCannotBeMade() {
        assertRefused("cannot be made", "dev.onsale.Missing", Map.of());
        assertRefused("must be topic or the name of a class", String.class.getName(), Map.of());
        assertRefused("The setting url is missing", Ofrep.class.getName(), Map.of());
        assertRefused("The setting tokn is unknown", Ofrep.class.getName(), Map.of("url", "http://h", "tokn", "x"));
    }

    private static void assertRefused(String saying, String className, Map<String, String> properties) {
        OperatorError error = assertThrows(OperatorError.class, () -> ProviderFactory.create(className, properties));
        assertTrue(String.valueOf(error.getMessage()).contains(saying), error.getMessage());
    }
}
