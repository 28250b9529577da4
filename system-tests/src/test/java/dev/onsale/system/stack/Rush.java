package dev.onsale.system.stack;

import dev.onsale.system.stack.Shop.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/**
 * Many buyers at once, each sending the same request several times at once, and each time again until it is answered, whatever
 * happens to the connection; then asking for the order until it has ended.
 */
public final class Rush {

    private static final Duration PATIENCE = Duration.ofMinutes(12);

    /** What one buyer was told in the end, by each of the buyer's requests. */
    public record Told(String orderId, String status, String seats) {}

    private final Shop shop;
    private final String event;
    private final String section;
    private final int buyers;
    private final int copies;
    private final Map<String, Set<Told>> answers = new ConcurrentHashMap<>();
    private final AtomicInteger answered = new AtomicInteger();

    private Rush(Shop shop, String event, String section, int buyers, int copies) {
        this.shop = shop;
        this.event = event;
        this.section = section;
        this.buyers = buyers;
        this.copies = copies;
    }

    public static Rush of(OnsaleProcess onsale, String event, String section, int buyers, int copies) {
        return of(Shop.of(onsale), event, section, buyers, copies);
    }

    public static Rush of(Shop shop, String event, String section, int buyers, int copies) {
        return new Rush(shop, event, section, buyers, copies);
    }

    /** Runs to the end: every request of every buyer has a final answer. */
    public void run() {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<Void>> calls = IntStream.range(0, buyers * copies)
                    .mapToObj(i -> "buyer-" + i / copies)
                    .map(buyer -> CompletableFuture.runAsync(() -> buy(buyer), executor))
                    .toList();
            calls.forEach(CompletableFuture::join);
        }
    }

    private void buy(String buyer) {
        String body = Shop.seats(event, section, 1, "pm_card_visa");
        Answer accepted = until(
                () -> shop.buy(buyer, "ticket", body, 10), answer -> answer.status() < 500 && answer.status() != 429);
        String orderId = accepted.text("orderId");
        if (answers.computeIfAbsent(buyer, _ -> ConcurrentHashMap.newKeySet()).isEmpty()) {
            answered.incrementAndGet();
        }
        Answer ended = until(
                () -> shop.order(buyer, orderId, 30),
                answer -> Set.of("SOLD", "REJECTED", "EXPIRED", "CANCELLED", "REFUNDED")
                        .contains(answer.text("status")));
        answers.get(buyer)
                .add(new Told(
                        orderId,
                        ended.text("status"),
                        ended.body().path("seats").toString()));
    }

    private interface Call {
        Answer send() throws IOException;
    }

    /** Asks again until the answer is one; an answer lost on the way does not count. */
    private static Answer until(Call call, Function<Answer, Boolean> isAnswer) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(call::send, isAnswer::apply);
    }

    /** Waits until so many buyers have had their request taken or refused. */
    public void awaitAnswers(int count) {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> answered.get() >= count);
    }

    /** What each buyer was told. */
    public Map<String, Set<Told>> answers() {
        return answers;
    }

    /** Buyers who were told different things by the same request. */
    public Map<String, Set<Told>> disagreements() {
        return answers.entrySet().stream()
                .filter(entry -> entry.getValue().size() != 1)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Number of orders by final status. */
    public Map<String, Long> finalStates() {
        return told().stream().collect(Collectors.groupingBy(Told::status, TreeMap::new, Collectors.counting()));
    }

    /** Price of every order that was sold, by order id. */
    public Map<String, Long> sold(long price) {
        return told().stream()
                .filter(told -> told.status().equals("SOLD"))
                .collect(Collectors.toMap(Told::orderId, _ -> price));
    }

    private List<Told> told() {
        return answers.values().stream().flatMap(Set::stream).toList();
    }
}
