package dev.onsale.orders;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.orders.Caller.Answer;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that is wrong with a call is told as a problem, and no command is written for it. */
final class BadInputTest {

    private static final String HEADERS = "Content-Type: application/json|Onsale-Buyer: b|Idempotency-Key: k";
    private static final String ANYONE = "0".repeat(32);

    @TempDir
    static Path folder;

    private static TestBroker broker;
    private static OrderService service;
    private static Caller http;

    @BeforeAll
    static void start() throws Exception {
        broker = TestBroker.start();
        service = OrdersEndToEndTest.startService(broker, folder, Map.of());
        http = new Caller(service.httpPort());
        await().atMost(Duration.ofSeconds(30)).until(() -> service.ready());
        await().until(() -> http.get("/orders/" + ANYONE, "Onsale-Buyer", "b").status() == 404);
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
        broker.close();
    }

    record Bad(String name, String method, String path, String headers, String body, int status, String problem) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Bad body(String name, String body, int status, String problem) {
        return new Bad(name, "POST", "/orders", HEADERS, body, status, problem);
    }

    private static Bad member(String name, String json) {
        return body(
                name,
                "{\"eventId\":\"e\",\"sectionId\":\"s\",\"paymentToken\":\"t\"," + json + "}",
                400,
                "invalid-field");
    }

    private static Bad headers(String name, String headers, int status, String problem) {
        return new Bad(name, "POST", "/orders", headers, OrdersEndToEndTest.TWO, status, problem);
    }

    private static String seats(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(n -> "\"A-" + n + "\"")
                .collect(Collectors.joining(",", "[", "]"));
    }

