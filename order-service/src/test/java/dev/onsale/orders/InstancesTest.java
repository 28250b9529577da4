package dev.onsale.orders;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.orders.Caller.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What happens when instances share the work, restart or vanish, and when the broker is away. Each test has its own broker, and waits
 * more than it works, so several run at a time.
 */
@Execution(ExecutionMode.CONCURRENT)
@Order(1)
final class InstancesTest {

    private static final Duration START = Duration.ofSeconds(60);
    private static final String NOBODY = "0".repeat(32);

    @TempDir
    Path folder;

    private TestBroker broker;
    private ScriptedDecider decider;
    private OrderService one;
    private Caller first;

    @BeforeEach
    void start() throws Exception {
        broker = TestBroker.start();
        decider = new ScriptedDecider(broker);
        one = OrdersEndToEndTest.startService(broker, folder.resolve("one"), Map.of());
        first = new Caller(one.httpPort());
        awaitReady(one);
    }

    @AfterEach
    void stop() throws Exception {
        one.close();
        decider.close();
        broker.close();
    }

    private static void awaitReady(OrderService service) {
        Caller http = new Caller(service.httpPort());
        await().atMost(START).until(service::ready);
        await().atMost(START)
                .until(() -> http.get("/orders/" + NOBODY, "Onsale-Buyer", "b").status() == 404);
    }

