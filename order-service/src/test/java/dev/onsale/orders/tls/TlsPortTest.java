package dev.onsale.orders.tls;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.orders.connections.ConnectionConfig;
import dev.onsale.orders.http.HttpPort;
import dev.onsale.runtime.Settings;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerResponse;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import okhttp3.tls.HeldCertificate;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A port with TLS, seen from outside. */
@Timeout(120)
class TlsPortTest {

    private static final int X25519MLKEM768 = 0x11ec;
    private static final int X25519 = 0x001d;
    private static final int P_256 = 0x0017;
    private static final int SWAPS = Integer.getInteger("tls.swaps", 20);
    private static final List<String> GROUPS = List.of("X25519MLKEM768", "X25519", "P-256", "P-384");

    @TempDir
    private Path folder;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final List<AutoCloseable> parts = new ArrayList<>();
    private Authority authority;
    private int port;

    @BeforeEach
    void start() throws Exception {
        authority = new Authority(folder);
        authority.install(authority.issue(1, Duration.ofDays(1)));
        port = listen("test", GROUPS, Map.of());
    }

    @AfterEach
    void stop() throws Exception {
        stopped.countDown();
        for (AutoCloseable part : parts.reversed()) {
            part.close();
        }
    }

    private TlsConfig config(List<String> groups) throws IOException {
        return new TlsConfig(
                List.of(new PemPair(authority.certificateFile(), authority.keyFile())),
                groups,
                false,
                Optional.of(authority.ca()),
                Duration.ofMillis(10));
    }

    /** @param name the port's in metrics */
    private int listen(String name, List<String> groups, Map<String, String> connections) throws IOException {
        Certificates certificates = Certificates.open(config(groups), InstantSource.system(), meters);
        parts.add(certificates);
        HttpRouting.Builder routing = HttpRouting.builder()
                .get("/ok", (_, response) -> response.send("fine"))
                .get("/stream", (_, response) -> stream(response))
                .get("/endless", (_, response) -> endless(response));
        HttpPort http = HttpPort.listen(
                new HttpPort.Setup(
                        name,
                        "127.0.0.1",
                        0,
                        1024,
                        ConnectionConfig.from(Settings.of(connections)),
                        Optional.of(certificates)),
                routing,
                meters);
        parts.add(http);
        return http.port();
    }

    private void stream(ServerResponse response) throws IOException, InterruptedException {
        response.header(HeaderNames.CONTENT_TYPE, "text/event-stream");
        try (OutputStream out = response.outputStream()) {
            for (int i = 0; !stopped.await(10, TimeUnit.MILLISECONDS); i++) {
                out.write(("data: " + i + "\n\n").getBytes(StandardCharsets.US_ASCII));
                out.flush();
            }
        }
    }

    private static void endless(ServerResponse response) throws IOException {
        try (OutputStream out = response.outputStream()) {
            while (true) {
                out.write(new byte[64 * 1024]);
            }
        }
    }

    private OptionalInt negotiated(SSLContext client, int to, String... protocols) throws IOException {
        try (Relay relay = new Relay(to);
                TlsWire wire = new TlsWire(client, relay.port(), protocols)) {
            assertEquals("fine", wire.get("/ok"));
            return relay.group();
        }
    }

    @Test
    void handshake_negotiatesTheHybridGroup_seenFromOutside() throws Exception {
        assertEquals(OptionalInt.of(X25519MLKEM768), negotiated(authority.conscrypt(), port));
    }

    @Test
    void handshake_negotiatesAClassicalGroup_whenTheClientHasNoOther() throws Exception {
        assertEquals(OptionalInt.of(X25519), negotiated(authority.jdk(), port));
        assertEquals(OptionalInt.of(X25519), negotiated(authority.jdk(), port, "TLSv1.2"));
    }

    /** The client guesses another group than the server's only one, and is asked to guess again. */
    @Test
    void handshake_negotiatesWhatIsSet() throws Exception {
        int strange = listen("strange", List.of("P-256"), Map.of());
        assertEquals(OptionalInt.of(P_256), negotiated(authority.conscrypt(), strange));
        assertEquals(OptionalInt.of(P_256), negotiated(authority.jdk(), strange));
    }

