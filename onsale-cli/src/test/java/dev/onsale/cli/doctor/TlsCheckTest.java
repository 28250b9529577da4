package dev.onsale.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.cli.Onsale;
import dev.onsale.orders.connections.ConnectionConfig;
import dev.onsale.orders.http.HttpPort;
import dev.onsale.orders.tls.Certificates;
import dev.onsale.orders.tls.TlsConfig;
import dev.onsale.runtime.OperatorError;
import dev.onsale.runtime.Settings;
import io.helidon.webserver.http.HttpRouting;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the doctor says of servers with TLS that run here. */
class TlsCheckTest {

    private static final HeldCertificate ROOT = new HeldCertificate.Builder()
            .commonName("Test authority")
            .certificateAuthority(0)
            .duration(3650, TimeUnit.DAYS)
            .build();

    @TempDir
    private Path folder;

    private final List<AutoCloseable> parts = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable part : parts.reversed()) {
            part.close();
        }
    }

    private static HeldCertificate issue(Duration left) {
        Instant now = Instant.now();
        return new HeldCertificate.Builder()
                .commonName("onsale")
                .addSubjectAlternativeName("127.0.0.1")
                .serialNumber(0xabc)
                .validityInterval(
                        now.minus(Duration.ofDays(1)).toEpochMilli(),
                        now.plus(left).toEpochMilli())
                .signedBy(ROOT)
                .build();
    }

    private Path file(String name, String text) throws Exception {
        return Files.writeString(folder.resolve(name), text);
    }

    /** @return the port */
    private int onsale(HeldCertificate certificate) throws Exception {
        Path pem = file(
                "tls.pem", certificate.certificatePem() + ROOT.certificatePem() + certificate.privateKeyPkcs8Pem());
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        TlsConfig config = TlsConfig.from(
                        Settings.of(Map.of("tls.certificate", pem.toString(), "tls.key", pem.toString())))
                .orElseThrow();
        Certificates certificates = Certificates.open(config, InstantSource.system(), meters);
        parts.add(certificates);
        HttpPort port = HttpPort.listen(
                new HttpPort.Setup(
                        "test",
                        "127.0.0.1",
                        0,
                        1024,
                        ConnectionConfig.from(Settings.of(Map.of())),
                        Optional.of(certificates)),
                HttpRouting.builder(),
                meters);
        parts.add(port);
        return port.port();
    }

    /** A server by the JDK's own TLS, which also serves what has expired. @return the port */
    private int classical(HeldCertificate certificate, String protocol) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                new KeyManager[] {
                    new HandshakeCertificates.Builder()
                            .heldCertificate(certificate)
                            .build()
                            .keyManager()
                },
                null,
                null);
        SSLServerSocket server = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        parts.add(server);
        server.setEnabledProtocols(new String[] {protocol});
        Thread.ofVirtual().start(() -> {
            try (SSLSocket socket = (SSLSocket) server.accept()) {
                socket.startHandshake();
                socket.getInputStream().read();
            } catch (IOException e) {
                // The other side has gone.
            }
        });
        return server.getLocalPort();
    }

    private List<Finding> look(int port, HeldCertificate... roots) {
        return TlsCheck.of(
                Handshake.with(
                        new Handshake.Server("127.0.0.1", port),
                        Stream.of(roots).map(HeldCertificate::certificate).toList()),
                "what was given",
                Instant.now());
    }

    private static void assertSays(List<Finding> findings, Finding.Level level, String what) {
        assertTrue(
                findings.stream()
                        .anyMatch(finding ->
                                finding.level() == level && finding.what().contains(what)),
                () -> level + " " + what + " is not among " + findings);
    }

    @Test
    void hybridGroupAndChain_areTold_ofOurOwnPort() throws Exception {
        List<Finding> findings = look(onsale(issue(Duration.ofDays(90))), ROOT);
        assertTrue(findings.stream().allMatch(finding -> finding.level() == Finding.Level.OK), findings::toString);
        assertSays(findings, Finding.Level.OK, "speaks TLSv1.3 with TLS_AES");
        assertSays(findings, Finding.Level.OK, "X25519MLKEM768 (0x11ec)");
        assertSays(
                findings,
                Finding.Level.OK,
                "certificate 1: CN=onsale for 127.0.0.1, number abc, issued by CN=Test authority");
        assertSays(findings, Finding.Level.OK, "(89 days)");
        assertSays(findings, Finding.Level.OK, "certificate 2: CN=Test authority");
        assertSays(findings, Finding.Level.OK, "verifies against what was given, for the name 127.0.0.1");
    }

    @Test
    void classicalGroup_isWarnedOf() throws Exception {
        for (String protocol : List.of("TLSv1.3", "TLSv1.2")) {
            List<Finding> findings = look(classical(issue(Duration.ofDays(90)), protocol), ROOT);
            assertSays(findings, Finding.Level.OK, "speaks " + protocol);
            assertSays(findings, Finding.Level.WARN, "X25519 (0x001d)");
        }
    }

    @Test
    void certificate_isWarnedOf_whenItExpiresSoon() throws Exception {
        assertSays(look(onsale(issue(Duration.ofDays(5))), ROOT), Finding.Level.WARN, "(4 days)");
    }

    @Test
    void certificate_fails_whenItHasExpired() throws Exception {
        List<Finding> findings = look(classical(issue(Duration.ofHours(-1)), "TLSv1.3"), ROOT);
        assertSays(findings, Finding.Level.FAIL, "has expired");
        assertSays(findings, Finding.Level.FAIL, "does not verify");
    }

    @Test
    void chain_fails_whenItsAuthorityOrNameIsAnother() throws Exception {
        int port = onsale(issue(Duration.ofDays(90)));
        assertSays(look(port), Finding.Level.FAIL, "does not verify");
        List<Finding> elsewhere = TlsCheck.of(
                Handshake.with(new Handshake.Server("localhost", port), List.of(ROOT.certificate())),
                "what was given",
                Instant.now());
        assertSays(elsewhere, Finding.Level.FAIL, "localhost");
    }

    @Test
    void server_isNamed_byHostAndPort() {
        assertEquals(new Handshake.Server("h", 443), TlsCheck.server("h"));
        assertEquals(new Handshake.Server("h", 8443), TlsCheck.server("h:8443"));
        assertEquals(new Handshake.Server("::1", 8443), TlsCheck.server("[::1]:8443"));
        assertEquals(new Handshake.Server("::1", 443), TlsCheck.server("[::1]"));
        for (String wrong : List.of("", ":1", "h:", "h:0", "h:65536", "h:x")) {
            assertThrows(OperatorError.class, () -> TlsCheck.server(wrong), wrong);
        }
    }

    @Test
    void nothing_isSeen_whenNoTlsIsThere() throws Exception {
        int nobody;
        try (ServerSocket free = new ServerSocket(0)) {
            nobody = free.getLocalPort();
        }
        String message = String.valueOf(
                assertThrows(OperatorError.class, () -> look(nobody)).getMessage());
        assertTrue(message.startsWith("No TLS connection to 127.0.0.1:" + nobody + " comes about"), message);
    }

    @Test
    void command_printsFindings_andNeedsNoBroker() throws Exception {
        int port = onsale(issue(Duration.ofDays(90)));
        Path ca = file("ca.pem", ROOT.certificatePem());
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            assertEquals(
                    0,
                    Onsale.commandLine(Map.of())
                            .execute("doctor", "--tls", "127.0.0.1:" + port, "--ca", ca.toString(), "--json"));
            assertEquals(1, Onsale.commandLine(Map.of()).execute("doctor", "--tls", "127.0.0.1:" + port));
        } finally {
            System.setOut(before);
        }
        String text = printed.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains("{\"level\":\"ok\",\"what\":\"keys were agreed on by X25519MLKEM768 (0x11ec)"), text);
        assertTrue(text.contains("FAIL  the chain does not verify against the JDK's root certificates"), text);
    }
}
