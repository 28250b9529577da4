package dev.onsale.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.system.stack.Gateway;
import dev.onsale.system.stack.Ledger;
import dev.onsale.system.stack.OnsaleProcess;
import dev.onsale.system.stack.Shop;
import dev.onsale.system.stack.Shop.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds that end, cards that are declined, answers that get lost: what the buyer sees and what the gateway took. */
class PaymentsIT {

    private static final String GOOD_CARD = "pm_card_visa";
    private static final String BAD_CARD = "pm_card_chargeDeclined";

    @TempDir
    static Path folder;

    private static OnsaleProcess onsale;
    private static Shop shop;
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        onsale = OnsaleProcess.up(folder.resolve("data"));
        shop = Shop.of(onsale);
        gateway = new Gateway(onsale.gateway());
    }

    @AfterAll
    static void stop() {
        OnsaleProcess.Ended audit = OnsaleProcess.run("audit", "--bootstrap", onsale.bootstrap());
        onsale.close();
        assertEquals(0, audit.exitCode(), audit.output());
    }

    @AfterEach
    void behave() throws IOException {
        gateway.behave("\"latencyMillis\":0,\"errorRate\":0,\"dropResponseRate\":0,\"declineRate\":0");
    }

    private static void open(String event, int seats, int holdSeconds) throws IOException {
        var answer = shop.open("""
                event: %s
                name: Test
                currency: EUR
                holdSeconds: %d
                maxPerBuyer: 10
                sections:
                  - { section: A, rows: 1, seatsPerRow: %d, price: 4500 }
                """.formatted(event, holdSeconds, seats));
        assertEquals(201, answer.status(), answer.toString());
    }

    private static Answer buy(String event, String buyer, String token, int waitSeconds) throws IOException {
        return shop.buy(buyer, event, Shop.seats(event, "A", 1, token), waitSeconds);
    }

    private static Answer awaitStatus(String buyer, String orderId, String status) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(50))
                .until(
                        () -> shop.order(buyer, orderId, 0),
                        answer -> answer.text("status").equals(status));
    }

    private static List<String> ledger(String orderId) {
        return Ledger.of(onsale.gateway()).lines().stream()
                .filter(line -> line.path("orderId").asText().equals(orderId))
                .map(line -> line.path("operation").asText() + " "
                        + line.path("outcome").asText())
                .toList();
    }

    private static void awaitLedger(String orderId, String... lines) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertEquals(List.of(lines), ledger(orderId)));
    }

    @Test
    void order_isSoldWithinTwoSeconds() throws IOException {
        open("quick", 5, 60);
        buy("quick", "warm-up", GOOD_CARD, 10);
        Instant began = Instant.now();

        Answer held = buy("quick", "ada", GOOD_CARD, 10);
        awaitStatus("ada", held.text("orderId"), "SOLD");

        Duration took = Duration.between(began, Instant.now());
        System.out.println("POST to SOLD took " + took.toMillis() + " ms");
        assertTrue(took.toMillis() < 2_000, took.toString());
    }

    @Test
    void order_isSoldOnce_whenADeclineIsFollowedByAnotherCard() throws IOException {
        open("decline", 5, 60);
        String orderId = buy("decline", "ada", BAD_CARD, 10).text("orderId");
        Awaitility.await()
                .until(
                        () -> shop.order("ada", orderId, 0),
                        answer -> !answer.text("reason").isEmpty());

        assertTrue(shop.retry("ada", orderId, GOOD_CARD, 10).status() < 300);

        awaitStatus("ada", orderId, "SOLD");
        awaitLedger(orderId, "authorise declined", "authorise succeeded", "capture succeeded");
    }

    @Test
    @Tag("expiry-without-traffic")
    void hold_endsWithinTwoSecondsOfItsDeadline_withoutOtherTraffic() throws IOException {
        open("unpaid", 5, 3);
        Answer held = buy("unpaid", "ada", BAD_CARD, 10);
        Instant deadline = Instant.parse(held.text("holdEndsAt"));

        awaitStatus("ada", held.text("orderId"), "EXPIRED");

        Duration late = Duration.between(deadline, Instant.now());
        System.out.println("expiry-without-traffic: the hold ended " + late.toMillis() + " ms after its deadline");
        assertTrue(late.toMillis() <= 2_000, late.toString());
        assertTrue(!late.isNegative(), late.toString());
    }

    @Test
    void lateAuthorisation_isHonoured_whenTheSeatIsFree() throws IOException {
        open("late-free", 1, 2);
        gateway.behave("\"latencyMillis\":5000");
        String orderId = buy("late-free", "ada", GOOD_CARD, 10).text("orderId");

        awaitStatus("ada", orderId, "EXPIRED");
        awaitStatus("ada", orderId, "SOLD");

        gateway.behave("\"latencyMillis\":0");
        awaitLedger(orderId, "authorise succeeded", "capture succeeded");
    }

    @Test
    @Tag("late-authorisation-after-resale")
    void lateAuthorisation_isVoided_whenTheSeatIsSold() throws IOException {
        open("late-taken", 1, 2);
        gateway.behave("\"latencyMillis\":6000");
        String late = buy("late-taken", "ada", GOOD_CARD, 10).text("orderId");
        awaitStatus("ada", late, "EXPIRED");

        gateway.behave("\"latencyMillis\":0");
        String quick = buy("late-taken", "bob", GOOD_CARD, 10).text("orderId");
        awaitStatus("bob", quick, "SOLD");

        awaitLedger(late, "authorise succeeded", "void succeeded");
        awaitLedger(quick, "authorise succeeded", "capture succeeded");
        assertEquals("EXPIRED", shop.order("ada", late, 0).text("status"));
    }

    @Test
    @Tag("gateway-charges-then-drops-response")
    void order_isChargedOnce_whenTheGatewaysAnswersAreLost() throws IOException {
        open("lost", 1, 60);
        gateway.behave("\"dropResponseRate\":1");
        String orderId = buy("lost", "ada", GOOD_CARD, 10).text("orderId");
        awaitLedger(orderId, "authorise succeeded");
        gateway.behave("\"dropResponseRate\":0");

        awaitStatus("ada", orderId, "SOLD");
        awaitLedger(orderId, "authorise succeeded", "capture succeeded");
        assertEquals(Map.of(orderId, 4500L), paidFor(orderId));
    }

    private static Map<String, Long> paidFor(String orderId) {
        return Map.of(orderId, Ledger.of(onsale.gateway()).paid().getOrDefault(orderId, 0L));
    }

    @Test
    void cancelledHold_isNeverCaptured() throws IOException {
        open("cancel", 1, 60);
        gateway.behave("\"latencyMillis\":2000");
        String orderId = buy("cancel", "ada", GOOD_CARD, 10).text("orderId");

        assertEquals("CANCELLED", shop.cancel("ada", orderId).text("status"));

        gateway.behave("\"latencyMillis\":0");
        awaitLedger(orderId, "authorise succeeded", "void succeeded");
    }

    @Test
    void refundedOrder_getsItsMoneyBack_andItsSeatIsFreeAgain() throws IOException {
        open("refund", 1, 60);
        String orderId = buy("refund", "ada", GOOD_CARD, 10).text("orderId");
        awaitLedger(orderId, "authorise succeeded", "capture succeeded");

        assertTrue(shop.admin("/admin/orders/" + orderId + "/refund", "{}").status() < 300);

        awaitLedger(orderId, "authorise succeeded", "capture succeeded", "refund succeeded");
        String next = buy("refund", "bob", GOOD_CARD, 10).text("orderId");
        awaitStatus("bob", next, "SOLD");
    }
}
