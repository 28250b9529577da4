package dev.onsale.orders;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.onsale.orders.Caller.Answer;
import dev.onsale.wire.Command;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.avro.SchemaFormatter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The organizer's port, what it changes on the public port, and the schemas. */
final class AdminTest {

    private static final String LAYOUT = """
            event: %s
            currency: EUR
            sections:
              - { section: A, rows: 2, seatsPerRow: 3, price: %d }
              - { section: STANDING, capacity: 20, price: 3000 }
            """;
    private static final String TOKEN = "Bearer s3cret";

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
        service = OrdersEndToEndTest.startService(broker, folder, Map.of("admin.token", "s3cret"));
        http = new Caller(service.httpPort());
        admin = new Caller(service.adminPort());
        await().atMost(Duration.ofSeconds(30)).until(() -> service.ready());
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
        decider.close();
        broker.close();
    }

    private static Answer open(String event, int price) {
        return admin.send(
                "POST",
                "/admin/events",
                LAYOUT.formatted(event, price),
                "Content-Type",
                "application/yaml",
                "Authorization",
                TOKEN);
    }

    private static Answer sales(String event, String body) {
        return admin.send(
                "POST",
                "/admin/events/" + event + "/sales",
                body,
                "Content-Type",
                "application/json",
                "Authorization",
                TOKEN);
    }

    @Test
    void event_isOpenedOnce_andShown() throws Exception {
        Answer created = open("jazz", 4500);
        assertEquals(201, created.status(), created.response().body());
        assertEquals("/events/jazz", created.header("Location"));
        long before = broker.commands();
        assertEquals(200, open("jazz", 4500).status());
        assertEquals(before, broker.commands());

        Answer event = http.get("/events/jazz");
        assertEquals(2, event.json().get("sections").size());
        assertEquals(4500, event.json().at("/sections/0/price").asInt());
        assertEquals("OPEN", event.text("/sections/0/salesState"));
        assertTrue(http.get("/events").response().body().contains("\"jazz\""));

        Answer availability = http.get("/events/jazz/availability");
        assertEquals(6, availability.json().at("/sections/0/free").asInt());
        assertEquals(20, availability.json().at("/sections/1/free").asInt());
        assertEquals("max-age=1", availability.header("Cache-Control"));
        assertEquals(
                304,
                http.get("/events/jazz/availability", "If-None-Match", availability.header("ETag"))
                        .status());

        http.buy(
                "held-1",
                "r",
                "{\"eventId\":\"jazz\",\"sectionId\":\"A\",\"seats\":[\"B-2\"],\"paymentToken\":\"t\"}",
                "Prefer",
                "wait=10");
        await().until(() -> http.get("/events/jazz/sections/A/seats").text("/seats/4/state"), "HELD"::equals);
        Answer seats = http.get("/events/jazz/sections/A/seats");
        assertEquals(6, seats.json().get("seats").size());
        assertEquals("B-2", seats.text("/seats/4/seat"));
        assertEquals("FREE", seats.text("/seats/0/state"));
    }

    @Test
    void event_isNotOpened_whenItIsOnSaleDifferently() throws Exception {
        open("folk", 4500);
        long before = broker.commands();
        Answer refused = open("folk", 4600);
        assertEquals(409, refused.status());
        assertEquals("opened-differently", refused.problem());
        assertTrue(refused.text("/detail").contains("price 4500, not 4600"), refused.text("/detail"));
        assertEquals(before, broker.commands());

        String grown = LAYOUT.formatted("folk", 4500).replace("rows: 2", "rows: 3");
        assertEquals(
                201,
                admin.send("POST", "/admin/events", grown, "Content-Type", "application/yaml", "Authorization", TOKEN)
                        .status());
        assertEquals(3, http.get("/events/folk").json().at("/sections/0/rows").asInt());
    }

    @Test
    void event_isNotOpened_whenTheDeciderRefuses() {
        Answer refused = open("odd", 666);
        assertEquals(409, refused.status());
        assertTrue(refused.text("/detail").contains("INVALID_DEFINITION"), refused.text("/detail"));
        assertEquals(404, http.get("/events/odd/sections/A/seats").status());
    }

    @Test
    void layout_isRefused_withLineAndField() throws Exception {
        long before = broker.commands();
        Answer refused = open("punk", -5);
        assertEquals(400, refused.status());
        assertEquals("invalid-layout", refused.problem());
        assertTrue(refused.text("/detail").startsWith("Line 4, sections[0].price"), refused.text("/detail"));
        assertEquals(before, broker.commands());
    }

    @Test
    void sales_arePausedAndOpened() throws Exception {
        open("pop", 4500);
        assertEquals(
                200, sales("pop", "{\"state\":\"PAUSED\",\"note\":\"rain\"}").status());
        long before = broker.commands();
        Answer paused = http.buy("held-2", "r", OrdersEndToEndTest.TWO.replace("rock", "pop"));
        assertEquals(503, paused.status());
        assertEquals("sales-paused", paused.problem());
        assertEquals("5", paused.header("Retry-After"));
        assertEquals(before, broker.commands());
        assertEquals(200, sales("pop", "{\"state\":\"OPEN\"}").status());
        assertEquals(
                202,
                http.buy("held-2", "r", OrdersEndToEndTest.TWO.replace("rock", "pop"))
                        .status());

        assertEquals(404, sales("none", "{\"state\":\"OPEN\"}").status());
        assertEquals(400, sales("pop", "{\"state\":\"open\"}").status());
        assertEquals(400, sales("pop", "{\"sate\":\"OPEN\"}").status());
    }

    @Test
    void changes_areRefused_withoutTheToken() throws Exception {
        long before = broker.commands();
        Answer refused =
                admin.send("POST", "/admin/events", LAYOUT.formatted("rap", 1), "Content-Type", "application/yaml");
        assertEquals(401, refused.status());
        assertEquals("Bearer", refused.header("WWW-Authenticate"));
        assertEquals(
                401,
                http.send("POST", "/internal/admin/orders/x/refund", "", "Authorization", "Bearer x")
                        .status());
        assertEquals(before, broker.commands());
        assertEquals(200, admin.get("/health/live").status());
        assertTrue(admin.get("/metrics").response().body().contains("onsale_http_requests_seconds_bucket"));
    }

    @Test
    void schemas_areServed_asAConfluentClientAsks() {
        Answer subjects = admin.get("/subjects?deleted=false");
        assertTrue(subjects.response().body().contains("\"onsale.commands-value\""));
        assertEquals(
                "[1,2,3]",
                admin.get("/subjects/onsale.commands-value/versions").response().body());
        Answer latest = admin.get("/subjects/onsale.commands-value/versions/latest?normalize=true");
        assertEquals("onsale.commands-value", latest.text("/subject"));
        assertEquals(3, latest.json().at("/version").asInt());
        assertEquals(10, latest.json().at("/id").asInt());
        assertEquals(
                latest.text("/schema"),
                admin.get("/schemas/ids/10?fetchMaxId=false").text("/schema"));
        assertEquals("AVRO", admin.get("/schemas/types").text("/0"));
        assertEquals(
                "onsale.commands-value", admin.get("/schemas/ids/10/versions").text("/0/subject"));
        assertEquals("BACKWARD_TRANSITIVE", admin.get("/config").text("/compatibilityLevel"));

        String body = JsonNodeFactory.instance
                .objectNode()
                .put("schema", SchemaFormatter.format("json/pretty", Command.getClassSchema()))
                .toString();
        Answer found = admin.send(
                "POST",
                "/subjects/onsale.commands-value?normalize=false",
                body,
                "Content-Type",
                "application/vnd.schemaregistry.v1+json");
        assertEquals(200, found.status(), found.response().body());
        assertEquals(10, found.json().at("/id").asInt());
    }

    @Test
    void schemas_thatAreNotThere_haveTheRegistrysCodes() {
        assertRegistryError(40401, admin.get("/subjects/none/versions"));
        assertRegistryError(40402, admin.get("/subjects/onsale.commands-value/versions/9"));
        assertRegistryError(40403, admin.get("/schemas/ids/999"));
        assertRegistryError(42202, admin.get("/subjects/onsale.commands-value/versions/x"));
        assertRegistryError(
                40403,
                admin.send(
                        "POST",
                        "/subjects/onsale.commands-value",
                        "{\"schema\":\"\\\"string\\\"\"}",
                        "Content-Type",
                        "application/json"));
        assertRegistryError(
                40401,
                admin.send(
                        "POST",
                        "/subjects/none",
                        "{\"schema\":\"\\\"string\\\"\"}",
                        "Content-Type",
                        "application/json"));
        assertRegistryError(
                42201,
                admin.send(
                        "POST",
                        "/subjects/onsale.commands-value",
                        "{\"schema\":\"nonsense\"}",
                        "Content-Type",
                        "application/json"));
    }

    private static void assertRegistryError(int code, Answer answer) {
        assertEquals(
                code, answer.json().at("/error_code").asInt(), answer.response().body());
        assertEquals(code / 100, answer.status());
        assertFalse(answer.text("/message").isEmpty());
    }
}
