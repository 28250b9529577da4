package dev.onsale.orders;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.orders.Caller.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two instances behind a proxy: what is too much for a buyer, and for an address. */
final class LimitsTest {

    private static final String NOBODY = "/orders/" + "0".repeat(32);
    private static final int BURST = 5;
    /** Of addresses; more than the tests of buyers send. */
    private static final int ADDRESS_BURST = 50;

    @TempDir
    static Path folder;

    private static TestBroker broker;
    private static ScriptedDecider decider;
    private static List<OrderService> services;
    private static Caller http;
    private static Caller second;

    @BeforeAll
    static void start() throws Exception {
        broker = TestBroker.start();
        decider = new ScriptedDecider(broker);
        Map<String, String> settings = Map.of(
                "admin.token", "s3cret",
                "limit.buyer.per.second", "1",
                "limit.buyer.burst", Integer.toString(BURST),
                "limit.address.per.second", "1",
                "limit.address.burst", Integer.toString(ADDRESS_BURST),
                "trusted.proxies", "127.0.0.0/8");
        services = List.of(
                OrdersEndToEndTest.startService(broker, folder.resolve("one"), settings),
                OrdersEndToEndTest.startService(broker, folder.resolve("two"), settings));
        http = new Caller(services.getFirst().httpPort());
        second = new Caller(services.getLast().httpPort());
        await().atMost(Duration.ofSeconds(60)).until(() -> services.stream().allMatch(OrderService::ready));
        int[] asked = {0};
        await().until(() -> {
            asked[0]++;
            return services.stream()
                    .allMatch(service -> new Caller(service.httpPort())
                                    .get(
                                            NOBODY,
                                            "Onsale-Buyer",
                                            "b-" + asked[0],
                                            "X-Forwarded-For",
                                            "192.0.2." + asked[0])
                                    .status()
                            == 404);
        });
    }

    @AfterAll
    static void stop() throws Exception {
        services.forEach(OrderService::close);
        decider.close();
        broker.close();
    }

    private static void assertLimited(Answer answer, String by) {
        assertEquals(429, answer.status(), answer.response().body());
        assertEquals("too-many-calls", answer.problem());
        assertEquals("1", answer.header("Retry-After"));
        assertTrue(answer.text("/detail").contains("This " + by + " makes more calls"), answer.text("/detail"));
    }

    @Test
    void buyer_isLimited_onceForACallThatIsPassedOn() {
        int held = 0;
        for (int i = 0; held < 2; i++) {
            String buyer = "held-" + i;
            String address = "203.0.113." + i;
            long began = System.nanoTime();
            Answer order = http.buy(buyer, "r", OrdersEndToEndTest.TWO, "X-Forwarded-For", address);
            // 201 when it was decided by the time of the answer.
            assertTrue(
                    Set.of(201, 202).contains(order.status()), order.response().body());
            String path = order.header("Location");
            for (int call = 2; call <= BURST; call++) {
                assertEquals(200, show(http, path, buyer, address).status());
            }
            // One of the two instances has passed all calls on to the other, which has not counted them.
            for (int call = 1; call <= BURST; call++) {
                assertEquals(200, show(second, path, buyer, address).status());
            }
            // Whoever says that a call was passed on must prove it.
            Answer refused = http.get(path, "Onsale-Buyer", buyer, "X-Forwarded-For", address, "Onsale-Forwarded", "1");
            if (System.nanoTime() - began < Duration.ofSeconds(1).toNanos()) {
                assertLimited(refused, "buyer");
                held++;
            }
            assertTrue(i < 100, "100 buyers were answered too slowly to be limited");
        }
        assertTrue(limited("buyer") >= 2);
    }

    private static Answer show(Caller instance, String path, String buyer, String address) {
        return instance.get(path, "Onsale-Buyer", buyer, "X-Forwarded-For", address);
    }

    @Test
    void address_isLimited_asTheProxyTellsIt() {
        String flood = "198.51.100.1";
        int refused = 0;
        for (int i = 0; i < 3 * ADDRESS_BURST; i++) {
            Answer answer = http.get("/events", "X-Forwarded-For", "192.0.2." + i + ", " + flood);
            if (answer.status() != 200) {
                assertLimited(answer, "address");
                refused++;
            }
        }
        assertTrue(refused > ADDRESS_BURST, refused + " calls were refused");
        assertEquals(200, http.get("/events", "X-Forwarded-For", "198.51.100.2").status());
        assertEquals(refused, limited("address"));
        assertEquals(
                200,
                new Caller(services.getFirst().adminPort()).get("/health/ready").status());
    }

    private static double limited(String by) {
        return new Caller(services.getFirst().adminPort())
                .get("/metrics")
                .response()
                .body()
                .lines()
                .filter(line -> line.startsWith("onsale_http_limited_total{by=\"" + by + "\"}"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
