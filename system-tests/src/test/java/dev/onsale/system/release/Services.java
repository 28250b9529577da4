package dev.onsale.system.release;

import dev.onsale.cli.TopicPlan;
import dev.onsale.cli.embedded.EmbeddedBroker;
import dev.onsale.inventory.InventoryMain;
import dev.onsale.orders.OrderServiceMain;
import dev.onsale.payments.PaymentWorkerMain;
import dev.onsale.payments.simulator.GatewaySimulator;
import dev.onsale.payments.simulator.SimulatorConfig;
import dev.onsale.runtime.Settings;
import dev.onsale.system.stack.Machine;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;

/**
 * Two of every service, each in a process of its own that a script starts and restarts, as a team does with its own machines; the
 * broker and the gateway are in this one. A build is a jar that goes before the class path.
 */
final class Services implements AutoCloseable {

    static final int PARTITIONS = 4;
    /** After so long the brokers take a decider that is silent for dead. */
    static final Duration SESSION = Duration.ofSeconds(10);

    /** What all instances run at first. */
    static final String FIRST_BUILD = "1.4.0";

    /** Stops an instance and starts it with another build. */
    private static final String RESTART = """
            set -eu
            cd "$(dirname "$0")"
            pid=$(cat "$ROLL_INSTANCE.pid" 2>/dev/null || true)
            if [ -n "$pid" ] && kill "$pid" 2>/dev/null; then
              while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
            fi
            nohup "$JAVA" -Xmx192m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED \\
              -cp "$ROLL_BUILD.jar:$CLASS_PATH" $(cat "$ROLL_INSTANCE.args") >> "$ROLL_INSTANCE.out" 2>&1 < /dev/null &
            echo $! > "$ROLL_INSTANCE.pid"
            """;

    private final Path folder;
    private final EmbeddedBroker broker;
    private final GatewaySimulator gateway;
    /** Health and admin ports by instance, in the order in which they are rolled. */
    private final Map<String, Integer> ports = new LinkedHashMap<>();

    private final Map<String, Integer> publicPorts = new LinkedHashMap<>();

    private Services(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        broker = EmbeddedBroker.start(folder.resolve("kafka"), 0, () -> System.out.println("the broker failed"));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
            new TopicPlan(PARTITIONS, 1).apply(admin, Duration.ofSeconds(30));
        }
        gateway = GatewaySimulator.start(SimulatorConfig.from(Settings.of(Map.of(
                "gateway.port",
                "0",
                "gateway.ledger",
                folder.resolve("ledger.jsonl").toString()))));
        Files.writeString(
                folder.resolve("restart.sh"),
                "JAVA='" + Path.of(System.getProperty("java.home"), "bin", "java") + "'\nCLASS_PATH='"
                        + System.getProperty("java.class.path") + "'\n" + RESTART);
        jar(FIRST_BUILD, Map.of("build.txt", "the same as on the class path"));
        for (int number = 1; number <= 2; number++) {
            inventory(number);
            orders(number);
            worker(number);
        }
        for (String instance : ports.keySet()) {
            restart(instance, FIRST_BUILD);
        }
    }

    static Services start(Path folder) throws IOException, InterruptedException {
        return new Services(folder);
    }

    private void inventory(int number) throws IOException {
        instance(
                "inventory-" + number,
                InventoryMain.class,
                "health.port",
                "--instance.id inventory-" + number + " --session.timeout.ms " + SESSION.toMillis());
    }

    private void orders(int number) throws IOException {
        int port = Machine.freePort();
        publicPorts.put("order-" + number, port);
        instance(
                "order-" + number,
                OrderServiceMain.class,
                "admin.port",
                "--http.port " + port + " --num.standby.replicas 1 --drain.ms 1000");
    }

    private void worker(int number) throws IOException {
        instance(
                "worker-" + number,
                PaymentWorkerMain.class,
                "health.port",
                "--gateway.url http://127.0.0.1:" + gateway.port() + " --flags.snapshot.file "
                        + folder.resolve("worker-" + number + ".flags.json"));
    }

    private void instance(String name, Class<?> main, String portSetting, String options) throws IOException {
        int port = Machine.freePort();
        ports.put(name, port);
        String state = main == PaymentWorkerMain.class ? "" : " --state.dir " + folder.resolve(name);
        Files.writeString(
                folder.resolve(name + ".args"),
                main.getName() + " --bootstrap.servers " + bootstrap() + " --" + portSetting + " " + port + state + " "
                        + options);
    }

    private void restart(String instance, String build) throws IOException, InterruptedException {
        ProcessBuilder shell =
                new ProcessBuilder("sh", folder.resolve("restart.sh").toString()).inheritIO();
        shell.environment().put("ROLL_INSTANCE", instance);
        shell.environment().put("ROLL_BUILD", build);
        if (shell.start().waitFor() != 0) {
            throw new IllegalStateException(instance + " cannot be started");
        }
    }

    /** A build: this one with some files replaced. */
    void jar(String build, Map<String, String> files) throws IOException {
        try (OutputStream out = Files.newOutputStream(folder.resolve(build + ".jar"));
                JarOutputStream entries = new JarOutputStream(out)) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                entries.putNextEntry(new JarEntry(file.getKey()));
                entries.write(file.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    /** All of them: deciders first, workers last. */
    List<String> instances() {
        return ports.keySet().stream().sorted().toList();
    }

    /** Writes the plan for rolling some of them. */
    void plan(List<String> instances, String more) throws IOException {
        List<String> lines = new ArrayList<>(List.of(
                "instances = " + String.join(", ", instances),
                "restart = sh '" + folder.resolve("restart.sh") + "'",
                more));
        instances.forEach(name -> lines.add(name + ".url = http://127.0.0.1:" + ports.get(name)));
        Files.write(folder.resolve("roll.properties"), lines);
    }

    String bootstrap() {
        return broker.bootstrapServers();
    }

    /** Public addresses of order-service by the addresses of their admin ports. */
    Map<URI, URI> shops() {
        Map<URI, URI> shops = new LinkedHashMap<>();
        publicPorts.forEach((name, port) ->
                shops.put(URI.create("http://127.0.0.1:" + ports.get(name)), URI.create("http://127.0.0.1:" + port)));
        return shops;
    }

    /** Addresses of all health ports. */
    List<URI> health() {
        return ports.values().stream()
                .map(port -> URI.create("http://127.0.0.1:" + port))
                .toList();
    }

    /** From the moment when a decider was first told to stop, until another one had taken something over. */
    Duration handedOver(String from, String to) {
        LocalTime told = times(from, "-> PENDING_SHUTDOWN").findFirst().orElseThrow();
        return times(to, " assigned: ")
                .filter(at -> at.isAfter(told))
                .findFirst()
                .map(at -> Duration.between(told, at))
                .orElseThrow();
    }

    /** When an instance wrote a line with this text in it. */
    private Stream<LocalTime> times(String instance, String text) {
        try {
            return Files.readAllLines(folder.resolve(instance + ".out")).stream()
                    .filter(line -> line.contains(text))
                    .map(line -> LocalTime.parse(line.substring(0, line.indexOf(' '))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills the instances, by the ids that the script wrote down. */
    @Override
    public void close() {
        for (String instance : ports.keySet()) {
            try {
                long pid = Long.parseLong(
                        Files.readString(folder.resolve(instance + ".pid")).strip());
                ProcessHandle.of(pid).ifPresent(process -> {
                    process.destroyForcibly();
                    process.onExit().join();
                });
            } catch (IOException e) {
                System.out.println(instance + " was never started");
            }
        }
        gateway.close();
        broker.close();
    }
}
