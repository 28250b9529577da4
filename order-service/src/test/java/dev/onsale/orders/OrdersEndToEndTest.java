package dev.onsale.orders;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.orders.Caller.Answer;
import dev.onsale.runtime.Settings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One instance against a real broker, with a decider that does what the buyer's name says. */
final class OrdersEndToEndTest {

    static final String TWO =
            "{\"eventId\":\"rock\",\"sectionId\":\"A\",\"quantity\":2,\"paymentToken\":\"pm_card_visa\"}";
    static final String THREE = TWO.replace(":2,", ":3,");

    @TempDir
    static Path folder;

    private static TestBroker broker;
    private static ScriptedDecider decider;
    private static OrderService service;
    private static Caller http;
    private static Caller admin;

    @BeforeAll
    static void start() throws Exception {
        broker = TestBroker.start();
        decider = new ScriptedDecider(broker);
        service = startService(broker, folder.resolve("one"), Map.of());
        http = new Caller(service.httpPort());
        admin = new Caller(service.adminPort());
        await().atMost(Duration.ofSeconds(30))
                .until(() -> admin.get("/health/ready").status() == 200);
        await().until(() ->
                http.get("/orders/" + "0".repeat(32), "Onsale-Buyer", "b").status() == 404);
    }

    static OrderService startService(TestBroker broker, Path stateDir, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "http.port", "0",
                "admin.port", "0",
                "state.dir", stateDir.toString(),
                "sse.heartbeat.ms", "200",
                "admin.wait.ms", "5000",
                // Of a broker that was stopped, the view's last writes wait this long; the process does not end before.
                "kafka.max.block.ms", "15000",
                "buyer.waiting.limit", "3"));
        settings.putAll(more);
        return OrderService.start(
                OrderServiceConfig.from(Settings.of(settings)),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                () -> {});
    }

    @AfterEach
    void letGo() {
        decider.goOn();
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
        decider.close();
        broker.close();
    }

    private static String unique(String prefix) {
        return prefix + "-" + UUID.randomUUID();
    }

    private static Answer show(String orderId, String buyer, String... headers) {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 2, headers.length);
        all[0] = "Onsale-Buyer";
        all[1] = buyer;
        return http.get("/orders/" + orderId, all);
    }

    @Test
    void purchase_isQueuedThenDecided_whenItDoesNotWait() {
        decider.holdBack();
        String buyer = unique("held");

        Answer queued = http.buy(buyer, "r1", TWO);

        assertEquals(202, queued.status(), queued.response().body());
        String orderId = queued.text("/orderId");
        assertEquals("/orders/" + orderId, queued.header("Location"));
        assertEquals("QUEUED", queued.text("/status"));
        assertTrue(queued.json().at("/queue/offset").isIntegralNumber());
        assertEquals("QUEUED", show(orderId, buyer).text("/status"));

        decider.goOn();
        await().until(() -> show(orderId, buyer).text("/status").equals("HELD"));
        Answer held = show(orderId, buyer);
        assertEquals(200, held.status());
        assertEquals(9000, held.json().at("/total").asLong());
        assertEquals("2030-01-01T00:00:00Z", held.text("/holdEndsAt"));
        assertFalse(held.json().has("seats"), "absent members are left out");
        assertEquals(queued.text("/queue/offset"), held.text("/receipt/offset"));
    }

    @Test
    void purchase_isAnsweredByItsOutcome_whenItWaits() {
        Answer sold = http.buy(unique("sold"), "r1", TWO, "Prefer", "wait=10");
        assertEquals(201, sold.status(), sold.response().body());
        assertEquals("wait=10", sold.header("Preference-Applied"));

        Answer rejected = http.buy(unique("rejected"), "r1", TWO, "Prefer", "wait=10");
        assertEquals(409, rejected.status());
        assertEquals("REJECTED", rejected.text("/status"));
        assertEquals("SOLD_OUT", rejected.text("/reason"));
    }

    @Test
    void purchase_isStillQueued_whenTheWaitIsOver() {
        decider.holdBack();
        Answer answer = http.buy(unique("sold"), "r1", TWO, "Prefer", "wait=1");
        assertEquals(202, answer.status());
        assertEquals("QUEUED", answer.text("/status"));
    }

    @Test
    void purchase_writesNoSecondCommand_whenRepeatedAfterTheDecision() throws Exception {
        String buyer = unique("held");
        Answer first = http.buy(buyer, "r1", TWO, "Prefer", "wait=10");
        long before = broker.commands();

        Answer second = http.buy(buyer, "r1", TWO);

        assertEquals(201, second.status());
        assertEquals(first.text("/receipt"), second.text("/receipt"));
        assertEquals(first.text("/orderId"), second.text("/orderId"));
        assertEquals(before, broker.commands());
    }

    @Test
    void purchase_isRefused_whenTheKeyStandsForAnotherBody() throws Exception {
        String buyer = unique("held");
        decider.holdBack();
        http.buy(buyer, "r1", TWO);
        long before = broker.commands();
        Answer inFlight = http.buy(buyer, "r1", THREE);
        assertEquals(422, inFlight.status());
        assertEquals("idempotency-key-reused", inFlight.problem());
        decider.goOn();
        http.buy(buyer, "r1", TWO, "Prefer", "wait=10");
        assertEquals(422, http.buy(buyer, "r1", THREE).status());
        assertEquals(before, broker.commands());
    }

    @Test
    void purchase_writesOneCommand_whenSentAHundredTimesAtOnce() throws Exception {
        String buyer = unique("held");
        decider.holdBack();
        long before = broker.commands();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<Answer>> calls = IntStream.range(0, 100)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> http.buy(buyer, "r1", TWO), threads))
                    .toList();
            List<String> receipts = calls.stream()
                    .map(CompletableFuture::join)
                    .map(answer -> answer.status() + answer.text("/queue/offset") + answer.text("/orderId"))
                    .distinct()
                    .toList();
            assertEquals(1, receipts.size(), receipts.toString());
        }
        assertEquals(before + 1, broker.commands());
    }

    @Test
    void order_isNotFound_whenItIsAnotherBuyers() {
        Answer order = http.buy(unique("held"), "r1", TWO, "Prefer", "wait=10");
        Answer other = show(order.text("/orderId"), "someone-else");
        assertEquals(404, other.status());
        assertEquals("order-not-found", other.problem());
    }

    @Test
    void order_isAwaited_untilItIsNoLongerHeld() {
        String buyer = unique("held");
        String orderId = http.buy(buyer, "r1", TWO, "Prefer", "wait=10").text("/orderId");
        var waiting = CompletableFuture.supplyAsync(() -> show(orderId, buyer, "Prefer", "wait=20"));
        await().until(() -> metric("onsale_http_waiting") >= 1);
        assertFalse(waiting.isDone());
        decider.sell(orderId);
        assertEquals("SOLD", waiting.join().text("/status"));
    }

    @Test
    void order_isNotModified_whenTheCallerHasIt() {
        String buyer = unique("held");
        String orderId = http.buy(buyer, "r1", TWO, "Prefer", "wait=10").text("/orderId");
        String etag = show(orderId, buyer).header("ETag");
        assertEquals(304, show(orderId, buyer, "If-None-Match", etag).status());
        assertEquals(
                304,
                show(orderId, buyer, "If-None-Match", etag, "Prefer", "wait=1").status());
        Answer other = show(orderId, buyer, "If-None-Match", "\"0\"", "Prefer", "wait=30");
        assertEquals(200, other.status(), "another state is answered at once");

        var waiting =
                CompletableFuture.supplyAsync(() -> show(orderId, buyer, "If-None-Match", etag, "Prefer", "wait=20"));
        decider.sell(orderId);
        Answer sold = waiting.join();
        assertEquals("SOLD", sold.text("/status"));
        assertEquals(
                304,
                show(orderId, buyer, "If-None-Match", sold.header("ETag"), "Prefer", "wait=30")
                        .status(),
                "an order that has ended is answered at once");
    }

    @Test
    void stream_sendsEveryChangeAndEnds_whenTheOrderEnds() throws Exception {
        String buyer = unique("held");
        String orderId = http.buy(buyer, "r1", TWO, "Prefer", "wait=10").text("/orderId");
        var response = http.stream("/orders/" + orderId, "Onsale-Buyer", buyer, "Accept", "text/event-stream");
        assertEquals(200, response.statusCode());
        List<String> lines = new ArrayList<>();
        try (var reader = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
                if (line.startsWith(":")
                        && lines.stream().filter(l -> l.startsWith(":")).count() == 1) {
                    decider.sell(orderId);
                }
            }
        }
        List<String> data =
                lines.stream().filter(line -> line.startsWith("data:")).toList();
        assertEquals(2, data.size(), lines.toString());
        assertTrue(data.get(0).contains("\"HELD\"") && data.get(1).contains("\"SOLD\""), data.toString());
    }

    @Test
    void waiting_isLimited_perBuyer() {
        String buyer = unique("held");
        String orderId = http.buy(buyer, "r1", TWO, "Prefer", "wait=10").text("/orderId");
        double before = metric("onsale_http_waiting");
        List<CompletableFuture<Answer>> waiting = IntStream.range(0, 3)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> show(orderId, buyer, "Prefer", "wait=20"),
                        command -> Thread.ofVirtual().start(command)))
                .toList();
        await().until(() -> metric("onsale_http_waiting") >= before + 3);
        Answer refused = show(orderId, buyer, "Prefer", "wait=20");
        assertEquals(429, refused.status());
        assertEquals("1", refused.header("Retry-After"));
        assertEquals(200, show(orderId, buyer).status());
        decider.sell(orderId);
        waiting.forEach(answer -> assertEquals(200, answer.join().status()));
    }

    @Test
    void cancellation_endsAHold_andIsRefusedAfterTheSale() {
        String buyer = unique("held");
        String held = http.buy(buyer, "r1", TWO, "Prefer", "wait=10").text("/orderId");
        Answer cancelled = http.send("DELETE", "/orders/" + held, "", "Onsale-Buyer", buyer);
        assertEquals(200, cancelled.status());
        assertEquals("CANCELLED", cancelled.text("/status"));
        assertEquals(
                200,
                http.send("DELETE", "/orders/" + held, "", "Onsale-Buyer", buyer)
                        .status());

        String seller = unique("sold");
        String sold = http.buy(seller, "r1", TWO, "Prefer", "wait=10").text("/orderId");
        await().until(() -> show(sold, seller).text("/status").equals("SOLD"));
        Answer refused = http.send("DELETE", "/orders/" + sold, "", "Onsale-Buyer", seller);
        assertEquals(409, refused.status());
        assertEquals("order-ended", refused.problem());

        Answer refunded = admin.send("POST", "/admin/orders/" + sold + "/refund", "");
        assertEquals(200, refunded.status(), refunded.response().body());
        assertEquals("REFUNDED", refunded.text("/status"));
    }

    @Test
    void payment_canBeRetried_onlyAfterADecline() {
        String declined = unique("declined");
        String orderId = http.buy(declined, "r1", TWO, "Prefer", "wait=10").text("/orderId");
        Answer retried = http.send(
                "POST",
                "/orders/" + orderId + "/payments",
                "{\"paymentToken\":\"pm_card_visa\"}",
                "Content-Type",
                "application/json",
                "Onsale-Buyer",
                declined,
                "Prefer",
                "wait=10");
        assertEquals(200, retried.status(), retried.response().body());
        assertEquals("SOLD", retried.text("/status"));

        String held = unique("held");
        String other = http.buy(held, "r1", TWO, "Prefer", "wait=10").text("/orderId");
        Answer refused = http.send(
                "POST",
                "/orders/" + other + "/payments",
                "{\"paymentToken\":\"pm_card_visa\"}",
                "Content-Type",
                "application/json",
                "Onsale-Buyer",
                held);
        assertEquals(409, refused.status());
        assertTrue(refused.text("/detail").contains("AUTHORISING"), refused.text("/detail"));
    }

    private static double metric(String name) {
        return admin.get("/metrics")
                .response()
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
