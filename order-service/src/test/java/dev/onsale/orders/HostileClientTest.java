package dev.onsale.orders;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.orders.connections.ConnectionConfig;
import dev.onsale.orders.http.HttpPort;
import dev.onsale.runtime.Settings;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients on real sockets that are slow, silent, many, or send too much: they are cut off, and others go on buying. */
final class HostileClientTest {

    private static final Duration LIMIT = Duration.ofSeconds(1);
    /** The timer looks every 100 ms; the machine may be busy. */
    private static final Duration LATE = Duration.ofSeconds(5);

    private static final int CONNECTIONS = 100;
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Map<String, String> SETTINGS = Map.of(
            "http.connections", Integer.toString(CONNECTIONS),
            "http.request.timeout.ms", "1000",
            "http.idle.timeout.ms", "1500",
            "http.write.timeout.ms", "1000",
            "limit.buyer.per.second", "10",
            "limit.buyer.burst", "20");

    @TempDir
    static Path folder;

    private static TestBroker broker;
    private static ScriptedDecider decider;
    private static OrderService service;
    private static Caller http;

    @BeforeAll
    static void start() throws Exception {
        broker = TestBroker.start();
        decider = new ScriptedDecider(broker);
        service = OrdersEndToEndTest.startService(broker, folder, SETTINGS);
        http = new Caller(service.httpPort());
        await().atMost(Duration.ofSeconds(60)).until(service::ready);
        await().until(() ->
                http.get("/orders/" + "0".repeat(32), "Onsale-Buyer", "b").status() == 404);
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
        decider.close();
        broker.close();
    }

    private static Wire wire() throws IOException {
        return new Wire(service.httpPort());
    }

    private static void assertCutAfter(Duration limit, Duration took) {
        assertTrue(took.compareTo(limit) >= 0, () -> "cut off after " + took);
        assertTrue(took.compareTo(limit.plus(LATE)) < 0, () -> "cut off after " + took);
    }

