package dev.onsale.orders;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that do their worst against one port, again and again, until they are closed. */
final class HostileClients implements AutoCloseable {

    static final String POST = "POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + "Onsale-Buyer: eve\r\nIdempotency-Key: k\r\n";
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int PIPELINED = 50;

    private final int port;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicLong requestIds = new AtomicLong();
    private volatile boolean over;

    HostileClients(int port) {
        this.port = port;
    }

    @FunctionalInterface
    private interface Attack {
        void make() throws IOException, InterruptedException;
    }

    private void again(Attack attack) {
        threads.execute(() -> {
            while (!over) {
                try {
                    attack.make();
                } catch (IOException e) {
                    // cut off
                } catch (InterruptedException e) {
                    return;
                }
            }
        });
    }

    /** Headers that come byte by byte. */
    HostileClients slowHeaders(int connections) {
        for (int i = 0; i < connections; i++) {
            again(() -> {
                try (Wire wire = new Wire(port)) {
                    wire.send("GET /events HTTP/1.1\r\nX-").drip(PAUSE);
                }
            });
        }
        return this;
    }

    /** Bodies of a gigabyte. */
    HostileClients gigabytes(int connections) {
        for (int i = 0; i < connections; i++) {
            again(() -> {
                try (Wire wire = new Wire(port)) {
                    wire.send(POST + "Transfer-Encoding: chunked\r\n\r\n40000000\r\n")
                            .sendAGigabyte();
                }
            });
        }
        return this;
    }

    /** Connections on which nothing comes. One that was cut off is opened again. */
    HostileClients silent(int connections) {
        threads.execute(() -> {
            List<Wire> open = new ArrayList<>();
            try {
                while (!over) {
                    for (int i = open.size(); i < connections && !over; i++) {
                        open.add(new Wire(port));
                    }
                    Thread.sleep(PAUSE);
                    for (Wire ended : open.stream().filter(Wire::ended).toList()) {
                        open.remove(ended);
                        ended.close();
                    }
                }
            } catch (IOException | InterruptedException e) {
                // the port is closed, or the test is over
            } finally {
                open.forEach(Wire::closeQuietly);
            }
        });
        return this;
    }

    /** One buyer's purchases, each with another request id. */
    HostileClients flood(String buyer, int perSecond) {
        Duration pause = Duration.ofSeconds(1).multipliedBy(PIPELINED).dividedBy(perSecond);
        again(() -> {
            try (Wire wire = new Wire(port)) {
                long due = System.nanoTime();
                while (!over) {
                    StringBuilder calls = new StringBuilder();
                    for (int i = 0; i < PIPELINED; i++) {
                        calls.append(POST.replace("eve", buyer).replace(": k", ": k-" + requestIds.incrementAndGet()))
                                .append("Content-Length: ")
                                .append(OrdersEndToEndTest.TWO.length())
                                .append("\r\n\r\n")
                                .append(OrdersEndToEndTest.TWO);
                    }
                    wire.send(calls.toString()).awaitAnswers(PIPELINED);
                    due += pause.toNanos();
                    Thread.sleep(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
                }
            }
        });
        return this;
    }

    /** Request ids that were sent by {@link #flood}. */
    long requestIds() {
        return requestIds.get();
    }

    @Override
    public void close() {
        over = true;
        threads.shutdownNow();
        threads.close();
    }
}
