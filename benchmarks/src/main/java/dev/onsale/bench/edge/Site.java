package dev.onsale.bench.edge;

import dev.onsale.bench.Folders;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** {@code ./onsale up} by the launcher of this checkout, on a folder that is gone when it is closed. */
final class Site implements AutoCloseable {

    private final Path folder;
    private final List<Integer> ports;
    private Process process;

    private Site(Path folder, List<Integer> ports) throws IOException {
        this.folder = folder;
        this.ports = ports;
        this.process = launch();
    }

    /** Starts on an empty folder; returns when it is ready. */
    static Site up() {
        try {
            Site site = new Site(Files.createTempDirectory("onsale-bench-"), freePorts(4));
            site.awaitReady();
            return site;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGTERM; returns when it is gone. */
    void stop() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }

    /** Starts it again on the same folder; returns when it is ready. */
    void start() throws IOException {
        process = launch();
        awaitReady();
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("onsale.home"), "onsale").toString(),
                        "up",
                        "--data",
                        folder.resolve("data").toString(),
                        "--port",
                        ports.get(0).toString(),
                        "--admin-port",
                        ports.get(1).toString(),
                        "--kafka-port",
                        ports.get(2).toString(),
                        "--gateway-port",
                        ports.get(3).toString())
                .redirectError(Redirect.to(folder.resolve("onsale.err").toFile()))
                .start();
    }

    private void awaitReady() throws IOException {
        // Left open, since the process says nothing more and ends with this one.
        BufferedReader says = process.inputReader(StandardCharsets.UTF_8);
        String line = says.readLine();
        while (line != null && !line.startsWith("onsale is ready")) {
            line = says.readLine();
        }
        if (line == null) {
            throw new IllegalStateException("onsale did not start: " + Files.readString(folder.resolve("onsale.err")));
        }
    }

    /** Below those that the system gives to outgoing connections: one of these could be taken before it is listened on. */
    private static List<Integer> freePorts(int count) {
        return new Random()
                .ints(10_000, 32_768)
                .distinct()
                .filter(Site::free)
                .limit(count)
                .boxed()
                .toList();
    }

    private static boolean free(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    URI api() {
        return URI.create("http://127.0.0.1:" + ports.get(0));
    }

    URI admin() {
        return URI.create("http://127.0.0.1:" + ports.get(1));
    }

    /** Properties of a client of its broker. */
    Map<String, Object> client() {
        return Map.of("bootstrap.servers", "127.0.0.1:" + ports.get(2));
    }

    /** Processor time that it has used so far. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    @Override
    public void close() {
        Folders.delete(folder, process);
    }
}
