package dev.onsale.orders;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.fallback.StoppableServer;
import dev.onsale.fallback.TestRun;
import dev.onsale.fallback.desk.Run;
import dev.onsale.orders.Caller.Answer;
import dev.onsale.schemas.SectionKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL or the brokers go away; each test has its own of both. */
final class FallbackFaultsTest {

    private static final SectionKey SECTION = new SectionKey("rock", "A");
    private static final Duration LONG = Duration.ofSeconds(60);

    private final TestBroker broker;
    private final StoppableServer server;
    private final OrderService service;
    private final Caller http;
    private final Caller admin;

    FallbackFaultsTest(@TempDir Path folder) throws Exception {
        broker = TestBroker.start();
        server = new StoppableServer(folder.resolve("postgresql"));
        service = OrdersEndToEndTest.startService(
                broker,
                folder.resolve("service"),
                Map.of("fallback.url", server.database().url(), "fallback.user", "postgres"));
        http = new Caller(service.httpPort());
        admin = new Caller(service.adminPort());
        await().atMost(LONG).until(service::ready);
    }

    @AfterEach
    void close() throws Exception {
        service.close();
        server.close();
        broker.close();
    }

    private void activate() {
        try (TestRun run = new TestRun(server.database())) {
            run.sell(SECTION, 2, 5, 600);
        }
        await().atMost(LONG).until(() -> active() == 1);
    }

    private long active() {
        return admin.get("/metrics")
                .response()
                .body()
                .lines()
                .filter(line -> line.startsWith("onsale_fallback_active "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void purchase_countsOnce_whenPostgresqlWasAwayMeanwhile() throws Exception {
        activate();
        assertEquals(201, http.buy("a", "r", OrdersEndToEndTest.TWO).status());
        server.stop();

        Answer refused = http.buy("b", "r", OrdersEndToEndTest.TWO);

        assertEquals(503, refused.status(), refused.response().body());
        assertEquals("fallback-unavailable", refused.problem());
        assertEquals("2", refused.header("Retry-After"));
        assertTrue(refused.text("/detail").contains("never buys twice"), refused.text("/detail"));
        assertEquals(1, active(), "what was last known counts");
        assertTrue(service.ready());
        server.startAgain();
        await().atMost(LONG)
                .until(() -> http.buy("b", "r", OrdersEndToEndTest.TWO).status() == 201);
        assertEquals(0, broker.commands());
        try (TestRun run = TestRun.existing(server.database())) {
            assertEquals(2, run.count("SELECT count(*) FROM fallback.orders"));
            assertEquals(4, run.count("SELECT count(*) FROM fallback.seats"));
        }
    }

    @Test
    void service_takesOrdersIntoTheLog_withoutAFallback_andWithoutPostgresql() throws Exception {
        assertEquals(202, http.buy("a", "r", OrdersEndToEndTest.TWO).status());
        server.stop();
        assertEquals(202, http.buy("b", "r", OrdersEndToEndTest.TWO).status());
        assertEquals(2, broker.commands());
        assertEquals(0, active());

        server.startAgain();
        activate();
        assertEquals(201, http.buy("c", "r", OrdersEndToEndTest.TWO).status());
        assertEquals(2, broker.commands());
        try (TestRun run = TestRun.existing(server.database())) {
            run.become(Run.State.RETURNED);
        }
        await().atMost(LONG)
                .until(() -> http.buy("d", "r", OrdersEndToEndTest.TWO).status() == 202);
    }

    @Test
    void service_sells_whileTheBrokersAreAway() {
        activate();
        broker.stopBroker();

        Answer held = http.buy("a", "r", OrdersEndToEndTest.TWO);

        assertEquals(201, held.status(), held.response().body());
        assertEquals(
                200,
                http.get("/orders/" + held.text("/orderId"), "Onsale-Buyer", "a")
                        .status());
        assertEquals("rock", http.get("/events").text("/events/0/eventId"));
        assertTrue(service.ready());
    }
}
