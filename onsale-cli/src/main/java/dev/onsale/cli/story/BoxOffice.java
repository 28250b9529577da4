package dev.onsale.cli.story;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onsale.cli.embedded.Stack;
import dev.onsale.cli.http.Answer;
import dev.onsale.cli.http.Web;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What buyers and the organizer of the story do, over HTTP like anybody else. Safe for use by several threads. */
public final class BoxOffice implements AutoCloseable {

    /** A good card, and one that is declined. */
    public static final String GOOD_CARD = "pm_card_visa";

    public static final String BAD_CARD = "pm_card_chargeDeclined";

    private static final String JSON = "application/json";
    private static final Set<String> PENDING = Set.of("QUEUED", "HELD");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final Web orders;
    private final Web admin;
    private final Web gateway;

    public BoxOffice(String ordersUrl, String adminUrl, String gatewayUrl) {
        this.orders = new Web(ordersUrl, "--url");
        this.admin = new Web(adminUrl, "--admin");
        this.gateway = new Web(gatewayUrl, "--gateway");
    }

    public static BoxOffice of(Stack stack) {
        return new BoxOffice(stack.url(), stack.adminUrl(), stack.gatewayUrl());
    }

    /**
     * A purchase.
     *
     * @param request id of the request, the same for every copy of it
     */
    public record Wish(String buyer, String request, String event, String section, int quantity, String card) {

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

    public void open(String layout) {
        require(patiently(() -> admin.post("/admin/events", Map.of(), "application/yaml", layout)), "open the event");
    }

    /** Sends a purchase and waits until it is decided. */
    public Answer send(Wish wish) {
        return send(wish, Map.of("Prefer", "wait=" + PATIENCE.toSeconds()));
    }

    /** Sends a purchase and waits until it is taken, or refused. */
    public Answer queue(Wish wish) {
        return send(wish, Map.of());
    }

    private Answer send(Wish wish, Map<String, String> more) {
        Map<String, String> headers = new HashMap<>(more);
        headers.put("Idempotency-Key", wish.request());
        headers.put("Onsale-Buyer", wish.buyer());
        return orders.post("/orders", headers, JSON, wish.body());
    }

    /** An order as it stands. */
    public Answer order(String buyer, String orderId) {
        return require(
                patiently(() -> orders.get("/orders/" + orderId, Map.of("Onsale-Buyer", buyer))), "read an order");
    }

    /** Sends a purchase and waits until it has ended, or its payment was declined. */
    public Answer buy(Wish wish) {
        return settled(wish.buyer(), send(wish));
    }

    /** Follows an order until it has ended, or its payment was declined. */
    public Answer settled(String buyer, Answer seen) {
        return until(
                buyer,
                seen,
                order -> !PENDING.contains(order.text("status"))
                        || order.text("payment").equals("DECLINED"));
    }

    /** Follows an order until it has ended, whatever its payment. */
    public Answer ended(String buyer, Answer seen) {
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
            String path = "/orders/" + order.text("orderId");
            Answer next = patiently(() -> orders.get(path, headers));
            if (next.status() == 304) {
                continue;
            }
            order = require(next, "read an order");
        }
        return order;
    }

    /** Pays a declined order with another card. */
    public Answer pay(String buyer, Answer order, String card) {
        String body = Web.mapper().createObjectNode().put("paymentToken", card).toString();
        Answer answer = orders.post(
                "/orders/" + order.text("orderId") + "/payments",
                Map.of("Onsale-Buyer", buyer, "Prefer", "wait=" + PATIENCE.toSeconds()),
                JSON,
                body);
        return require(answer, "pay with another card");
    }

    /** The counts of a section: free, held, sold. */
    public JsonNode counts(String event, String section) {
        Answer answer = require(orders.get("/events/" + event + "/availability", Map.of()), "read the availability");
        for (JsonNode counts : answer.body().path("sections")) {
            if (counts.path("sectionId").asText().equals(section)) {
                return counts;
            }
        }
        throw new StoryEndedException("section " + section + " is not on sale");
    }

    /** A counter of this instance, summed over its series with these labels; 0: there is none. */
    public double counter(String name, String labels) {
        return admin.text("/metrics")
                .lines()
                .filter(line -> line.startsWith(name + "{") && line.contains(labels))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Every effect in the gateway's own books. */
    public List<JsonNode> ledger() {
        return gateway.lines("/simulator/ledger");
    }

    public void gatewayDropsResponses(boolean drops) {
        require(
                gateway.put("/simulator/behaviour", "{\"dropResponseRate\":" + (drops ? 1 : 0) + "}"),
                "change the gateway's behaviour");
    }

    /** Sends a call that may be repeated again while the service asks for that, as when its view moves. */
    private static Answer patiently(Supplier<Answer> call) {
        long begin = System.nanoTime();
        Answer answer = call.get();
        while (answer.status() == 503 && System.nanoTime() - begin < PATIENCE.toNanos()) {
            LockSupport.parkNanos(PAUSE.toNanos());
            answer = call.get();
        }
        return answer;
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
