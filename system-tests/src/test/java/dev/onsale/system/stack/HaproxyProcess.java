package dev.onsale.system.stack;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** HAProxy with the configuration of {@code deploy/}, on loopback: only its addresses, socket and user are others. */
public final class HaproxyProcess implements AutoCloseable {

    private static final String PROGRAM = "haproxy";

    private final Path socket;
    private final int port;
    private final Process process;

    private HaproxyProcess(Path socket, int port, Process process) {
        this.socket = socket;
        this.port = port;
        this.process = process;
        // A test run that is stopped must not leave one behind.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    /** Public port and admin port of an instance of order-service. */
    public record Instance(int http, int admin) {}

    /** Skips the test, and prints why, when this machine has no HAProxy. */
    public static void assume() {
        Machine.requireOrSkip(PROGRAM);
    }

    public static HaproxyProcess start(Path folder, Instance stable, Instance candidate) throws IOException {
        Path socket = folder.resolve("haproxy.sock");
        int port = Machine.freePort();
        String shipped = Files.readString(OnsaleProcess.root().resolve("deploy/haproxy/haproxy.cfg"));
        Path config = folder.resolve("haproxy.cfg");
        Files.writeString(
                config,
                shipped.replace("/run/haproxy/onsale.sock group haproxy", socket.toString())
                        .replace("    user haproxy\n    group haproxy\n", "")
                        .replace("bind :8000", "bind 127.0.0.1:" + port)
                        .replace("127.0.0.1:8080", "127.0.0.1:" + stable.http())
                        .replace("port 8081", "port " + stable.admin())
                        .replace("127.0.0.1:8090", "127.0.0.1:" + candidate.http())
                        .replace("port 8091", "port " + candidate.admin()));
        Path output = folder.resolve("haproxy.out");
        Process process = new ProcessBuilder(
                        Machine.program(PROGRAM).orElseThrow().toString(), "-db", "-f", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(output.toFile()))
                .start();
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("HAProxy ended: " + Files.readString(output));
            }
            return Files.exists(socket);
        });
        return new HaproxyProcess(socket, port, process);
    }

    /** Its runtime socket. */
    public String socket() {
        return socket.toString();
    }

    /** Where buyers reach it. */
    public URI buyers() {
        return URI.create("http://127.0.0.1:" + port);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
