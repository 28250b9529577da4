package dev.onsale.system.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onsale.schemas.Requests;
import dev.onsale.system.stack.Ledger;
import dev.onsale.system.stack.OnsaleProcess;
import dev.onsale.system.stack.Shop;
import dev.onsale.system.stack.Shop.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same request again, the same id for another request, and somebody else's id. */
@Tag("long")
class RequestIdFaultsIT {

    private static final int CALLERS = 1_000;
    private static final int RIVALS = 50;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private static OnsaleProcess onsale;
    private static Shop shop;

    @BeforeAll
    static void start() {
        onsale = OnsaleProcess.up(folder.resolve("data"));
        shop = Shop.of(onsale);
    }

    /** The oracle over everything that the tests of this class did. */
    @AfterAll
    static void stop() {
        try (OnsaleProcess running = onsale) {
            new Finding("same-request-id-x1000-concurrent")
                    .saw(
                            "with all that other callers did",
                            new Oracle(running.bootstrap(), running.gateway()).awaitProof());
        }
    }

    private static void open(String event) throws IOException {
        Answer answer = shop.open("""
                event: %s
                name: Request ids
                currency: EUR
                holdSeconds: 60
                maxPerBuyer: 100
                sections:
                  - { section: A, rows: 1, seatsPerRow: 20, price: 4500 }
                """.formatted(event));
        assertEquals(201, answer.status(), answer.toString());
    }

    @Test
    @Tag("same-request-id-x1000-concurrent")
    void callers_getOneAnswer_when1000SendTheSameRequestAtOnce() throws Exception {
        open("same");

        List<Answer> answers = atOnce(CALLERS, _ -> () -> buy("ada", "ticket", "same", 2));

        String orderId = Requests.orderId("ada", "ticket");
        assertEquals(Set.of(orderId), texts(answers, "orderId"));
        assertEquals(1, values(answers, "seats").size(), () -> "told " + values(answers, "seats"));
        assertEquals(1, values(answers, "receipt").size(), () -> "told " + values(answers, "receipt"));
        assertSold("ada", orderId);
        assertEquals(List.of("authorise", "capture"), operations(orderId));
        assertEquals(counts(18, 2), availability("same"));
        new Finding("same-request-id-x1000-concurrent")
                .saw(CALLERS + " callers at once were told of one order; the gateway authorised and captured once");
    }

    @Test
    @Tag("request-id-replay-different-body")
    void call_isRefusedAndNothingChanges_whenItsIdStandsForAnotherBody() throws Exception {
        open("reused");
        String orderId = buy("ada", "reused", "reused", 2).text("orderId");
        assertSold("ada", orderId);
        // What is compared is an order that nothing changes any more by itself.
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> shop.order("ada", orderId, 0).text("payment").equals("CAPTURED"));
        JsonNode before = shop.order("ada", orderId, 0).body();

        for (String other : List.of(
                Shop.seats("reused", "A", 3, Commands.GOOD_CARD),
                Shop.seats("reused", "A", 2, Commands.BAD_CARD),
                Shop.seats("reused", "B", 2, Commands.GOOD_CARD))) {
            assertEquals(422, shop.buy("ada", "reused", other, 0).status(), other);
            assertEquals(422, shop.buy("ada", "reused", other, 5).status(), other);
        }

