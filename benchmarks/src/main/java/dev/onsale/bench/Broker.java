package dev.onsale.bench;

import dev.onsale.cli.TopicPlan;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/** A broker in a process and a folder of its own, with the topics of onsale; both are gone when it is closed. */
public final class Broker implements AutoCloseable {

    /** Every benchmark has as many, so that figures can be compared. */
    public static final int PARTITIONS = 4;

    private final Path folder;
    private final Process process;
    private final String bootstrapServers;

    private Broker(Path folder, Process process, String bootstrapServers) {
        this.folder = folder;
        this.process = process;
        this.bootstrapServers = bootstrapServers;
    }

    public static Broker start() {
        try {
            Path folder = Files.createTempDirectory("onsale-bench-");
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx1g",
                            "-XX:+UseSerialGC",
                            "-Xlog:disable",
                            "-cp",
                            System.getProperty("java.class.path"),
                            BrokerMain.class.getName(),
                            folder.resolve("kafka").toString())
                    .redirectError(Redirect.INHERIT)
                    .start();
            BufferedReader says = process.inputReader(StandardCharsets.UTF_8);
            String bootstrapServers = says.readLine();
            if (bootstrapServers == null) {
                throw new IllegalStateException("the broker did not start; what it said is above");
            }
            var broker = new Broker(folder, process, bootstrapServers);
            try (Admin admin = Admin.create(broker.client())) {
                new TopicPlan(PARTITIONS, 1).apply(admin, Duration.ofSeconds(30));
            }
            return broker;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Properties of a client. */
    public Map<String, Object> client() {
        return Map.of("bootstrap.servers", bootstrapServers);
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** A folder for whatever runs beside it; gone with it. */
    public Path folder(String name) {
        return folder.resolve(name);
    }

    /** Processor time that the broker has used so far. */
    public Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    @Override
    public void close() {
        Folders.delete(folder, process);
    }
}
