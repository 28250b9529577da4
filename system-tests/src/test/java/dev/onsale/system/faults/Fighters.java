package dev.onsale.system.faults;

import dev.onsale.schemas.Requests;
import dev.onsale.system.linearizability.Call;
import dev.onsale.system.linearizability.RecordingBuyer;
import dev.onsale.system.linearizability.RecordingBuyer.Order;
import dev.onsale.system.linearizability.Told;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Callers at once, at any instance, for the same few seats: they buy, send purchases again, read and cancel, their own orders and
 * those of others. Every few seconds they go on to the next section.
 */
final class Fighters implements AutoCloseable {

    /** In a section, all in row A. */
    static final int SEATS = 3;

    private static final int CALLERS = 8;
    private static final int MOST_PAUSE_MILLIS = 60;
    private static final long SECTION_NANOS = Duration.ofSeconds(8).toNanos();
    /** The latest orders, which everybody talks about: some of them from before the latest kill. */
    private static final int TALKED_ABOUT = 25;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1))
            .build();
    private final ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
    private final List<Future<?>> callers = new ArrayList<>();
    private final List<Order> orders = new CopyOnWriteArrayList<>();
    private final List<URI> apis;
    private final String event;
    private final int sections;
    private final Queue<Call> record;
    private final long seed;
    private final long began = System.nanoTime();
    private volatile boolean over;

    Fighters(List<URI> apis, String event, int sections, Queue<Call> record, long seed) {
        this.apis = apis;
        this.event = event;
        this.sections = sections;
        this.record = record;
        this.seed = seed;
    }

    void start() {
        IntStream.range(0, CALLERS).forEach(i -> callers.add(threads.submit(() -> fight(i))));
    }

    private void fight(int number) {
        Random random = new Random(seed + number);
        RecordingBuyer caller = new RecordingBuyer("caller-" + number, client, record);
        for (int i = 0; !over; i++) {
            URI api = apis.get(random.nextInt(apis.size()));
            int wait = random.nextInt(3) == 0 ? 1 : 0;
            int kind = random.nextInt(100);
            if (kind < 15 || orders.isEmpty()) {
                Order order = order("buyer-" + number + "-" + i, random);
                orders.add(order);
                caller.buy(api, event, order, wait);
            } else {
                Order order = orders.get(Math.max(0, orders.size() - 1 - random.nextInt(TALKED_ABOUT)));
                if (kind < 30) {
                    caller.buy(api, event, order, wait);
                } else if (kind < 38) {
                    caller.cancel(api, order);
                } else {
                    caller.read(api, order, wait);
                }
            }
            LockSupport.parkNanos(
                    Duration.ofMillis(random.nextInt(MOST_PAUSE_MILLIS)).toNanos());
        }
    }

    private Order order(String buyer, Random random) {
        int section = (int) ((System.nanoTime() - began) / SECTION_NANOS) % sections;
        int quantity = 1 + random.nextInt(2);
        int first = 1 + random.nextInt(SEATS - quantity + 1);
        List<String> seats = IntStream.range(first, first + quantity)
                .mapToObj(seat -> "A-" + seat)
                .toList();
        String card = random.nextInt(8) == 0 ? Commands.GOOD_CARD : Commands.BAD_CARD;
        return new Order(buyer, "r", Requests.orderId(buyer, "r"), "S" + section, seats, card);
    }

    /** Ends the fight; returns when everybody has hung up. */
    void stop() throws InterruptedException, ExecutionException {
        over = true;
        for (Future<?> caller : callers) {
            caller.get();
        }
    }

    /** Asks for every order once more: those that may still change. An order that was never accepted does not exist. */
    List<Order> unsettled() {
        RecordingBuyer caller = new RecordingBuyer("settler", client, record);
        return orders.stream()
                .filter(order -> {
                    Optional<Told> told = caller.read(apis.getFirst(), order, 0);
                    return told.isEmpty() || told.get().status().pending();
                })
                .toList();
    }

    int orders() {
        return orders.size();
    }

    @Override
    public void close() throws InterruptedException {
        over = true;
        threads.shutdownNow();
        threads.awaitTermination(10, TimeUnit.SECONDS);
        client.close();
    }
}
