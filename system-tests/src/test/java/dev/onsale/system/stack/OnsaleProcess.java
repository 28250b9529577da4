package dev.onsale.system.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.awaitility.Awaitility;

/** {@code ./onsale up} as a process of its own, started by the launcher on free loopback ports. */
public final class OnsaleProcess implements AutoCloseable {

    private static final Duration READY_WITHIN = Duration.ofSeconds(90);

    private final Path data;
    private final Map<String, String> settings;
    private final List<Integer> ports;
    private Process process;
    private Path output;
    private int starts;

    private OnsaleProcess(Path data, Map<String, String> settings) {
        this.data = data;
        this.settings = settings;
        this.ports = Machine.freePorts(4);
        start();
    }

    /** Starts on a data folder and waits until it is ready. */
    public static OnsaleProcess up(Path data) {
        return up(data, Map.of());
    }

    /** @param settings of the services, as they stand in the file of {@code --config} */
    public static OnsaleProcess up(Path data, Map<String, String> settings) {
        return new OnsaleProcess(data, settings);
    }

    /** Starts again on the same folder and the same ports. */
    public void start() {
        starts++;
        output = data.resolveSibling(data.getFileName() + "-" + starts + ".out");
        process = launch(
                output,
                "up",
                "--config",
                config().toString(),
                "--data",
                data.toString(),
                "--port",
                ports.get(0).toString(),
                "--admin-port",
                ports.get(1).toString(),
                "--kafka-port",
                ports.get(2).toString(),
                "--gateway-port",
                ports.get(3).toString());
        Awaitility.await()
                .atMost(READY_WITHIN)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new IllegalStateException(
                                "onsale up ended with " + process.exitValue() + ":\n" + output());
                    }
                    return output().lines().anyMatch(line -> line.startsWith("onsale is ready"));
                });
    }

    private Path config() {
        List<String> lines = settings.entrySet().stream()
                .map(setting -> setting.getKey() + "=" + setting.getValue())
                .toList();
        try {
            return Files.write(data.resolveSibling(data.getFileName() + ".properties"), lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL; returns when the process is gone. */
    public void kill9() {
        process.destroyForcibly();
        waitFor(process);
    }

    public long pid() {
        return process.pid();
    }

    public URI api() {
        return URI.create("http://127.0.0.1:" + ports.get(0));
    }

    public URI admin() {
        return URI.create("http://127.0.0.1:" + ports.get(1));
    }

    public String bootstrap() {
        return "127.0.0.1:" + ports.get(2);
    }

    public URI gateway() {
        return URI.create("http://127.0.0.1:" + ports.get(3));
    }

    public Path data() {
        return data;
    }

    public String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGTERM; kills after half a minute. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                kill9();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            kill9();
        }
    }

    /** What a command of the launcher printed and how it ended. */
    public record Ended(int exitCode, String output) {}

    /**
     * Starts a command of the launcher, for whoever ends it.
     *
     * @param output where what it prints goes
     */
    public static Process begin(Path output, String... arguments) {
        return launch(output, arguments);
    }

    /** Runs a command of the launcher to its end. */
    public static Ended run(String... arguments) {
        return ended(output -> launch(output, arguments));
    }

    /** Runs shell commands in a folder where {@code ./onsale} is the launcher. */
    public static Ended shell(Path folder, String commands) {
        try {
            Path launcher = folder.resolve("onsale");
            if (Files.notExists(launcher)) {
                Files.createSymbolicLink(launcher, root().resolve("onsale"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ended(output -> launch(output, folder, List.of("bash", "-euo", "pipefail", "-c", commands)));
    }

    private static Ended ended(Function<Path, Process> start) {
        try {
            Path output = Files.createTempFile("onsale-", ".out");
            Process process = start.apply(output);
            waitFor(process);
            String text = Files.readString(output);
            Files.delete(output);
            return new Ended(process.exitValue(), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Process launch(Path output, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(root().resolve("onsale").toString());
        command.addAll(List.of(arguments));
        return launch(output, Path.of("").toAbsolutePath(), command);
    }

    private static Process launch(Path output, Path folder, List<String> command) {
        try {
            ProcessBuilder onsale = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            // A process that lives for a minute does not earn back what the second compiler costs.
            onsale.environment().put("ONSALE_JAVA_OPTS", "-XX:TieredStopAtLevel=1");
            return onsale.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void waitFor(Process process) {
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The checkout. */
    public static Path root() {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("onsale"))) {
                return folder;
            }
        }
        throw new IllegalStateException("no launcher above " + Path.of("").toAbsolutePath());
    }
}
