package dev.onsale.system.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.system.stack.Shop;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** Buyers of one ticket each who send the same request, to any instance, until they are told what became of it. */
final class StubbornBuyers implements AutoCloseable {

    private static final int AT_A_TIME = 6;
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(250);
    private static final Set<String> NOT_DECIDED = Set.of("", "QUEUED");

    private record Told(String orderId, boolean rejected, String seat) {}

    private final List<Shop> shops;
    private final String body;
    private final Map<String, Told> told = new ConcurrentHashMap<>();
    private final AtomicInteger next = new AtomicInteger();
    private final Semaphore entrance = new Semaphore(0);
    private final ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
    private final List<? extends Future<?>> running;

    /** They wait to be {@linkplain #letIn let in}. */
    StubbornBuyers(List<Shop> shops, String event, String section) {
        this.shops = shops;
        this.body = Shop.seats(event, section, 1, Commands.GOOD_CARD);
        this.running = IntStream.range(0, AT_A_TIME)
                .mapToObj(thread -> threads.submit(this::buyAll))
                .toList();
    }

    /** As many more may buy. */
    void letIn(int buyers) {
        entrance.release(buyers);
    }

    private void buyAll() {
        try {
            while (true) {
                entrance.acquire();
                int i = next.getAndIncrement();
                told.put("buyer-" + i, buy("buyer-" + i, i));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Told buy(String buyer, int first) {
        for (int i = first; !Thread.currentThread().isInterrupted(); i++) {
            try {
                Shop.Answer answer = shops.get(i % shops.size()).buy(buyer, "request-" + buyer, body, 2);
                if (answer.status() < 500 && answer.status() != 429) {
                    assertTrue(Set.of(200, 201, 202, 409).contains(answer.status()), answer::toString);
                    if (!NOT_DECIDED.contains(answer.text("status"))) {
                        return new Told(
                                answer.text("orderId"),
                                answer.text("status").equals("REJECTED"),
                                answer.body().path("seats").path(0).asText());
                    }
                }
            } catch (IOException e) {
                // As a browser does when a connection breaks.
            }
            Pause.of(BETWEEN_TRIES);
        }
        throw new IllegalStateException("stopped");
    }

    int answered() {
        return told.size();
    }

    void awaitAnswered(int buyers, Duration atMost) {
        Awaitility.await(buyers + " answers").atMost(atMost).until(() -> {
            for (Future<?> each : running) {
                if (each.isDone()) {
                    each.get();
                }
            }
            return told.size() >= buyers;
        });
    }

    /** Seats that buyers have been told are theirs, each once. */
    Set<String> seats() {
        Set<String> seats = new HashSet<>();
        told.forEach((buyer, answer) -> {
            if (!answer.rejected()) {
                assertTrue(seats.add(answer.seat()), () -> answer + " of " + buyer + " was another's");
            }
        });
        return seats;
    }

    /** Whoever asks again, wherever the order was decided, gets the answer of then. */
    void assertAnswersAreTheSameNow() {
        Map.copyOf(told).forEach((buyer, answer) -> assertEquals(answer, buy(buyer, 0), buyer));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
