package dev.onsale.schemas;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract against a real registry, Apicurio, in a process of its own. The build unpacks it into {@code target/apicurio}. */
class ApicurioIT extends SchemaRegistryContract {

    private static final Path HOME = Path.of("target", "apicurio");
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static int port;
    private static Process process;

    @BeforeAll
    static void start() throws IOException {
        port = unusedPort();
        Path log = HOME.resolve("registry.log");
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-Dquarkus.http.host=127.0.0.1",
                        "-Dquarkus.http.port=" + port,
                        "-jar",
                        HOME.resolve("quarkus-run.jar").toAbsolutePath().toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        await("the registry").atMost(Duration.ofMinutes(3)).until(() -> {
            assertTrue(process.isAlive(), () -> "the registry has ended; see " + log + "\n" + read(log));
            return answers();
        });
    }

    @AfterAll
    static void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }

    @Override
    String url() {
        return base() + "/apis/ccompat/v7";
    }

    @Override
    void requireCompatibility(String subject) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url() + "/config/" + subject))
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString("{\"compatibility\":\"BACKWARD\"}"))
                .build();
        assertEquals(200, HTTP.send(request, BodyHandlers.ofString()).statusCode());
    }

    @Test
    void mistakenAddress_isNotTakenForAnUnknownSchema() {
        SchemaIds mistaken = SchemaRegistry.from(base() + "/apis/ccompat/v0", "", "");
        var failure = assertThrows(RegistryUnavailableException.class, () -> mistaken.schemaOf(1));
        assertTrue(String.valueOf(failure.getMessage()).contains("/apis/ccompat/v7"), failure.getMessage());
    }

    private static String base() {
        return "http://127.0.0.1:" + port;
    }

    private static boolean answers() throws InterruptedException {
        try {
            var request = HttpRequest.newBuilder(URI.create(base() + "/apis/ccompat/v7/subjects"))
                    .timeout(Duration.ofSeconds(10))
                    .build();
            return HTTP.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "(no log)";
        }
    }

    private static int unusedPort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
