package dev.onsale.bench.edge;

import dev.onsale.bench.Folders;
import dev.onsale.cli.Onsale;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code onsale up} as the launcher starts it, on a folder that is gone when it is closed. */
final class Site implements AutoCloseable {

    private final Path folder;
    private final Process process;
    private final List<Integer> ports;

    private Site(Path folder, Process process, List<Integer> ports) {
        this.folder = folder;
        this.process = process;
        this.ports = ports;
    }

    /** Returns when it is ready. */
    static Site up() {
        try {
            Path folder = Files.createTempDirectory("onsale-bench-");
            List<Integer> ports = freePorts(4);
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx1g",
                            "-XX:+UseSerialGC",
                            "-Xlog:disable",
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Onsale.class.getName(),
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
            Site site = new Site(folder, process, ports);
            site.awaitReady();
            return site;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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

    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return sockets.stream().map(ServerSocket::getLocalPort).toList();
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
