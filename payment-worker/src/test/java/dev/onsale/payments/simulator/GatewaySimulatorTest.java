package dev.onsale.payments.simulator;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onsale.runtime.OperatorError;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GatewaySimulatorTest {

    private static final String AUTHORISE = "/v1/payment_intents";
    private static final String BODY =
            "amount=4500&currency=eur&payment_method=pm_card_visa&capture_method=manual&confirm=true"
                    + "&metadata%5BorderId%5D=o1&metadata[attempt]=2";

    private final HttpClient client = HttpClient.newHttpClient();
    private final Path ledger;
    private GatewaySimulator simulator;

    GatewaySimulatorTest(@TempDir Path folder) {
        ledger = folder.resolve("sub").resolve("ledger.jsonl");
        simulator = start();
    }

    private GatewaySimulator start() {
        return GatewaySimulator.start(new SimulatorConfig("127.0.0.1", 0, ledger, 1));
    }

    private void restart() {
        simulator.close();
        simulator = start();
    }

    @AfterEach
    void close() {
        client.close();
        simulator.close();
    }

    private record Answer(int status, JsonNode body) {
        String code() {
            return body.path("error").path("code").asText();
        }

        String type() {
            return body.path("error").path("type").asText();
        }

        String id() {
            return body.path("id").asText();
        }
    }

    private static Answer parse(HttpResponse<String> response) {
        try {
            return new Answer(response.statusCode(), Json.MAPPER.readTree(response.body()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static HttpRequest.Builder request(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(10))
                .header("Authorization", "Bearer sk_test_simulator");
    }

    private CompletableFuture<Answer> postAsync(int port, String path, String key, String body) {
        HttpRequest request = request(port, path)
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString(body))
                .build();
        return client.sendAsync(request, BodyHandlers.ofString()).thenApply(GatewaySimulatorTest::parse);
    }

    private Answer post(String path, String key, String body) {
        return postAsync(simulator.port(), path, key, body).join();
    }

    private Answer behave(String json) throws IOException, InterruptedException {
        return parse(client.send(
                request(simulator.port(), "/simulator/behaviour")
                        .PUT(BodyPublishers.ofString(json))
                        .build(),
                BodyHandlers.ofString()));
    }

    private List<String> ledger(int port) {
        HttpRequest request = request(port, "/simulator/ledger").build();
        return client.sendAsync(request, BodyHandlers.ofString())
                .join()
                .body()
                .lines()
                .toList();
    }

    private List<String> ledger() {
        return ledger(simulator.port());
    }

    @Test
    void ledger_hasOneLinePerEffect_withTheFieldsOfTheContract() throws Exception {
        String id = post(AUTHORISE, "k1", BODY).id();
        post(AUTHORISE + "/" + id + "/capture", "k2", "");
        post("/v1/refunds", "k3", "payment_intent=" + id);
        String other = post(AUTHORISE, "k4", BODY).id();
        post(AUTHORISE + "/" + other + "/cancel", "k5", "");
        post(AUTHORISE, "k6", BODY.replace("pm_card_visa", "pm_card_chargeDeclined"));
        List<String> expected = List.of(
                line(1, "authorise", "succeeded"),
                line(2, "capture", "succeeded"),
                line(3, "refund", "succeeded"),
                line(4, "authorise", "succeeded"),
                line(5, "void", "succeeded"),
                line(6, "authorise", "declined"));
        assertEquals(
                expected,
                ledger().stream()
                        .map(line -> line.replaceFirst("\"at\":\"[^\"]+Z\"", "\"at\":\"T\""))
                        .toList());
    }

    private static String line(int seq, String operation, String outcome) {
        return "{\"seq\":%d,\"at\":\"T\",\"operation\":\"%s\",\"orderId\":\"o1\",\"attempt\":2,\"amount\":4500,\"currency\":\"EUR\",\"outcome\":\"%s\",\"idempotencyKey\":\"k%d\"}"
                .formatted(seq, operation, outcome, seq);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void post_givesStoredAnswer_whenKeyAndBodyAreRepeated(boolean restarted) {
        String declined = BODY.replace("pm_card_visa", "pm_card_chargeDeclinedInsufficientFunds");
        Answer success = post(AUTHORISE, "k1", BODY);
        Answer decline = post(AUTHORISE, "k2", declined);
        Answer captured = post(AUTHORISE + "/" + success.id() + "/capture", "k3", "");
        assertEquals(200, success.status());
        assertEquals(402, decline.status());
        assertEquals(
                "insufficient_funds",
                decline.body().path("error").path("decline_code").asText());
        assertEquals("succeeded", captured.body().path("status").asText());
        if (restarted) {
            restart();
        }
        assertEquals(success, post(AUTHORISE, "k1", BODY));
        assertEquals(decline, post(AUTHORISE, "k2", declined));
        assertEquals(captured, post(AUTHORISE + "/" + success.id() + "/capture", "k3", ""));
        assertEquals(3, ledger().size());
    }

    @Test
    void post_isIdempotencyError_whenKeyComesWithOtherBodyOrPath() {
        String id = post(AUTHORISE, "k1", BODY).id();
        Answer otherBody = post(AUTHORISE, "k1", BODY.replace("4500", "4501"));
        assertEquals(400, otherBody.status());
        assertEquals("idempotency_error", otherBody.type());
        assertEquals(
                "idempotency_error",
                post(AUTHORISE + "/" + id + "/capture", "k1", BODY).type());
        assertEquals(1, ledger().size());
    }

    @Test
    void post_is409AndChargesOnce_whileKeyIsInFlight() throws Exception {
        behave("{\"latencyMillis\":1500}");
        List<CompletableFuture<Answer>> answers = IntStream.range(0, 8)
                .mapToObj(i -> postAsync(simulator.port(), AUTHORISE, "k1", BODY))
                .toList();
        List<Integer> statuses =
                answers.stream().map(answer -> answer.join().status()).sorted().toList();
        assertEquals(List.of(200, 409, 409, 409, 409, 409, 409, 409), statuses);
        assertEquals(1, ledger().size());
    }

    @Test
    void post_isNotRemembered_whenItFailedOrWasMalformed() throws Exception {
        behave("{\"errorRate\":1}");
        assertEquals(500, post(AUTHORISE, "k1", BODY).status());
        behave("{\"errorRate\":0}");
        assertEquals("parameter_missing", post(AUTHORISE, "k1", "confirm=true").code());
        assertEquals(200, post(AUTHORISE, "k1", BODY).status());
    }

    @Test
    void post_chargesOnceAndAnswersLater_whenResponseIsDropped() throws Exception {
        behave("{\"dropResponseRate\":1}");
        assertTrue(postAsync(simulator.port(), AUTHORISE, "k1", BODY)
                .handle((answer, error) -> error != null)
                .join());
        behave("{\"dropResponseRate\":0}");
        assertEquals(200, post(AUTHORISE, "k1", BODY).status());
        assertEquals(1, ledger().size());
    }

    @Test
    void post_declines_whenDeclineRateIsOne() throws Exception {
        behave("{\"declineRate\":1}");
        assertEquals("card_declined", post(AUTHORISE, "k1", BODY).code());
    }

    @Test
    void effects_areRefused_whenStateDoesNotAllowThem() {
        String captured = post(AUTHORISE, "k1", BODY).id();
        String cancelled = post(AUTHORISE, "k2", BODY).id();
        post(AUTHORISE + "/" + captured + "/capture", "k3", "");
        post(AUTHORISE + "/" + cancelled + "/cancel", "k4", "");
        String unexpected = "payment_intent_unexpected_state";
        assertEquals(
                unexpected,
                post(AUTHORISE + "/" + cancelled + "/capture", "k5", "").code());
        assertEquals(
                unexpected,
                post(AUTHORISE + "/" + captured + "/cancel", "k6", "").code());
        assertEquals(
                unexpected,
                post(AUTHORISE + "/" + captured + "/capture", "k7", "").code());
        assertEquals(
                200,
                post("/v1/refunds", "k8", "amount=4000&payment_intent=" + captured)
                        .status());
        assertEquals(
                400,
                post("/v1/refunds", "k9", "amount=501&payment_intent=" + captured)
                        .status());
        assertEquals(
                200, post("/v1/refunds", "k10", "payment_intent=" + captured).status());
        assertEquals(
                "charge_already_refunded",
                post("/v1/refunds", "k11", "payment_intent=" + captured).code());
        assertEquals(6, ledger().size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "payment_method=pm_card_visa | payment_method=pm_other | resource_missing",
                "amount=4500 | amount=-1 | parameter_invalid",
                "amount=4500 | amount=x | parameter_invalid",
                "currency=eur | currency=zzz | parameter_invalid",
                "confirm=true | confirm=false | parameter_invalid",
                "amount=4500& | '' | parameter_missing"
            })
    void authorise_is400_whenParameterIsWrong(String from, String to, String code) {
        Answer answer = post(AUTHORISE, "k1", BODY.replace(from, to));
        assertEquals(400, answer.status());
        assertEquals(code, answer.code());
        assertEquals(0, ledger().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"latency\":1}",
                "{\"errorRate\":1.1}",
                "{\"errorRate\":\"1\"}",
                "{\"latencyMillis\":-1}",
                "{\"latencyMillis\":1.5}",
                "[]",
                "{",
                ""
            })
    void behaviour_is400AndUnchanged_whenInvalid(String json) throws Exception {
        behave("{\"declineRate\":0.5}");
        assertEquals(400, behave(json).status());
        assertEquals(0.5, behave("{}").body().path("declineRate").asDouble());
    }

    @Test
    void start_dropsTornLastLine_whenProcessDiedWhileWriting() throws IOException {
        Answer first = post(AUTHORISE, "k1", BODY);
        simulator.close();
        Files.writeString(ledger, "{\"seq\":2,\"at\":\"20", StandardOpenOption.APPEND);
        simulator = start();
        assertEquals(first, post(AUTHORISE, "k1", BODY));
        assertEquals(200, post(AUTHORISE, "k2", BODY).status());
        restart();
        assertEquals(2, ledger().size());
    }

    @Test
    void start_saysWhatToDo_whenLedgerIsDamagedOrInUse() throws IOException {
        assertTrue(assertThrows(OperatorError.class, this::start).toString().contains("in use"));
        simulator.close();
        Files.writeString(ledger, "{\"seq\":1}\n");
        assertTrue(assertThrows(OperatorError.class, this::start).toString().contains("line 1"));
        Files.writeString(ledger, "");
        simulator = start();
    }

    @Test
    void post_givesStoredAnswer_whenProcessWasKilled(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("ledger.jsonl");
        Child first = new Child(file, folder.resolve("first.log"));
        int calls = 200;
        List<Answer> before = answers(first.port(), calls);
        first.kill();
        Child second = new Child(file, folder.resolve("second.log"));
        try {
            assertEquals(calls, ledger(second.port()).size());
            assertEquals(before, answers(second.port(), calls));
            assertEquals(calls, ledger(second.port()).size());
        } finally {
            second.kill();
        }
    }

    private List<Answer> answers(int port, int calls) {
        List<CompletableFuture<Answer>> answers = IntStream.range(0, calls)
                .mapToObj(i -> postAsync(port, AUTHORISE, "k" + i, BODY))
                .toList();
        return answers.stream().map(CompletableFuture::join).toList();
    }

    /** The simulator in a process of its own. */
    private static final class Child {
        private static final Pattern LISTENING = Pattern.compile("gateway simulator on http://127.0.0.1:(\\d+)");

        private final Process process;
        private final Path log;

        Child(Path ledger, Path log) throws IOException {
            this.log = log;
            this.process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            SimulatorMain.class.getName(),
                            "--gateway.port",
                            "0",
                            "--gateway.ledger",
                            ledger.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        }

        int port() {
            return await().atMost(Duration.ofSeconds(30)).until(this::portOrZero, port -> port > 0);
        }

        private int portOrZero() throws IOException {
            Matcher matcher = LISTENING.matcher(Files.readString(log));
            return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
        }

        void kill() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }
    }
}