        assertEquals(before, shop.order("ada", orderId, 0).body());
        assertEquals(List.of("authorise", "capture"), operations(orderId));
        assertEquals(counts(18, 2), availability("reused"));
        new Finding("request-id-replay-different-body")
                .saw("3 other bodies were refused, each twice, and changed nothing");
    }

    @Test
    @Tag("request-id-replay-different-body")
    void callers_getOneOrder_whenTwoBodiesRaceForTheSameId() throws Exception {
        open("raced");

        List<Answer> answers = atOnce(2 * RIVALS, i -> () -> buy("bob", "raced", "raced", 1 + i % 2));

        String orderId = Requests.orderId("bob", "raced");
        List<Answer> refused =
                answers.stream().filter(answer -> answer.status() == 422).toList();
        List<Answer> taken =
                answers.stream().filter(answer -> answer.status() != 422).toList();
        assertEquals(RIVALS, refused.size(), () -> "answers: " + statuses(answers));
        assertEquals(Set.of(orderId), texts(taken, "orderId"));
        assertEquals(1, values(taken, "seats").size());
        assertSold("bob", orderId);
        assertEquals(List.of("authorise", "capture"), operations(orderId));
        new Finding("request-id-replay-different-body")
                .saw(2 * RIVALS + " callers at once with two bodies: one was sold, " + RIVALS
                        + " callers were refused");
    }

    @Test
    @Tag("request-id-cross-buyer-replay")
    void request_isAnotherOrder_whenAnotherBuyerUsesItsId() throws Exception {
        open("crossed");

        Answer ada = buy("ada", "crossed", "crossed", 2);
        Answer eve = buy("eve", "crossed", "crossed", 2);

        assertNotEquals(ada.text("orderId"), eve.text("orderId"));
        assertSold("ada", ada.text("orderId"));
        assertSold("eve", eve.text("orderId"));
        assertNotEquals(ada.body().path("seats"), eve.body().path("seats"));
        assertEquals(404, shop.order("eve", ada.text("orderId"), 0).status());
        assertEquals(404, shop.cancel("eve", ada.text("orderId")).status());
        assertEquals(List.of("authorise", "capture"), operations(ada.text("orderId")));
        assertEquals(List.of("authorise", "capture"), operations(eve.text("orderId")));
        assertEquals(counts(16, 4), availability("crossed"));
        new Finding("request-id-cross-buyer-replay").saw("2 buyers with one id: two orders, neither sees the other's");
    }

    /** Asks until the request is answered; too many callers and too long a queue are no answers. */
    private static Answer buy(String buyer, String key, String event, int quantity) {
        String body = Shop.seats(event, "A", quantity, Commands.GOOD_CARD);
        return Awaitility.await()
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(
                        () -> shop.buy(buyer, key, body, 20),
                        answer -> !Set.of(202, 429, 503).contains(answer.status()));
    }

    private static List<Answer> atOnce(int callers, IntFunction<Callable<Answer>> call) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> futures =
                    threads.invokeAll(IntStream.range(0, callers).mapToObj(call).toList());
            return futures.stream().map(Future::resultNow).toList();
        }
    }

    private static void assertSold(String buyer, String orderId) {
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> shop.order(buyer, orderId, 5).text("status"), "SOLD"::equals);
        Awaitility.await().atMost(PATIENCE).until(() -> operations(orderId).contains("capture"));
    }

    private static List<String> operations(String orderId) {
        return Ledger.of(onsale.gateway()).lines().stream()
                .filter(line -> line.path("orderId").asText().equals(orderId))
                .map(line -> line.path("operation").asText())
                .toList();
    }

    private static Map<String, Integer> counts(int free, int sold) {
        return Map.of("free", free, "held", 0, "sold", sold);
    }

    private static Map<String, Integer> availability(String event) throws IOException {
        JsonNode section = shop.get("/events/" + event + "/availability").body().findParent("free");
        return Map.of(
                "free", section.path("free").asInt(),
                "held", section.path("held").asInt(),
                "sold", section.path("sold").asInt());
    }

    private static Set<String> texts(List<Answer> answers, String field) {
        return answers.stream().map(answer -> answer.text(field)).collect(Collectors.toSet());
    }

    private static Set<JsonNode> values(List<Answer> answers, String field) {
        return answers.stream().map(answer -> answer.body().path(field)).collect(Collectors.toSet());
    }

    private static Map<Integer, Long> statuses(List<Answer> answers) {
        return answers.stream().collect(Collectors.groupingBy(Answer::status, Collectors.counting()));
    }
}
