package dev.onsale.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onsale.cli.http.Answer;
import dev.onsale.cli.http.Web;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** What buyers and the organizer of the story do, over HTTP like anybody else. Safe for use by several threads. */
final class BoxOffice implements AutoCloseable {

    /** A good card, and one that is declined. */
    static final String GOOD_CARD = "pm_card_visa";

    static final String BAD_CARD = "pm_card_chargeDeclined";

    private static final String JSON = "application/json";
    private static final Set<String> PENDING = Set.of("QUEUED", "HELD");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Web orders;
    private final Web admin;
    private final Web gateway;

    BoxOffice(String ordersUrl, String adminUrl, String gatewayUrl) {
        this.orders = new Web(ordersUrl, "--url");
        this.admin = new Web(adminUrl, "--admin");
        this.gateway = new Web(gatewayUrl, "--gateway");
    }

    /**
     * A purchase.
     *
     * @param request id of the request, the same for every copy of it
     */
    record Wish(String buyer, String request, String event, String section, int quantity, String card) {

        String body() {
            return Web.mapper()
                    .createObjectNode()
                    .put("eventId", event)
                    .put("sectionId", section)
                    .put("quantity", quantity)
                    .put("paymentToken", card)
                    .toString();
        }
    }

    void open(String layout) {
        require(admin.post("/admin/events", Map.of(), "application/yaml", layout), "open the event");
    }

    /** Sends a purchase and waits until it is decided. */
    Answer send(Wish wish) {
        return orders.post(
                "/orders",
                Map.of(
                        "Idempotency-Key", wish.request(),
                        "Onsale-Buyer", wish.buyer(),
                        "Prefer", "wait=" + PATIENCE.toSeconds()),
                JSON,
                wish.body());
    }

    /** Sends a purchase and waits until it has ended, or its payment was declined. */
    Answer buy(Wish wish) {
        return settled(wish.buyer(), send(wish));
    }

    /** Follows an order until it has ended, or its payment was declined. */
    Answer settled(String buyer, Answer seen) {
        return until(
                buyer,
                seen,
                order -> !PENDING.contains(order.text("status"))
                        || order.text("payment").equals("DECLINED"));
    }

    /** Follows an order until it has ended, whatever its payment. */
    Answer ended(String buyer, Answer seen) {
        return until(buyer, seen, order -> !PENDING.contains(order.text("status")));
    }

    private Answer until(String buyer, Answer seen, Predicate<Answer> goal) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Answer order = seen;
        while (!goal.test(order)) {
            long seconds = Math.max(0, (deadline - System.nanoTime()) / 1_000_000_000);
            if (seconds == 0) {
                throw new StoryEndedException(
                        "an order did not end within " + PATIENCE.toSeconds() + " s: " + order.body());
            }
            Map<String, String> headers = new HashMap<>(Map.of("Onsale-Buyer", buyer, "Prefer", "wait=" + seconds));
            if (!order.etag().isEmpty()) {
                headers.put("If-None-Match", order.etag());
            }
            Answer next = orders.get("/orders/" + order.text("orderId"), headers);
            if (next.status() == 304) {
                continue;
            }
            order = require(next, "read an order");
        }
        return order;
    }

    /** Pays a declined order with another card. */
    Answer pay(String buyer, Answer order, String card) {
        String body = Web.mapper().createObjectNode().put("paymentToken", card).toString();
        Answer answer = orders.post(
                "/orders/" + order.text("orderId") + "/payments",
                Map.of("Onsale-Buyer", buyer, "Prefer", "wait=" + PATIENCE.toSeconds()),
                JSON,
                body);
        return require(answer, "pay with another card");
    }

    /** The counts of a section: free, held, sold. */
    JsonNode counts(String event, String section) {
        Answer answer = require(orders.get("/events/" + event + "/availability", Map.of()), "read the availability");
        for (JsonNode counts : answer.body().path("sections")) {
            if (counts.path("sectionId").asText().equals(section)) {
                return counts;
            }
        }
        throw new StoryEndedException("section " + section + " is not on sale");
    }

    /** Every effect in the gateway's own books. */
    List<JsonNode> ledger() {
        return gateway.lines("/simulator/ledger");
    }

    void gatewayDropsResponses(boolean drops) {
        require(
                gateway.put("/simulator/behaviour", "{\"dropResponseRate\":" + (drops ? 1 : 0) + "}"),
                "change the gateway's behaviour");
    }

    private static Answer require(Answer answer, String what) {
        if (!answer.ok()) {
            throw new StoryEndedException("could not " + what + ": " + answer.problem());
        }
        return answer;
    }

    @Override
    public void close() {
        orders.close();
        admin.close();
        gateway.close();
    }
}
