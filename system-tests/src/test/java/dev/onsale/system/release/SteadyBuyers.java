package dev.onsale.system.release;

import dev.onsale.system.stack.Shop;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;

/**
 * Buyers who come at a steady rate, whether those before them were answered or not. Each sends one purchase to an instance that
 * was ready a moment ago, waits for its outcome, and tries nothing again: as behind a load balancer with health checks.
 */
final class SteadyBuyers implements AutoCloseable {

    private static final int WAIT_SECONDS = 20;
    private static final Duration CHECK_EVERY = Duration.ofMillis(200);
    private static final int SILENT_TIMES = 3;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1))
            .build();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<URI, URI> shops;
    private final double perSecond;
    private final LongFunction<String> purchases;
    private final String name;
    /** How often an instance has not answered in a row. */
    private final Map<URI, Integer> silent = new ConcurrentHashMap<>();

    private final Map<URI, Shop> ready = new ConcurrentHashMap<>();
    private final Map<String, AtomicLong> answers = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Long> answeredAt = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Long> lastedNanos = new ConcurrentLinkedQueue<>();
    private volatile boolean over;

    /**
     * Nobody comes before {@link #start()}.
     *
     * @param shops public addresses of order-service, by the addresses of their admin ports
     * @param purchases body of the purchase with a number
     * @param name what the buyers' names begin with
     */
    SteadyBuyers(Map<URI, URI> shops, double perSecond, LongFunction<String> purchases, String name) {
        this.shops = shops;
        this.perSecond = perSecond;
        this.purchases = purchases;
        this.name = name;
    }

    void start() {
        shops.forEach(this::check);
        threads.execute(() -> {
            while (!over) {
                shops.forEach(this::check);
                LockSupport.parkNanos(CHECK_EVERY.toNanos());
            }
        });
        threads.execute(() -> {
            long begin = System.nanoTime();
            for (long number = 0; !over; number++) {
                long due = begin + (long) (number * 1e9 / perSecond);
                for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                long buyer = number;
                threads.execute(() -> buy(buyer, due));
            }
        });
    }

    /** As a load balancer does: one that says no gets nobody at once, one that does not answer after a few times. */
    private void check(URI admin, URI api) {
        try {
            boolean up = client.send(
                                    HttpRequest.newBuilder(admin.resolve("/health/ready"))
                                            .timeout(Duration.ofSeconds(1))
                                            .build(),
                                    BodyHandlers.discarding())
                            .statusCode()
                    == 200;
            silent.put(admin, up ? 0 : SILENT_TIMES);
        } catch (IOException e) {
            silent.merge(admin, 1, Integer::sum);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        if (silent.getOrDefault(admin, 0) < SILENT_TIMES) {
            ready.putIfAbsent(admin, Shop.of(api, admin));
        } else {
            ready.remove(admin);
        }
    }

    private void buy(long number, long due) {
        List<Shop> now = List.copyOf(ready.values());
        String said;
        if (now.isEmpty()) {
            said = "no instance is ready";
        } else {
            try {
                Shop.Answer answer = now.get((int) (number % now.size()))
                        .buy(name + "-" + number, "ticket", purchases.apply(number), WAIT_SECONDS);
                said = answer.status() + " " + answer.text("status") + answer.text("title");
                answeredAt.add(System.nanoTime());
                lastedNanos.add(System.nanoTime() - due);
            } catch (IOException | RuntimeException e) {
                said = e.toString();
            }
        }
        answers.computeIfAbsent(said, _ -> new AtomicLong()).incrementAndGet();
    }

    /** Answers by status and state, such as {@code 201 HELD}; and what went wrong. */
    Map<String, Long> answers() {
        Map<String, Long> counts = new TreeMap<>();
        answers.forEach((said, count) -> counts.put(said, count.get()));
        return counts;
    }

    /** Buyers who got neither an order nor the promise of one. */
    long errors() {
        return answers().entrySet().stream()
                .filter(answer -> !answer.getKey().startsWith("20"))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** Longest time between two answers that followed each other. */
    Duration longestGap() {
        List<Long> times = new ArrayList<>(answeredAt);
        times.sort(null);
        long longest = 0;
        for (int i = 1; i < times.size(); i++) {
            longest = Math.max(longest, times.get(i) - times.get(i - 1));
        }
        return Duration.ofNanos(longest);
    }

    /** So many of a thousand purchases were answered within this time, from when they were due. */
    Duration within(int ofThousand) {
        List<Long> lasted = new ArrayList<>(lastedNanos);
        lasted.sort(null);
        return lasted.isEmpty()
                ? Duration.ZERO
                : Duration.ofNanos(lasted.get(Math.min(lasted.size() - 1, lasted.size() * ofThousand / 1_000)));
    }

    /** Stops, and returns when everybody has an answer. */
    @Override
    public void close() {
        over = true;
        threads.close();
        client.close();
    }
}