    private static double metric(String name) {
        return new Caller(service.adminPort())
                .get("/metrics")
                .response()
                .body()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void request_isCutOff_whenItsHeadersComeByteByByte() throws Exception {
        try (Wire slowloris = wire()) {
            assertCutAfter(
                    LIMIT,
                    slowloris.send("GET /events HTTP/1.1\r\nHost: x\r\nX-").drip(PAUSE));
        }
        try (Wire prologue = wire()) {
            assertCutAfter(LIMIT, prologue.send("GET /").drip(PAUSE));
        }
        assertTrue(metric("onsale_http_cut_total{port=\"http\",why=\"request\"}") >= 2);
    }

    @Test
    void request_isCutOff_whenItsBodyComesByteByByte() throws Exception {
        long before = broker.commands();
        try (Wire sized = wire()) {
            assertCutAfter(
                    LIMIT,
                    sized.send(HostileClients.POST + "Content-Length: 16000\r\n\r\n{")
                            .drip(PAUSE));
        }
        try (Wire chunked = wire()) {
            assertCutAfter(
                    LIMIT,
                    chunked.send(HostileClients.POST + "Transfer-Encoding: chunked\r\n\r\n2000\r\n{")
                            .drip(PAUSE));
        }
        assertEquals(before, broker.commands(), "half a request is none");
    }

    @Test
    void connection_isCutOff_whenNothingComes() throws Exception {
        Duration idle = Duration.ofMillis(1500);
        long began = System.nanoTime();
        try (Wire silent = wire()) {
            silent.awaitEnd();
            assertCutAfter(idle, Duration.ofNanos(System.nanoTime() - began));
        }
        began = System.nanoTime();
        // The rest of a second request never comes.
        try (Wire answered = wire()) {
            String read = answered.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\nGET /events HTTP/1.1\r\nX-")
                    .awaitEnd();
            assertTrue(read.startsWith("HTTP/1.1 200"), read);
            assertCutAfter(LIMIT, Duration.ofNanos(System.nanoTime() - began));
        }
    }

    @Test
    void body_isRefused_whenAGigabyteIsAnnounced() throws Exception {
        for (String length :
                List.of("Content-Length: 1073741824\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n40000000\r\n")) {
            try (Wire big = wire()) {
                big.send(HostileClients.POST + length);
                Thread sending = Thread.ofVirtual().start(big::sendAGigabyte);
                String read = big.awaitEnd();
                assertTrue(read.startsWith("HTTP/1.1 413"), read);
                assertTrue(read.contains("body-too-large") && read.contains("at most 16384 bytes"), read);
                sending.join();
            }
        }
    }

    /** The web server itself would read such a line until the memory is full. */
    @Test
    void connection_isCutOff_whenALineNeverEnds() throws Exception {
        try (Wire endless = wire()) {
            endless.send(HostileClients.POST + "Transfer-Encoding: chunked\r\n\r\n");
            endless.sendAGigabyte();
        }
        try (Wire endless = wire()) {
            endless.send("GET /");
            endless.sendAGigabyte();
        }
    }

    @Test
    void headers_areRefused_whenTheyAreTooLarge() throws Exception {
        try (Wire big = wire()) {
            String read = big.send("GET /events HTTP/1.1\r\nHost: x\r\nX-Big: " + "x".repeat(20_000) + "\r\n\r\n")
                    .awaitEnd();
            assertTrue(read.startsWith("HTTP/1.1 4") && read.contains("malformed-request"), read);
        }
    }

    /** Streams of orders take the same way to the socket. */
    @Test
    void answer_isCutOff_whenNobodyReadsIt() throws Exception {
        CompletableFuture<Duration> gaveUp = new CompletableFuture<>();
        HttpRouting.Builder routing = HttpRouting.builder().get("/endless", (request, response) -> {
            long began = System.nanoTime();
            response.header(HeaderNames.CONTENT_TYPE, "text/event-stream");
            try (OutputStream out = response.outputStream()) {
                while (true) {
                    out.write(new byte[64 * 1024]);
                    out.flush();
                }
            } catch (IOException | RuntimeException e) {
                gaveUp.complete(Duration.ofNanos(System.nanoTime() - began));
                throw e;
            }
        });
        var meters = new SimpleMeterRegistry();
        try (HttpPort port = HttpPort.listen(
                        new HttpPort.Setup(
                                "test",
                                "127.0.0.1",
                                0,
                                1024,
                                ConnectionConfig.from(Settings.of(SETTINGS)),
                                Optional.empty()),
                        routing,
                        meters);
                Wire deaf = new Wire(port.port())) {
            deaf.send("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
            assertCutAfter(LIMIT, gaveUp.get(30, TimeUnit.SECONDS));
            assertEquals(
                    1,
                    meters.counter("onsale.http.cut", "port", "test", "why", "write")
                            .count());
        }
    }

    @Test
    void connections_makeRoom_whenThereAreTooMany_andThoseWhoWaitForAnswersKeepTheirs() throws Exception {
        String buyer = "held-" + UUID.randomUUID();
        String path = http.buy(buyer, "r", OrdersEndToEndTest.TWO, "Prefer", "wait=10")
                .header("Location");
        var waiting = CompletableFuture.supplyAsync(() -> http.get(path, "Onsale-Buyer", buyer, "Prefer", "wait=20"));
        await().until(() -> metric("onsale_http_waiting") >= 1);
        List<Wire> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 4 * CONNECTIONS; i++) {
                idle.add(wire());
            }
            await().until(() -> metric("onsale_http_cut_total{port=\"http\",why=\"room\"}") >= 2 * CONNECTIONS);
            assertTrue(metric("onsale_http_connections{port=\"http\"}") <= 1.1 * CONNECTIONS);
            assertTrue(idle.getFirst().ended());
            decider.sell(path.substring(path.lastIndexOf('/') + 1));
            assertEquals("SOLD", waiting.join().text("/status"));
        } finally {
            for (Wire wire : idle) {
                wire.close();
            }
        }
    }

    @Test
    void others_goOnBuying_whileHostileClientsDoTheirWorst() throws Exception {
        try (HostileClients hostile = new HostileClients(service.httpPort())
                .silent(4 * CONNECTIONS)
                .slowHeaders(50)
                .gigabytes(2)
                .flood("flood", 1000)) {
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> metric("onsale_http_limited_total{by=\"buyer\"}") > 100
                            && metric("onsale_http_cut_total{port=\"http\",why=\"room\"}") > CONNECTIONS);
            for (int i = 0; i < 50; i++) {
                assertBuys("sold-" + UUID.randomUUID());
            }
            assertTrue(hostile.requestIds() > 100);
        }
    }

    /** A connection on which the last call was answered may be cut off at the moment of the next; then it is sent again. */
    private static void assertBuys(String buyer) {
        await().ignoreExceptions()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertEquals(
                        201,
                        http.buy(buyer, "r", OrdersEndToEndTest.TWO, "Prefer", "wait=10")
                                .status()));
    }
}
