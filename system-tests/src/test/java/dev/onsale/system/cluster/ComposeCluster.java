package dev.onsale.system.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.system.stack.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;

/** The stack of docker-compose.yml under a name and on ports of its own; gone, with its volumes, when closed. */
final class ComposeCluster implements AutoCloseable {

    static final String ADMIN_TOKEN = "compose-test";
    /** The gateway's own books, as programs inside the cluster reach them. */
    static final String LEDGER = "http://gateway-simulator:8082/simulator/ledger";

    private static final Path ROOT =
            Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
    private static final Path LOGS = Path.of("target", "compose-logs.txt");
    private static final List<String> PORTS =
            List.of("KAFKA_1", "KAFKA_2", "KAFKA_3", "REGISTRY", "HTTP_1", "HTTP_2", "ADMIN_1", "ADMIN_2", "GATEWAY");
    private static final Duration BUILD = Duration.ofMinutes(10);
    private static final Duration START = Duration.ofMinutes(10);
    private static final Duration OTHER = Duration.ofMinutes(2);

    private final List<String> compose;
    private final String project;
    private final Map<String, String> environment = new HashMap<>();

    private ComposeCluster(List<String> compose, String project) {
        this.compose = compose;
        this.project = project;
        environment.put("CLUSTER_ADMIN_TOKEN", ADMIN_TOKEN);
        // A dozen JVMs that live for minutes: compiling to the last would take all of a small machine.
        environment.put("CLUSTER_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1");
        PORTS.forEach(name -> environment.put("CLUSTER_" + name + "_PORT", Integer.toString(Machine.freePort())));
    }

    /** Builds the images from the jars of this Maven run, starts everything and waits until all of it is healthy. */
    static ComposeCluster start(List<String> compose) {
        for (String module : List.of("inventory-stream", "order-service", "payment-worker", "onsale-cli")) {
            assertTrue(
                    Files.isDirectory(ROOT.resolve(module).resolve("target").resolve("lib")),
                    () -> module + "/target/lib is missing; run mvn package first");
        }
        var cluster = new ComposeCluster(
                compose, "onsale-it-" + ProcessHandle.current().pid());
        try {
            cluster.compose(BUILD, "build");
            cluster.compose(START, "up", "-d", "--no-build");
            Awaitility.await("all containers healthy")
                    .atMost(START)
                    .pollInterval(Duration.ofSeconds(2))
                    .untilAsserted(() -> assertEquals(List.of(), cluster.notHealthy()));
            return cluster;
        } catch (RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
    }

    private List<String> notHealthy() {
        String containers = Docker.docker(
                        "ps",
                        "--all",
                        "--filter",
                        "label=com.docker.compose.project=" + project,
                        "--format",
                        "{{.Names}} {{.Status}}")
                .output();
        List<String> all = containers.lines().toList();
        assertTrue(!all.isEmpty(), "there are no containers");
        return all.stream()
                .filter(line -> !line.contains("(healthy)"))
                .filter(line -> !(line.contains("topics") && line.contains("Exited (0)")))
                .toList();
    }

    /** Base URL of a published port, such as {@code HTTP_1}. */
    String url(String port) {
        return "http://127.0.0.1:" + environment.get("CLUSTER_" + port + "_PORT");
    }

    /** Kills the container of a service with SIGKILL; it is not started again. */
    void kill(String service) {
        compose(OTHER, "kill", "-s", "SIGKILL", service);
    }

    /** Runs a command of onsale in a container of its own, with the options to reach this cluster at its end. */
    Shell.Ended onsale(Duration longest, String... arguments) {
        List<String> command = new ArrayList<>(List.of("run", "--rm", "-T", "cli"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--config", "/etc/onsale/cluster.properties"));
        return run(longest, command.toArray(String[]::new));
    }

    private void compose(Duration longest, String... arguments) {
        Shell.Ended ended = run(longest, arguments);
        assertTrue(ended.well(), () -> "compose " + String.join(" ", arguments) + " failed:\n" + ended.output());
    }

    private Shell.Ended run(Duration longest, String... arguments) {
        List<String> command = new ArrayList<>(compose);
        command.addAll(List.of("-p", project));
        command.addAll(List.of(arguments));
        return Shell.run(ROOT, environment, longest, command);
    }

    /** Keeps the logs of all containers in target/compose-logs.txt, then removes everything. */
    @Override
    public void close() {
        try {
            Files.writeString(LOGS, run(OTHER, "logs", "--no-color").output());
        } catch (IOException e) {
            System.out.println("The containers' logs are lost: " + e);
        } finally {
            run(OTHER, "down", "--volumes", "--timeout", "5");
        }
    }
}
