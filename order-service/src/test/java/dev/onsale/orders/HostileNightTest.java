package dev.onsale.orders;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What hostile clients cost others, measured: minutes, on a machine that does nothing else. */
@Tag("long")
final class HostileNightTest {

    private static final int IDLE = 10_000;
    private static final int REQUEST_IDS = 1_000_000;
    private static final int IDS_PER_SECOND = 5_000;
    private static final Duration QUIET = Duration.ofSeconds(60);
    private static final Duration BETWEEN_PURCHASES = Duration.ofMillis(50);

    @TempDir
    static Path folder;

    private int buyers;

    @Test
    void others_areAnsweredInTwiceTheQuietTime_whileHostileClientsDoTheirWorst() throws Exception {
        try (TestBroker broker = TestBroker.start();
                ScriptedDecider decider = new ScriptedDecider(broker);
                // Callers are in this process, too, and need as many file descriptors.
                OrderService service =
                        OrdersEndToEndTest.startService(broker, folder, Map.of("http.connections", "4000"))) {
            Caller http = new Caller(service.httpPort());
            await().atMost(Duration.ofSeconds(60)).until(service::ready);
            await().until(() -> buy(http) == 201);
            // The compilers have seen all of it before anything is measured.
            measure(http, new Until(Duration.ofSeconds(20)));
            Duration quiet = measure(http, new Until(QUIET));
            try (HostileClients hostile = new HostileClients(service.httpPort())
                    .silent(IDLE)
                    .slowHeaders(200)
                    .gigabytes(2)
                    .flood("flood", IDS_PER_SECOND)) {
                Duration under = measure(http, () -> hostile.requestIds() >= REQUEST_IDS);
                System.out.println("p99 of purchases: quiet " + quiet + ", among hostile clients " + under);
                assertTrue(under.compareTo(quiet.multipliedBy(2)) < 0, quiet + " became " + under);
            }
        }
    }

    private record Until(long nanos) implements BooleanSupplier {
        Until(Duration time) {
            this(System.nanoTime() + time.toNanos());
        }

        @Override
        public boolean getAsBoolean() {
            return System.nanoTime() - nanos > 0;
        }
    }

    /** Buys at a steady pace, however long the answers take. @return time that 99 of 100 were answered in, from when they were due */
    private Duration measure(Caller http, BooleanSupplier over) throws Exception {
        List<CompletableFuture<Long>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            long due = System.nanoTime();
            while (!over.getAsBoolean()) {
                due += BETWEEN_PURCHASES.toNanos();
                Thread.sleep(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
                long began = due;
                answers.add(CompletableFuture.supplyAsync(
                        () -> {
                            assertEquals(201, buy(http));
                            return System.nanoTime() - began;
                        },
                        threads));
            }
        }
        long[] sorted =
                answers.stream().mapToLong(CompletableFuture::join).sorted().toArray();
        return Duration.ofNanos(sorted[sorted.length * 99 / 100]);
    }

    private synchronized String nextBuyer() {
        return "sold-" + ++buyers;
    }

    private int buy(Caller http) {
        return http.buy(nextBuyer(), "r", OrdersEndToEndTest.TWO, "Prefer", "wait=10")
                .status();
    }
}