    @Test
    void instances_passCallsOn_toTheOneThatHoldsTheOrder() throws Exception {
        OrderService two = OrdersEndToEndTest.startService(broker, folder.resolve("two"), Map.of());
        try (two) {
            Caller second = new Caller(two.httpPort());
            awaitReady(two);
            awaitReady(one);
            // An order is held by one of the two; the other answers a forwarded question about it by 503.
            String elsewhere = "";
            int here = 0;
            for (int i = 0; i < 200 && (elsewhere.isEmpty() || here == 0); i++) {
                String buyer = "held-" + i;
                Answer order = first.buy(buyer, "r", OrdersEndToEndTest.TWO, "Prefer", "wait=10");
                assertEquals(201, order.status(), order.response().body());
                String path = order.header("Location");
                assertEquals(
                        order.text("/orderId"),
                        second.get(path, "Onsale-Buyer", buyer).text("/orderId"));
                assertEquals(
                        order.text("/orderId"),
                        first.get(path, "Onsale-Buyer", buyer).text("/orderId"));
                int direct = first.get(path, "Onsale-Buyer", buyer, "Onsale-Forwarded", "1")
                        .status();
                if (direct == 503) {
                    elsewhere = buyer + " " + order.text("/orderId");
                } else {
                    here++;
                }
            }
            assertFalse(elsewhere.isEmpty(), "all orders are held by one instance");
            assertTrue(here > 0, "no order is held by the first instance");

            String buyer = elsewhere.split(" ", 2)[0];
            String orderId = elsewhere.split(" ", 2)[1];
            assertEquals(422, first.buy(buyer, "r", OrdersEndToEndTest.THREE).status());
            assertEquals(
                    404,
                    first.get("/orders/" + orderId, "Onsale-Buyer", "other").status());
            var stream = first.stream("/orders/" + orderId, "Onsale-Buyer", buyer, "Accept", "text/event-stream");
            var waiting = CompletableFuture.supplyAsync(
                    () -> first.get("/orders/" + orderId, "Onsale-Buyer", buyer, "Prefer", "wait=30"));
            decider.sell(orderId);
            assertEquals("SOLD", waiting.join().text("/status"));
            String events = new String(stream.body().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(events.contains("\"HELD\"") && events.contains("\"SOLD\""), events);

            openOnSecond(new Caller(two.adminPort()));
            for (Caller caller : new Caller[] {first, second}) {
                await().untilAsserted(() -> assertEquals(
                        8,
                        caller.get("/events/many/availability")
                                .json()
                                .get("sections")
                                .size()));
                assertEquals(200, caller.get("/events/many/sections/S3/seats").status());
            }
        }
        // Its partitions are still its own for a while: a purchase is taken nevertheless, a question has to wait.
        await().atMost(Duration.ofSeconds(5)).until(() -> !two.ready());
        boolean refused = false;
        for (int i = 0; i < 50 && !refused; i++) {
            Answer order = first.buy("late-" + i, "r", OrdersEndToEndTest.TWO);
            assertEquals(202, order.status(), order.response().body());
            refused = first.get(order.header("Location"), "Onsale-Buyer", "late-" + i)
                            .status()
                    == 503;
        }
        assertTrue(refused, "no order belonged to the instance that left");
        await().atMost(START)
                .until(() -> first.get("/orders/" + "f".repeat(32), "Onsale-Buyer", "b")
                                        .status()
                                == 404
                        && first.get("/events/many/availability").status() == 200);
    }

    /** Long before the brokers would give up one that is silent, which is after 10 s. */
    @Test
    void ordersAreHandedOver_whenAnInstanceWithCopiesLeaves() throws Exception {
        Map<String, String> copies = Map.of("num.standby.replicas", "1");
        one.close();
        one = OrdersEndToEndTest.startService(broker, folder.resolve("one"), copies);
        first = new Caller(one.httpPort());
        awaitReady(one);
        OrderService two = OrdersEndToEndTest.startService(broker, folder.resolve("two"), copies);
        String path = "";
        try (two) {
            awaitReady(two);
            await().atMost(START).until(() -> {
                Answer order = first.buy("held-1", "r", OrdersEndToEndTest.TWO, "Prefer", "wait=10");
                return order.status() == 201;
            });
            for (int i = 2; i < 200 && path.isEmpty(); i++) {
                String buyer = "held-" + i;
                String bought = first.buy(buyer, "r", OrdersEndToEndTest.TWO, "Prefer", "wait=10")
                        .header("Location");
                boolean elsewhere = first.get(bought, "Onsale-Buyer", buyer, "Onsale-Forwarded", "1")
                                .status()
                        == 503;
                path = elsewhere ? bought + " " + buyer : "";
            }
            assertFalse(path.isEmpty(), "all orders are held by the first instance");
            Caller admin = new Caller(one.adminPort());
            await().atMost(START)
                    .until(() -> admin.get("/metrics").response().body().contains("\nonsale_state_lag_records 0.0"));
        }
        long left = System.nanoTime();
        String order = path.split(" ", 2)[0];
        String buyer = path.split(" ", 2)[1];
        await().atMost(START)
                .until(() -> first.get(order, "Onsale-Buyer", buyer).status() == 200);
        long millis = Duration.ofNanos(System.nanoTime() - left).toMillis();
        assertTrue(millis < 5_000, "the order could be read again after " + millis + " ms");
    }

    @Test
    void callsArePutOff_andNoneFailsInside_whileAnotherInstanceCannotBeReached() {
        Map<String, String> unreachable = Map.of("advertised.url", "http://127.0.0.1:1");
        try (OrderService two = OrdersEndToEndTest.startService(broker, folder.resolve("two"), unreachable)) {
            await().atMost(START).until(() -> first.get("/events").status() != 200);
            // Each question waits a while for the other instance, hence few.
            for (int i = 0; i < 3; i++) {
                assertEquals(503, first.get("/events").status());
                int buyer = i;
                await().atMost(START).until(() -> {
                    Answer order = first.buy("held-" + buyer, "r", OrdersEndToEndTest.TWO);
                    assertTrue(
                            order.status() == 202 || order.status() == 503,
                            order.response().body());
                    return order.status() == 202;
                });
            }
        }
    }

    private static void openOnSecond(Caller admin) {
        StringBuilder layout = new StringBuilder("{\"event\":\"many\",\"currency\":\"EUR\",\"sections\":[");
        for (int i = 0; i < 8; i++) {
            layout.append(i == 0 ? "" : ",")
                    .append("{\"section\":\"S")
                    .append(i)
                    .append("\",\"capacity\":10,\"price\":100}");
        }
        Answer opened =
                admin.send("POST", "/admin/events", layout.append("]}").toString(), "Content-Type", "application/json");
        assertEquals(201, opened.status(), opened.response().body());
        assertEquals(8, opened.json().get("sections").size());
    }

    @Test
    @Tag("broker-away-at-the-edge")
    void acceptedOrder_isNeverDenied_afterARestart() {
        decider.holdBack();
        String path = first.buy("held-1", "r", OrdersEndToEndTest.TWO).header("Location");
        assertEquals("QUEUED", first.get(path, "Onsale-Buyer", "held-1").text("/status"));
        one.close();
        one = OrdersEndToEndTest.startService(broker, folder.resolve("one"), Map.of());
        Caller again = new Caller(one.httpPort());
        await().atMost(START).until(one::ready);
        Answer unknown = again.get(path, "Onsale-Buyer", "held-1");
        assertEquals(503, unknown.status());
        assertEquals("catching-up", unknown.problem());
        assertFalse(unknown.header("Retry-After").isEmpty());

        decider.goOn();
        await().atMost(START).until(() -> {
            Answer answer = again.get(path, "Onsale-Buyer", "held-1");
            assertTrue(
                    answer.status() == 503 || answer.status() == 200,
                    answer.response().body());
            return answer.status() == 200;
        });
        assertEquals(201, again.buy("held-1", "r", OrdersEndToEndTest.TWO).status());
    }

    @Test
    void order_isShownAsItIs_whenMuchWasDecidedBeforeAnInstanceStarted() {
        Answer held = first.buy("held-1", "r", OrdersEndToEndTest.TWO, "Prefer", "wait=10");
        String path = held.header("Location");
        one.close();
        decider.repeat(held.text("/orderId"), 30_000);
        decider.sell(held.text("/orderId"));
        one = OrdersEndToEndTest.startService(broker, folder.resolve("one"), Map.of());
        Caller again = new Caller(one.httpPort());
        List<String> told = new ArrayList<>();
        await().atMost(START).pollInterval(Duration.ofMillis(10)).until(() -> {
            Answer answer = again.get(path, "Onsale-Buyer", "held-1");
            if (answer.status() == 200) {
                told.add(answer.text("/status"));
            }
            return !told.isEmpty();
        });
        assertEquals(List.of("SOLD"), told);
    }

    @Test
    @Tag("broker-away-at-the-edge")
    void purchase_isPutOff_whenTheBrokerIsAway() {
        broker.stopBroker();
        Answer answer = first.buy("held-1", "r", OrdersEndToEndTest.TWO);
        assertEquals(503, answer.status());
        assertEquals("log-unavailable", answer.problem());
        assertEquals("2", answer.header("Retry-After"));
        assertTrue(answer.text("/detail").contains("same Idempotency-Key"));
    }
}
