package dev.onsale.orders;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.orders.Caller.Answer;
import dev.onsale.orders.identity.Issuer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two instances whose buyers are named by signed tokens. */
@Order(1)
final class TokensTest {

    private static final Issuer ISSUER = new Issuer("k1");
    private static final String NOBODY = "/orders/" + "0".repeat(32);

    @TempDir
    static Path folder;

    private static TestBroker broker;
    private static ScriptedDecider decider;
    private static List<OrderService> services;
    private static List<Caller> instances;

    @BeforeAll
    static void start() throws Exception {
        broker = TestBroker.start();
        decider = new ScriptedDecider(broker);
        Path keys = Files.writeString(folder.resolve("keys.json"), ISSUER.jwks());
        Map<String, String> settings = Map.of(
                "identity",
                "jwt",
                "jwt.keys",
                keys.toString(),
                "jwt.issuer",
                Issuer.NAME,
                "jwt.audience",
                Issuer.AUDIENCE);
        services = List.of(
                OrdersEndToEndTest.startService(broker, folder.resolve("one"), settings),
                OrdersEndToEndTest.startService(broker, folder.resolve("two"), settings));
        instances =
                services.stream().map(service -> new Caller(service.httpPort())).toList();
        String token = ISSUER.bearer("b");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> services.stream().allMatch(OrderService::ready)
                        && instances.stream()
                                .allMatch(http ->
                                        http.get(NOBODY, "Authorization", token).status() == 404));
    }

    @AfterAll
    static void stop() throws Exception {
        services.forEach(OrderService::close);
        decider.close();
        broker.close();
    }

    private static Answer buy(Caller http, String... headers) {
        String[] all = {"Content-Type", "application/json", "Idempotency-Key", "r", "Prefer", "wait=10"};
        return http.send(
                "POST",
                "/orders",
                OrdersEndToEndTest.TWO,
                Stream.concat(Arrays.stream(all), Arrays.stream(headers)).toArray(String[]::new));
    }

    @Test
    void order_isItsBuyersAlone_atWhicheverInstance() {
        Set<Object> holders = new HashSet<>();
        String eve = ISSUER.bearer("held-eve");
        for (int i = 0; i < 20; i++) {
            String buyer = "held-" + i;
            String token = ISSUER.bearer(buyer);
            Answer order = buy(instances.getFirst(), "Authorization", token);
            assertEquals(201, order.status(), order.response().body());
            assertEquals(buyer, order.text("/buyer"));
            String path = order.header("Location");
            for (Caller http : instances) {
                assertEquals(200, http.get(path, "Authorization", token).status());
                assertEquals(404, http.get(path, "Authorization", eve).status());
                // A forged header wins nothing.
                assertEquals(
                        404,
                        http.get(path, "Authorization", eve, "Onsale-Buyer", buyer)
                                .status());
                Answer unnamed = http.get(path, "Onsale-Buyer", buyer);
                assertEquals(401, unnamed.status());
                assertEquals(
                        404, http.send("DELETE", path, "", "Authorization", eve).status());
                // An instance does not pass on what was passed on to it, so it tells whether it holds the order.
                if (http.get(path, "Authorization", token, "Onsale-Forwarded", "1")
                                .status()
                        == 200) {
                    holders.add(http);
                }
            }
        }
        assertEquals(2, holders.size(), "orders at both instances, so calls were passed on");
    }

    @Test
    void call_isRefused_withWhatToDo_whenNoTokenNamesTheBuyer() throws Exception {
        long before = broker.commands();
        Answer none = buy(instances.getFirst(), "Onsale-Buyer", "ada");
        assertEquals(401, none.status());
        assertEquals("unauthenticated", none.problem());
        assertEquals("Bearer", none.header("WWW-Authenticate"));
        assertTrue(none.text("/detail").contains("Authorization: Bearer"), none.text("/detail"));
        assertTrue(none.text("/detail").contains(Issuer.NAME), none.text("/detail"));

        Answer forged = buy(instances.getFirst(), "Authorization", new Issuer("k1").bearer("ada"));
        assertEquals(401, forged.status());
        assertEquals("Bearer error=\"invalid_token\"", forged.header("WWW-Authenticate"));
        assertTrue(forged.text("/detail").contains("not signed"), forged.text("/detail"));
        assertEquals(
                401,
                buy(instances.getFirst(), "Authorization", "Basic YWRhOg==").status());
        assertEquals(
                401,
                buy(instances.getFirst(), "Authorization", ISSUER.bearer("a"), "Authorization", ISSUER.bearer("b"))
                        .status());
        assertEquals(before, broker.commands());
        assertEquals(200, instances.getFirst().get("/events").status(), "what is on sale is for everyone");
    }
}
