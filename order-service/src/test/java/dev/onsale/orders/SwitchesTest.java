package dev.onsale.orders;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.orders.Caller.Answer;
import dev.onsale.wire.PaymentsState;
import dev.onsale.wire.SalesState;
import dev.onsale.wire.SetPayments;
import dev.onsale.wire.SetSales;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What kill switches and canary flags do to the calls of buyers. */
@Order(1)
final class SwitchesTest {

    private static final String TOKEN = "Bearer s3cret";
    private static final String BUY = OrdersEndToEndTest.TWO;

    private final TestBroker broker;
    private final ScriptedDecider decider;
    private final OrderService service;
    private final Caller http;
    private final Caller admin;

    SwitchesTest(@TempDir Path folder) throws Exception {
        broker = TestBroker.start();
        decider = new ScriptedDecider(broker);
        service = OrdersEndToEndTest.startService(
                broker,
                folder,
                Map.of(
                        "admin.token", "s3cret",
                        "admission.limit", "2",
                        "produce.timeout.ms", "1000",
                        "flags.write.timeout.ms", "1000"));
        http = new Caller(service.httpPort());
        admin = new Caller(service.adminPort());
        await().atMost(Duration.ofSeconds(30)).until(service::ready);
        for (String event : List.of("rock", "jazz")) {
            String layout = """
                    event: %s
                    currency: EUR
                    sections:
                      - { section: A, rows: 2, seatsPerRow: 30, price: 4500 }
                    """.formatted(event);
            assertEquals(
                    201,
                    admin.send(
                                    "POST",
                                    "/admin/events",
                                    layout,
                                    "Content-Type",
                                    "application/yaml",
                                    "Authorization",
                                    TOKEN)
                            .status());
        }
    }

    @AfterEach
    void close() throws Exception {
        decider.goOn();
        service.close();
        decider.close();
        broker.close();
    }

    private Answer put(String body) {
        return admin.send("PUT", "/admin/flags", body, "Content-Type", "application/json", "Authorization", TOKEN);
    }

    private Answer put(String flag, String state) {
        return put("{\"name\":\"%s\",\"state\":\"%s\",\"who\":\"ada\",\"why\":\"rain\"}".formatted(flag, state));
    }

    private Answer buy(String event) {
        return http.buy("held-" + UUID.randomUUID(), "r", BUY.replace("rock", event));
    }

    private String salesState(String event) {
        return http.get("/events/" + event).text("/sections/0/salesState");
    }

    private static void assertSwitchedOff(String flag, Answer refused) {
        assertEquals(503, refused.status(), refused.response().body());
        assertEquals("switched-off", refused.problem());
        assertEquals("5", refused.header("Retry-After"));
        assertTrue(refused.text("/detail").contains("switch " + flag + " is off"), refused.text("/detail"));
    }

    @Test
    void sales_areRefusedAtOnce_andPausedInTheLog_whileTheirSwitchIsOff() throws Exception {
        Answer before = http.buy("held-before", "r", BUY, "Prefer", "wait=10");
        assertEquals(201, before.status(), before.response().body());

        Answer killed = put("sales.rock", "OFF");
        assertEquals(200, killed.status(), killed.response().body());
        assertEquals("OFF", killed.text("/state"));
        long commands = broker.commands();
        assertSwitchedOff("sales.rock", buy("rock"));
        assertEquals(commands, broker.commands());
        assertEquals(202, buy("jazz").status(), "another event's sales go on");
        Answer repeated = http.buy("held-before", "r", BUY);
        assertEquals(before.text("/orderId"), repeated.text("/orderId"), "what was accepted before is not lost");
        await().until(() -> salesState("rock"), "PAUSED"::equals);
        assertEquals("OPEN", salesState("jazz"));

        put("sales", "OFF");
        await().until(() -> salesState("jazz"), "PAUSED"::equals);
        assertSwitchedOff("sales", buy("jazz"));
        put("sales", "ON");
        await().until(() -> salesState("jazz"), "OPEN"::equals);
        assertEquals("PAUSED", salesState("rock"), "its own switch is still off");
        assertEquals(202, buy("jazz").status());
        put("sales.rock", "ON");
        await().until(() -> salesState("rock"), "OPEN"::equals);
        assertEquals(202, buy("rock").status());
        assertTrue(admin.get("/metrics")
                .response()
                .body()
                .contains("onsale_switch_refused_total{service=\"order-service\",switch=\"sales.EVENT\"} 1.0"));
    }

    @Test
    void organizersPause_outlivesTheSwitch() {
        admin.send(
                "POST",
                "/admin/events/rock/sales",
                "{\"state\":\"PAUSED\"}",
                "Content-Type",
                "application/json",
                "Authorization",
                TOKEN);
        put("sales", "OFF");
        await().until(() -> salesState("jazz"), "PAUSED"::equals);
        put("sales", "ON");
        await().until(() -> salesState("jazz"), "OPEN"::equals);
        assertEquals("PAUSED", salesState("rock"));
    }