    @Test
    void oldProtocolsAndCiphers_areRefused() throws Exception {
        SSLContext client = SSLContext.getInstance("TLS");
        client.init(null, null, null);
        try (var socket = (javax.net.ssl.SSLSocket) client.getSocketFactory().createSocket("127.0.0.1", port)) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.setEnabledCipherSuites(new String[] {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"});
            assertThrows(SSLException.class, socket::startHandshake);
        }
        await().until(() -> failedHandshakes() == 1);
    }

    private double failedHandshakes() {
        return meters.counter("onsale.tls.handshakes.failed", "port", "test").count();
    }

    private double cut(String why) {
        return meters.counter("onsale.http.cut", "port", "impatient", "why", why)
                .count();
    }

    @Test
    void connection_isKept_andItsEndIsTold() throws Exception {
        for (SSLContext client : List.of(authority.jdk(), authority.conscrypt())) {
            try (TlsWire wire = new TlsWire(client, port)) {
                assertEquals("fine", wire.get("/ok"));
                assertEquals("fine", wire.get("/ok"));
                String refusal = wire.write("no request\r\n\r\n").untilTheEnd();
                assertTrue(refusal.startsWith("HTTP/1.1 400"), refusal);
            }
        }
    }

    /** One thread for each of these would be lost for the time of its patience. */
    @Test
    void connection_isCut_whenNoHandshakeComes() throws Exception {
        int impatient = listen("impatient", GROUPS, Map.of("http.request.timeout.ms", "1000"));
        try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), impatient);
                Socket half = new Socket(InetAddress.getLoopbackAddress(), impatient)) {
            half.getOutputStream().write(new byte[] {22, 3, 1, 2, 0, 1, 0});
            assertEquals(-1, silent.getInputStream().read());
            assertEquals(-1, half.getInputStream().read());
        }
        assertEquals(2, cut("handshake"));
    }

    @Test
    void connection_isEnded_whenItSpeaksNoTls() throws Exception {
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), port)) {
            plain.getOutputStream().write("GET /ok HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(plain.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertFalse(answer.contains("HTTP"), answer);
        }
        await().until(() -> failedHandshakes() == 1);
    }

    @Test
    void answer_isCutOff_whenNobodyReadsIt() throws Exception {
        int impatient = listen("impatient", GROUPS, Map.of("http.write.timeout.ms", "1000"));
        try (TlsWire deaf = new TlsWire(authority.jdk(), impatient)) {
            deaf.send("/endless");
            await().atMost(Duration.ofSeconds(20)).until(() -> cut("write") == 1);
            await().until(() -> meters.get("onsale.http.connections")
                            .tag("port", "impatient")
                            .gauge()
                            .value()
                    == 0);
        }
    }

    @Test
    void instances_callEachOther_withTheHybridGroup_andVerifyWhomTheyCall() throws Exception {
        TlsConfig config = config(GROUPS);
        try (Relay relay = new Relay(port);
                InstanceCalls calls = InstanceCalls.open(Optional.of(config))) {
            HttpRequest request = HttpRequest.newBuilder(calls.uri(new HostInfo("127.0.0.1", relay.port()), "/ok"))
                    .build();
            assertEquals(
                    "fine",
                    calls.client().send(request, BodyHandlers.ofString()).body());
            assertEquals(OptionalInt.of(X25519MLKEM768), relay.group());
        }
        Authority stranger = new Authority(folder);
        TlsConfig other = new TlsConfig(config.pairs(), GROUPS, false, Optional.of(stranger.ca()), config.refresh());
        assertThrows(IOException.class, () -> call(other, "127.0.0.1"));
        Instant now = Instant.now();
        authority.install(new HeldCertificate.Builder()
                .addSubjectAlternativeName("elsewhere.example")
                .serialNumber(2)
                .validityInterval(
                        now.minusSeconds(60).toEpochMilli(),
                        now.plusSeconds(600).toEpochMilli())
                .signedBy(authority.root())
                .build());
        await().until(() ->
                meters.get("onsale.tls.certificate.renewals").counter().count() == 1);
        assertThrows(IOException.class, () -> call(config(GROUPS), "127.0.0.1"));
    }

    private String call(TlsConfig config, String host) throws IOException, InterruptedException {
        try (InstanceCalls calls = InstanceCalls.open(Optional.of(config))) {
            return calls.client()
                    .send(
                            HttpRequest.newBuilder(calls.uri(new HostInfo(host, port), "/ok"))
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        }
    }

    /** Callers who go on while certificates are swapped. */
    private final class Load {
        private final Queue<String> errors = new ConcurrentLinkedQueue<>();
        private final AtomicLong calls = new AtomicLong();
        private final AtomicLong connections = new AtomicLong();
        private final AtomicLong events = new AtomicLong();
        private final List<Thread> threads = new ArrayList<>();

        private interface Caller {
            void call() throws IOException, InterruptedException;
        }

        private void run(String what, Caller caller) {
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    while (!stopped.await(2, TimeUnit.MILLISECONDS)) {
                        caller.call();
                    }
                } catch (IOException | InterruptedException | RuntimeException e) {
                    if (stopped.getCount() > 0) {
                        errors.add(what + ": " + e);
                    }
                }
            }));
        }

        /** Each ends after its connection's last call. */
        void keepAlive(SSLContext client) throws IOException {
            TlsWire wire = new TlsWire(client, port);
            parts.add(wire);
            run("kept connection", () -> {
                wire.get("/ok");
                calls.incrementAndGet();
            });
        }

        void anew(SSLContext client) {
            run("new connection", () -> {
                try (TlsWire wire = new TlsWire(client, port)) {
                    wire.get("/ok");
                    connections.incrementAndGet();
                }
            });
        }

        void stream(SSLContext client) throws IOException {
            TlsWire wire = new TlsWire(client, port).send("/stream");
            parts.add(wire);
            run("stream", () -> {
                if (wire.line().startsWith("data:")) {
                    events.incrementAndGet();
                }
            });
        }

        void end() throws InterruptedException {
            stopped.countDown();
            for (Thread thread : threads) {
                thread.join(Duration.ofSeconds(10));
            }
        }
    }

    @Test
    void connections_areNotDropped_whileCertificatesAreSwapped() throws Exception {
        List<HeldCertificate> next = new ArrayList<>();
        for (int serial = 2; serial <= SWAPS + 1; serial++) {
            next.add(authority.issue(serial, Duration.ofDays(serial)));
        }
        SSLContext client = authority.jdk();
        Load load = new Load();
        load.keepAlive(authority.jdk());
        load.keepAlive(authority.conscrypt());
        load.anew(authority.jdk());
        load.anew(authority.conscrypt());
        load.stream(authority.conscrypt());
        long began = System.nanoTime();
        try (TlsWire first = new TlsWire(authority.jdk(), port)) {
            for (HeldCertificate certificate : next) {
                authority.install(certificate);
                long serial = certificate.certificate().getSerialNumber().longValue();
                await().pollInterval(Duration.ofMillis(10)).until(() -> serialOfANewConnection(client) == serial);
                assertTrue(load.errors.isEmpty(), load.errors::toString);
            }
            assertEquals("fine", first.get("/ok"), "a connection that was idle all the time");
            assertEquals(1, first.serial());
        }
        load.end();
        assertTrue(load.errors.isEmpty(), load.errors::toString);
        System.out.println(SWAPS + " swaps in "
                + Duration.ofNanos(System.nanoTime() - began).toMillis() + " ms: "
                + load.calls + " calls on 2 kept connections, " + load.connections + " new connections, " + load.events
                + " events of a stream, no error");
        assertEquals(
                SWAPS, meters.get("onsale.tls.certificate.renewals").counter().count());
        assertEquals(0, failedHandshakes());
        assertTrue(load.calls.get() > SWAPS, "calls are made all the time");
        assertTrue(load.connections.get() > SWAPS, "connections are made all the time");
        assertTrue(load.events.get() > SWAPS, "events come all the time");
    }

    private long serialOfANewConnection(SSLContext client) throws IOException {
        try (TlsWire wire = new TlsWire(client, port)) {
            return wire.serial();
        }
    }

    /** New keys for tickets with each certificate: a session does not outlive it. */
    @Test
    void session_isNotResumed_withAnotherCertificate() throws Exception {
        SSLContext client = authority.jdk();
        try (TlsWire wire = new TlsWire(client, port)) {
            assertEquals("fine", wire.get("/ok"));
            assertEquals(1, wire.serial());
        }
        authority.install(authority.issue(2, Duration.ofDays(2)));
        await().until(() -> {
            try (TlsWire wire = new TlsWire(client, port)) {
                return wire.serial() == 2;
            }
        });
    }

    @Test
    void port_closes_whileConnectionsAreIdle() throws Exception {
        try (TlsWire idle = new TlsWire(authority.jdk(), port)) {
            assertEquals("fine", idle.get("/ok"));
            CompletableFuture<Void> closed = CompletableFuture.runAsync(() -> {
                try {
                    parts.removeLast().close();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            closed.get(10, TimeUnit.SECONDS);
        }
    }
}