    static Stream<Bad> bad() {
        String id65 = "x".repeat(65);
        return Stream.of(
                body("no JSON", "nonsense", 400, "malformed-json"),
                body("half an object", "{\"eventId\":", 400, "malformed-json"),
                body("an array", "[]", 400, "malformed-json"),
                body("two objects", OrdersEndToEndTest.TWO + "{}", 400, "malformed-json"),
                body("nothing", "", 400, "malformed-json"),
                body("a member twice", "{\"eventId\":\"e\",\"eventId\":\"f\"}", 400, "malformed-json"),
                body("deep nesting", "[".repeat(5000), 400, "malformed-json"),
                body("unknown member", "{\"eventId\":\"e\",\"price\":1}", 400, "unknown-field"),
                body("no event", "{\"sectionId\":\"s\",\"quantity\":1,\"paymentToken\":\"t\"}", 400, "invalid-field"),
                body("no section", "{\"eventId\":\"e\",\"quantity\":1,\"paymentToken\":\"t\"}", 400, "invalid-field"),
                body(
                        "an id with a slash",
                        "{\"eventId\":\"e/f\",\"sectionId\":\"s\",\"quantity\":1,\"paymentToken\":\"t\"}",
                        400,
                        "invalid-field"),
                body(
                        "an id that is too long",
                        "{\"eventId\":\"" + id65 + "\",\"sectionId\":\"s\",\"quantity\":1,\"paymentToken\":\"t\"}",
                        400,
                        "invalid-field"),
                body(
                        "an id that is a number",
                        "{\"eventId\":7,\"sectionId\":\"s\",\"quantity\":1,\"paymentToken\":\"t\"}",
                        400,
                        "invalid-field"),
                body("no token", "{\"eventId\":\"e\",\"sectionId\":\"s\",\"quantity\":1}", 400, "invalid-field"),
                body(
                        "a token that is too long",
                        "{\"eventId\":\"e\",\"sectionId\":\"s\",\"quantity\":1,\"paymentToken\":\"" + "t".repeat(256)
                                + "\"}",
                        400,
                        "invalid-field"),
                body(
                        "a token with a line feed",
                        "{\"eventId\":\"e\",\"sectionId\":\"s\",\"quantity\":1,\"paymentToken\":\"t\\n\"}",
                        400,
                        "invalid-field"),
                member("no quantity", "\"expectedTotal\":1"),
                member("quantity 0", "\"quantity\":0"),
                member("quantity -1", "\"quantity\":-1"),
                member("quantity 101", "\"quantity\":101"),
                member("quantity 1.5", "\"quantity\":1.5"),
                member("quantity beyond int", "\"quantity\":4294967297"),
                member("quantity as text", "\"quantity\":\"1\""),
                member("no seats in seats", "\"seats\":[]"),
                member("101 seats", "\"seats\":" + seats(101)),
                member("1,500 seats", "\"seats\":" + seats(1500)),
                member("a seat twice", "\"seats\":[\"A-1\",\"A-1\"]"),
                member("a seat without a row", "\"seats\":[\"1\"]"),
                member("seat 0", "\"seats\":[\"A-0\"]"),
                member("a seat that is null", "\"seats\":[null]"),
                member("seats that are no array", "\"seats\":\"A-1\""),
                member("quantity and seats that disagree", "\"quantity\":3,\"seats\":[\"A-1\",\"A-2\"]"),
                member("a negative total", "\"quantity\":1,\"expectedTotal\":-1"),
                member("a total with a fraction", "\"quantity\":1,\"expectedTotal\":1.5"),
                member("an unknown preference", "\"quantity\":1,\"preference\":\"BEST\""),
                body(
                        "100,000 seats",
                        "{\"eventId\":\"e\",\"sectionId\":\"s\",\"paymentToken\":\"t\",\"seats\":" + seats(100_000)
                                + "}",
                        413,
                        "body-too-large"),
                body("3 MiB", " ".repeat(3 * 1024 * 1024), 413, "body-too-large"),
                headers("no buyer", "Content-Type: application/json|Idempotency-Key: k", 400, "missing-header"),
                headers("no key", "Content-Type: application/json|Onsale-Buyer: b", 400, "missing-header"),
                headers(
                        "a key that is too long",
                        "Content-Type: application/json|Onsale-Buyer: b|Idempotency-Key: " + "k".repeat(129),
                        400,
                        "invalid-header"),
                headers(
                        "a buyer with a space",
                        "Content-Type: application/json|Onsale-Buyer: b c|Idempotency-Key: k",
                        400,
                        "invalid-header"),
                headers("two buyers", HEADERS + "|Onsale-Buyer: c", 400, "invalid-header"),
                headers("no type", "Onsale-Buyer: b|Idempotency-Key: k", 415, "unsupported-media-type"),
                headers(
                        "another type",
                        "Content-Type: text/plain|Onsale-Buyer: b|Idempotency-Key: k",
                        415,
                        "unsupported-media-type"),
                new Bad("unknown path", "GET", "/nothing", "", "", 404, "not-found"),
                new Bad("wrong method", "PUT", "/orders", HEADERS, "{}", 405, "method-not-allowed"),
                new Bad("no order id", "GET", "/orders/../x", "Onsale-Buyer: b", "", 404, "not-found"),
                new Bad("an id that is none", "GET", "/orders/1", "Onsale-Buyer: b", "", 404, "order-not-found"),
                new Bad("show without buyer", "GET", "/orders/" + ANYONE, "", "", 400, "missing-header"),
                new Bad("unknown order", "DELETE", "/orders/" + ANYONE, "Onsale-Buyer: b", "", 404, "order-not-found"),
                new Bad(
                        "payment for an unknown order",
                        "POST",
                        "/orders/" + ANYONE + "/payments",
                        HEADERS,
                        "{\"paymentToken\":\"t\"}",
                        404,
                        "order-not-found"),
                new Bad(
                        "payment without token",
                        "POST",
                        "/orders/" + ANYONE + "/payments",
                        HEADERS,
                        "{}",
                        400,
                        "invalid-field"),
                new Bad("unknown event", "GET", "/events/none", "", "", 404, "event-not-found"),
                new Bad("unknown section", "GET", "/events/e/sections/s/seats", "", "", 404, "section-not-found"),
                new Bad(
                        "forged forwarding",
                        "GET",
                        "/orders/" + ANYONE,
                        "Onsale-Buyer: b|Onsale-Forwarded: 1",
                        "",
                        404,
                        "order-not-found"),
                new Bad("admin call on the public port", "POST", "/admin/events", HEADERS, "{}", 404, "not-found"),
                new Bad(
                        "internal refund from outside",
                        "POST",
                        "/internal/admin/orders/" + ANYONE + "/refund",
                        HEADERS,
                        "{}",
                        404,
                        "not-found"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bad")
    @Tag("hostile-client")
    void call_isAnsweredByAProblem_andWritesNoCommand(Bad bad) throws Exception {
        long before = broker.commands();
        String[] headers = Stream.of(bad.headers().split("\\|", -1))
                .filter(header -> !header.isEmpty())
                .flatMap(header -> Stream.of(header.split(": ", 2)))
                .toArray(String[]::new);
        Answer answer = http.send(bad.method(), bad.path(), bad.body(), headers);
        assertEquals(bad.status(), answer.status(), answer.response().body());
        assertEquals("application/problem+json", answer.header("Content-Type"));
        assertEquals(bad.problem(), answer.problem());
        assertTrue(answer.text("/type").startsWith("https://onsale.dev/problems/"));
        assertEquals(bad.status(), answer.json().at("/status").asInt());
        assertFalse(answer.text("/title").isEmpty());
        assertFalse(answer.text("/detail").isEmpty());
        assertEquals(before, broker.commands());
    }

    @Test
    @Tag("hostile-client")
    void body_isRefused_whenTooLargeWithoutContentLength() throws Exception {
        long before = broker.commands();
        for (int size : new int[] {16 * 1024 + 1, 300_000}) {
            byte[] body = " ".repeat(size).getBytes(StandardCharsets.UTF_8);
            Answer answer = http.send(
                    "POST",
                    "/orders",
                    BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)),
                    "Content-Type",
                    "application/json",
                    "Onsale-Buyer",
                    "b",
                    "Idempotency-Key",
                    "k");
            assertEquals(413, answer.status());
            assertEquals("body-too-large", answer.problem());
        }
        assertEquals(before, broker.commands());
    }

    @Test
    void unknownMember_isNamed_withTheValidOnes() {
        String detail = http.buy("b", "k", "{\"evntId\":\"e\"}").text("/detail");
        assertTrue(detail.contains("'evntId'") && detail.contains("eventId, "), detail);
    }

    @Test
    void waiting_isCutToAMinute_andNonsenseIsIgnored() {
        assertEquals(
                404,
                http.get("/orders/" + ANYONE, "Onsale-Buyer", "b", "Prefer", "wait=99999999999999")
                        .status());
        assertEquals(
                404,
                http.get("/orders/" + ANYONE, "Onsale-Buyer", "b", "Prefer", "wait=-1, wait=soon")
                        .status());
    }
}