    @Test
    void sectionIsOpenedInTheLog_whenTheRestorationComesBeforeTheKillIsDecided() throws Exception {
        decider.holdBack();
        put("sales", "OFF");
        put("sales", "ON");
        assertEquals(List.of(SalesState.PAUSED, SalesState.PAUSED), salesStates(), "of rock and of jazz");
        decider.goOn();
        await().untilAsserted(() -> assertEquals(
                List.of(SalesState.PAUSED, SalesState.PAUSED, SalesState.OPEN, SalesState.OPEN), salesStates()));
        await().untilAsserted(() -> assertEquals(202, buy("rock").status()));
    }

    private List<SalesState> salesStates() throws Exception {
        return broker.written().stream()
                .filter(command -> command.getPayload() instanceof SetSales)
                .map(command -> ((SetSales) command.getPayload()).getState())
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    @Test
    void purchases_areAdmittedUpToTheLowerBound_whileAdmissionIsOff() {
        decider.holdBack();
        put("admission", "OFF");
        assertEquals(202, buy("rock").status());
        assertEquals(202, buy("rock").status());
        assertSwitchedOff("admission", buy("rock"));
        put("admission", "ON");
        assertEquals(202, buy("rock").status());
    }

    @Test
    void purchases_areStamped_withTheVariantsOfTheirBuyer() throws Exception {
        buy("rock");
        Answer set =
                put("{\"name\":\"allocator\",\"who\":\"ada\",\"why\":\"canary\",\"definition\":{\"state\":\"ENABLED\","
                        + "\"variants\":{\"s\":\"stable\",\"c\":\"candidate\"},\"defaultVariant\":\"c\"}}");
        assertEquals(200, set.status(), set.response().body());
        buy("rock");
        put("candidate", "OFF");
        buy("rock");
        assertEquals(List.of("stable", "candidate", "stable"), stamps("allocator"));
        assertEquals(List.of("stable", "stable", "stable"), stamps("payments"));
    }

    @Test
    void payments_areStoppedAndResumedInTheLogOfEverySection() throws Exception {
        put("payments", "OFF");
        put("payments", "ON");
        List<PaymentsState> told = broker.written().stream()
                .filter(command -> command.getPayload() instanceof SetPayments)
                .map(command -> ((SetPayments) command.getPayload()).getState())
                .sorted()
                .toList();
        // One of each for rock and for jazz.
        assertEquals(
                List.of(PaymentsState.RUNNING, PaymentsState.RUNNING, PaymentsState.STOPPED, PaymentsState.STOPPED),
                told);
    }

    private List<String> stamps(String path) throws Exception {
        return broker.written().stream()
                .map(command -> command.getHeader().getVariants())
                .filter(variants -> variants.containsKey(path))
                .map(variants -> variants.get(path))
                .toList();
    }

    @Test
    @Tag("flag-toggles-under-partial-failure")
    void switch_worksHere_whileTheBrokerIsAway() {
        buy("rock");
        broker.stopBroker();
        Answer here = put("sales", "OFF");
        assertEquals(202, here.status(), here.response().body());
        assertEquals("HERE", here.text("/applied"));
        assertTrue(here.text("/detail").startsWith("It holds in this instance only"), here.text("/detail"));
        Answer flags = admin.get("/admin/flags");
        assertEquals(200, flags.status());
        assertTrue(
                flags.response().body().contains("\"applied\":\"HERE\""),
                flags.response().body());
        assertSwitchedOff("sales", buy("rock"));
    }

    @Test
    void change_isRefused_whenItIsNotValid() {
        assertEquals(
                401,
                admin.send("PUT", "/admin/flags", "{}", "Content-Type", "application/json")
                        .status());
        assertInvalid("{\"name\":\"slaes\",\"state\":\"OFF\",\"who\":\"a\",\"why\":\"b\"}", "No flag is named 'slaes'");
        assertInvalid("{\"name\":\"sales\",\"state\":\"OFF\",\"who\":\"\",\"why\":\"b\"}", "Every change says who");
        assertInvalid("{\"name\":\"sales\",\"state\":\"OFF\",\"who\":\"a\"}", "Send why as a string");
        assertInvalid("{\"name\":\"sales\",\"state\":\"off\",\"who\":\"a\",\"why\":\"b\"}", "\"ON\" or \"OFF\"");
        assertInvalid("{\"name\":\"allocator\",\"state\":\"OFF\",\"who\":\"a\",\"why\":\"b\"}", "need a definition");
        assertInvalid("{\"name\":\"sales\",\"who\":\"a\",\"why\":\"b\"}", "one of the two");
        assertInvalid(
                "{\"name\":\"sales\",\"definition\":{\"state\":\"ENABLED\"},\"who\":\"a\",\"why\":\"b\"}",
                "must have variants");
    }

    private void assertInvalid(String body, String saying) {
        Answer refused = put(body);
        assertEquals(400, refused.status(), refused.response().body());
        assertTrue(refused.text("/detail").contains(saying), refused.text("/detail"));
    }
}
