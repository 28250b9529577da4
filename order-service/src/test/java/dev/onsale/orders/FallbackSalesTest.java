package dev.onsale.orders;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onsale.fallback.DatabaseConfig;
import dev.onsale.fallback.TestDatabase;
import dev.onsale.fallback.TestRun;
import dev.onsale.fallback.desk.Run;
import dev.onsale.orders.Caller.Answer;
import dev.onsale.schemas.SectionKey;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentOutcome;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two instances that sell from PostgreSQL. There is a broker and no decider: what went to the log would never be answered. */
final class FallbackSalesTest {

    private static final String[] ORGANIZER = {"Content-Type", "application/json", "Authorization", "Bearer s3cret"};

    @TempDir
    static Path folder;

    private static TestBroker broker;
    private static TestRun run;
    private static OrderService service;
    private static OrderService other;
    private static Caller http;
    private static Caller admin;

    /** Each test sells a section of its own. */
    private final SectionKey section = new SectionKey("e" + UUID.randomUUID(), "A");

    @BeforeAll
    static void start() throws Exception {
        broker = TestBroker.start();
        DatabaseConfig database = TestDatabase.create();
        run = new TestRun(database);
        service = start(database, "one");
        other = start(database, "two");
        http = new Caller(service.httpPort());
        admin = new Caller(service.adminPort());
        for (OrderService each : List.of(service, other)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> metric(each, "onsale_fallback_active") == 1);
        }
    }

    private static OrderService start(DatabaseConfig database, String name) {
        return OrdersEndToEndTest.startService(
                broker,
                folder.resolve(name),
                Map.of("admin.token", "s3cret", "fallback.url", database.url(), "fallback.user", database.user()));
    }

    private static double metric(OrderService service, String name) {
        return new Caller(service.adminPort())
                .get("/metrics")
                .response()
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
        other.close();
        run.close();
        broker.close();
    }

    @AfterEach
    void nothingWentToTheLog() throws Exception {
        assertEquals(0, broker.commands());
    }

    /** Orders of different tests are different. */
    private String buyer(String name) {
        return name + "-" + section.eventId();
    }

    private String buy(int quantity) {
        return "{\"eventId\":\"%s\",\"sectionId\":\"A\",\"quantity\":%d,\"paymentToken\":\"pm_card_visa\"}"
                .formatted(section.eventId(), quantity);
    }

    private Answer held(String buyer) {
        run.sell(section, 2, 5, 600);
        Answer held = http.buy(buyer, "r1", buy(2));
        assertEquals(201, held.status(), held.response().body());
        return held;
    }

    private static Answer show(Answer order, String buyer, String... more) {
        String[] headers = new String[more.length + 2];
        headers[0] = "Onsale-Buyer";
        headers[1] = buyer;
        System.arraycopy(more, 0, headers, 2, more.length);
        return http.get("/orders/" + order.text("/orderId"), headers);
    }

    @Test
    void purchase_isDecidedAtOnce_andARepeatedOneGetsTheSameAnswer_fromAnyInstance() {
        Answer held = held(buyer("b"));

        assertEquals("HELD", held.text("/status"));
        assertEquals("AUTHORISING", held.text("/payment"));
        assertEquals("[\"A-2\",\"A-3\"]", held.json().get("seats").toString());
        assertFalse(held.json().has("receipt"), "it stands nowhere in the log");
        assertEquals("/orders/" + held.text("/orderId"), held.header("Location"));
        Answer again = new Caller(other.httpPort()).buy(buyer("b"), "r1", buy(2), "Prefer", "wait=10");
        assertEquals(201, again.status());
        assertEquals("wait=10", again.header("Preference-Applied"));
        assertEquals(held.json(), again.json());
        assertEquals(held.header("ETag"), again.header("ETag"));
        assertEquals(1, run.count("SELECT count(*) FROM fallback.orders WHERE event_id = ?", section.eventId()));
        assertEquals(held.json(), show(held, buyer("b")).json());
        assertEquals(
                304,
                show(held, buyer("b"), "If-None-Match", held.header("ETag")).status());
        assertEquals("order-not-found", show(held, "somebody-else").problem());
        assertTrue(metric(service, "onsale_fallback_decisions_total") > 0);
    }

    @Test
    void purchase_isRefused_whenTheKeyStandsForAnotherBody() {
        held(buyer("b"));

        assertEquals(
                "idempotency-key-reused", http.buy(buyer("b"), "r1", buy(3)).problem());
        assertEquals(422, http.buy(buyer("b"), "r1", buy(3)).status());
        SectionKey another = new SectionKey("f" + UUID.randomUUID(), "A");
        run.sell(another, 2, 5, 600);
        String elsewhere = buy(2).replace(section.eventId(), another.eventId());
        assertEquals(422, http.buy(buyer("b"), "r1", elsewhere).status());
    }

    @Test
    void purchase_isRejected_whenNothingIsLeft() {
        run.sell(section, 1, 2, 600);
        assertEquals(201, http.buy(buyer("first"), "r", buy(2)).status());

        Answer rejected = http.buy(buyer("second"), "r", buy(1));

        assertEquals(409, rejected.status());
        assertEquals("REJECTED", rejected.text("/status"));
        assertEquals("SOLD_OUT", rejected.text("/reason"));
        assertEquals(rejected.json(), http.buy(buyer("second"), "r", buy(1)).json());
    }

    @Test
    void purchase_isRejected_whenThereIsNoSuchSection() {
        Answer rejected = http.buy(buyer("b"), "r", buy(1));

        assertEquals(409, rejected.status());
        assertEquals("UNKNOWN_SECTION", rejected.text("/reason"));
    }

    @Test
    void purchase_isRefused_whileItsPartitionIsWithheld() {
        run.withhold(section, "commands-1 has no leader");

        Answer refused = http.buy(buyer("b"), "r", buy(1));

        assertEquals(503, refused.status());
        assertEquals("section-withheld", refused.problem());
        assertTrue(refused.text("/detail").contains("no leader"), refused.text("/detail"));
        run.execute("DELETE FROM fallback.partitions");
    }

    @Test
    void hold_isCancelled_byItsBuyer() {
        Answer held = held(buyer("b"));

        Answer cancelled = http.send("DELETE", "/orders/" + held.text("/orderId"), "", "Onsale-Buyer", buyer("b"));

        assertEquals(200, cancelled.status(), cancelled.response().body());
        assertEquals("CANCELLED", cancelled.text("/status"));
        assertEquals(
                409,
                new Caller(service.httpPort())
                        .send("DELETE", "/orders/" + sold(buyer("c")), "", "Onsale-Buyer", buyer("c"))
                        .status());
        assertEquals(8, availability().path("free").asInt());
    }

    private String sold(String buyer) {
        String orderId = http.buy(buyer, "r1", buy(2)).text("/orderId");
        run.pay(section, orderId);
        return orderId;
    }

    private JsonNode availability() {
        await().until(() ->
                http.get("/events/" + section.eventId() + "/availability").status() == 200);
        await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
        return http.get("/events/" + section.eventId() + "/availability").json().at("/sections/0");
    }

    @Test
    void payment_isTriedAgain_afterADecline() {
        Answer held = held(buyer("b"));
        run.report(section, held.text("/orderId"), PaymentOperation.AUTHORISE, PaymentOutcome.DECLINED);
        assertEquals("DECLINED", show(held, buyer("b")).text("/payment"));

        Answer retried = http.send(
                "POST",
                "/orders/" + held.text("/orderId") + "/payments",
                "{\"paymentToken\":\"pm_card_visa\"}",
                "Content-Type",
                "application/json",
                "Onsale-Buyer",
                buyer("b"));

        assertEquals(202, retried.status(), retried.response().body());
        assertEquals("AUTHORISING", show(held, buyer("b")).text("/payment"));
        assertEquals("2", show(held, buyer("b")).text("/attempt"));
        assertEquals("SOLD", run.pay(section, held.text("/orderId")).getState().name());
    }

    @Test
    void order_isAwaited_untilItIsSold() throws Exception {
        Answer held = held(buyer("b"));
        try (var calls = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Answer> waiting = calls.submit(() -> show(held, buyer("b"), "Prefer", "wait=20"));
            await().until(() -> metric(service, "onsale_http_waiting") >= 1);
            run.pay(section, held.text("/orderId"));
            assertEquals("SOLD", waiting.get().text("/status"));
        }
    }

    @Test
    void stream_sendsEveryChangeAndEnds_whenTheOrderEnds() throws Exception {
        Answer held = held(buyer("b"));
        var response = http.stream(
                "/orders/" + held.text("/orderId"), "Onsale-Buyer", buyer("b"), "Accept", "text/event-stream");
        List<String> data = new ArrayList<>();
        try (var reader = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith("data:")) {
                    data.add(line);
                } else if (line.startsWith(":") && data.size() == 1) {
                    run.pay(section, held.text("/orderId"));
                }
            }
        }
        assertTrue(data.getFirst().contains("\"HELD\"") && data.getLast().contains("\"SOLD\""), data.toString());
    }

    @Test
    void order_isRefunded_byTheOrganizer() {
        held(buyer("b"));
        String orderId = sold(buyer("c"));

        Answer refunded = admin.send("POST", "/admin/orders/" + orderId + "/refund", "{}", ORGANIZER);

        assertEquals(200, refunded.status(), refunded.response().body());
        assertEquals("REFUNDED", refunded.text("/status"));
        assertEquals(
                1,
                run.count("SELECT count(*) FROM fallback.payments WHERE idempotency_key = ?", orderId + ":1:refund"));
    }

    @Test
    void sales_arePausedAndOpened_byTheOrganizer() {
        Answer held = held(buyer("b"));

        Answer paused = sales("PAUSED");

        assertEquals(200, paused.status(), paused.response().body());
        assertEquals("PAUSED", paused.text("/sections/0/salesState"));
        // Until it is known here, the desk's own answer is a rejection, which stays.
        await().until(() ->
                http.buy(buyer("c"), "r" + UUID.randomUUID(), buy(1)).problem().equals("sales-paused"));
        assertEquals(held.json(), http.buy(buyer("b"), "r1", buy(2)).json(), "its answer stays");
        assertEquals(200, sales("OPEN").status());
        await().until(() ->
                http.buy(buyer("c"), "r" + UUID.randomUUID(), buy(1)).status() == 201);
    }

    private Answer sales(String state) {
        return admin.send(
                "POST", "/admin/events/" + section.eventId() + "/sales", "{\"state\":\"" + state + "\"}", ORGANIZER);
    }

    @Test
    void events_areShown_andNoneIsOpened() {
        held(buyer("b"));
        var counts = availability();
        assertEquals(8, counts.path("free").asInt());
        assertEquals(2, counts.path("held").asInt());
        assertEquals(section.eventId(), http.get("/events/" + section.eventId()).text("/name"));

        Answer refused = admin.send(
                "POST",
                "/admin/events",
                "{\"event\":\"x\",\"currency\":\"EUR\",\"sections\":[{\"section\":\"S\",\"capacity\":2,\"price\":1}]}",
                ORGANIZER);

        assertEquals(503, refused.status());
        assertEquals("fallback-active", refused.problem());
    }

    @Test
    void hold_ends_whenItsTimeIsOver() {
        run.sell(section, 1, 2, 1);
        Answer held = http.buy(buyer("b"), "r", buy(2));

        assertEquals("EXPIRED", show(held, buyer("b"), "Prefer", "wait=20").text("/status"));
        assertEquals(201, http.buy(buyer("c"), "r", buy(2)).status());
    }

    @Test
    void everySeat_isSoldOnce_byTwoInstancesAtOnce() throws Exception {
        run.sell(section, 6, 10, 600);
        List<Caller> instances = List.of(http, new Caller(other.httpPort()));
        List<Callable<Answer>> calls = IntStream.range(0, 80)
                .mapToObj(n -> (Callable<Answer>) () -> instances.get(n % 2).buy(buyer("b" + n), "r", buy(1)))
                .toList();
        List<String> seats = new ArrayList<>();
        int soldOut = 0;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Answer> call : threads.invokeAll(calls)) {
                if (call.get().status() == 201) {
                    seats.add(call.get().text("/seats/0"));
                } else {
                    assertEquals(
                            "SOLD_OUT",
                            call.get().text("/reason"),
                            call.get().response().body());
                    soldOut++;
                }
            }
        }
        assertEquals(60, seats.size());
        assertEquals(Set.copyOf(seats), new HashSet<>(seats));
        assertEquals(60, Set.copyOf(seats).size());
        assertEquals(20, soldOut);
    }

    @Test
    void calls_thatChangeSomething_areRefused_whileTheFallbackReturns() {
        Answer held = held(buyer("b"));
        run.become(Run.State.RETURNING);
        try {
            Answer refused = http.buy(buyer("c"), "r", buy(1));
            assertEquals(503, refused.status());
            assertEquals("fallback-changing", refused.problem());
            assertEquals("2", refused.header("Retry-After"));
            assertEquals(
                    "fallback-changing",
                    http.send("DELETE", "/orders/" + held.text("/orderId"), "", "Onsale-Buyer", buyer("b"))
                            .problem());
            assertEquals("HELD", show(held, buyer("b")).text("/status"));
            await().until(() -> metric(service, "onsale_fallback_active") == 0);
            assertEquals("fallback-changing", http.buy(buyer("c"), "r", buy(1)).problem());
        } finally {
            run.become(Run.State.ACTIVE);
            await().until(() ->
                    metric(service, "onsale_fallback_active") == 1 && metric(other, "onsale_fallback_active") == 1);
        }
        assertEquals(201, http.buy(buyer("c"), "r", buy(1)).status());
    }

    @Test
    void purchase_isRefused_whileItsSwitchIsOff() {
        held(buyer("b"));
        String flag =
                "{\"name\":\"sales." + section.eventId() + "\",\"state\":\"%s\",\"who\":\"ada\",\"why\":\"rain\"}";
        assertEquals(
                200,
                admin.send("PUT", "/admin/flags", flag.formatted("OFF"), ORGANIZER)
                        .status());
        assertEquals("switched-off", http.buy(buyer("c"), "r", buy(1)).problem());
        assertEquals(201, http.buy(buyer("b"), "r1", buy(2)).status(), "its answer stays");
        assertEquals(
                200,
                admin.send("PUT", "/admin/flags", flag.formatted("ON"), ORGANIZER)
                        .status());
        assertEquals(201, http.buy(buyer("c"), "r", buy(1)).status());
    }

    @Test
    void clocksOfHolds_standStill_whilePaymentsAreOff() {
        run.sell(section, 1, 2, 3);
        Answer held = http.buy(buyer("b"), "r", buy(2));
        String flag = "{\"name\":\"payments\",\"state\":\"%s\",\"who\":\"ada\",\"why\":\"the gateway errs\"}";
        assertEquals(
                200,
                admin.send("PUT", "/admin/flags", flag.formatted("OFF"), ORGANIZER)
                        .status());
        await().during(Duration.ofSeconds(5))
                .until(() -> show(held, buyer("b")).text("/status").equals("HELD"));
        assertEquals(
                200,
                admin.send("PUT", "/admin/flags", flag.formatted("ON"), ORGANIZER)
                        .status());
        await().until(() -> show(held, buyer("b")).text("/status").equals("EXPIRED"));
    }
}
