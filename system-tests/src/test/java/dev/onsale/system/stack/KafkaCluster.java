package dev.onsale.system.stack;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kafka.Kafka;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.awaitility.Awaitility;

/**
 * Three Kafka brokers as in production, each a process of its own that can be killed: every topic has three replicas, and a
 * write is acknowledged when two have it.
 */
public final class KafkaCluster implements AutoCloseable {

    public static final int SIZE = 3;

    private static final Duration STARTS_WITHIN = Duration.ofMinutes(2);

    private final Path folder;
    private final List<Integer> ports;
    private final List<Process> brokers = new ArrayList<>();

    private KafkaCluster(Path folder, List<Integer> ports) {
        this.folder = folder;
        this.ports = ports;
    }

    /** Starts three brokers; returns when all of them take clients. */
    public static KafkaCluster start(Path folder) throws Exception {
        var cluster = new KafkaCluster(folder, Machine.freePorts(3 * SIZE + 1));
        // A test run that is stopped must not leave brokers behind.
        Runtime.getRuntime().addShutdownHook(new Thread(cluster::close));
        String clusterId = Uuid.randomUuid().toString();
        for (int broker = 0; broker < SIZE; broker++) {
            cluster.format(broker, clusterId);
            cluster.brokers.add(cluster.launch(broker));
        }
        try (Admin admin = cluster.admin()) {
            Awaitility.await()
                    .atMost(STARTS_WITHIN)
                    .ignoreExceptions()
                    .until(() -> admin.describeCluster().nodes().get().size() == SIZE);
        }
        return cluster;
    }

    private void format(int broker, String clusterId) throws Exception {
        Path data = data(broker);
        Files.createDirectories(data);
        Files.writeString(settingsFile(broker), settings(broker));
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setNodeId(broker)
                .setClusterId(clusterId)
                .setControllerListenerName("CONTROLLER")
                .setMetadataLogDirectory(Optional.of(data.toString()))
                .addDirectory(data.toString())
                .run();
    }

    private Path data(int broker) {
        return data(folder, broker);
    }

    /** Where a broker of a cluster keeps its data. */
    public static Path data(Path folder, int broker) {
        return folder.resolve("broker-" + broker);
    }

    private Path settingsFile(int broker) {
        return folder.resolve("broker-" + broker + ".properties");
    }

    private String settings(int broker) {
        String voters = IntStream.range(0, SIZE)
                .mapToObj(i -> i + "@127.0.0.1:" + ports.get(SIZE + i))
                .collect(Collectors.joining(","));
        return """
                process.roles=broker,controller
                node.id=%d
                log.dirs=%s
                listeners=CLIENTS://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d,PROXY://127.0.0.1:%d
                advertised.listeners=CLIENTS://127.0.0.1:%d,PROXY://127.0.0.1:%d
                listener.security.protocol.map=CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXY:PLAINTEXT
                inter.broker.listener.name=CLIENTS
                controller.listener.names=CONTROLLER
                controller.quorum.voters=%s
                auto.create.topics.enable=false
                default.replication.factor=3
                min.insync.replicas=2
                offsets.topic.num.partitions=4
                transaction.state.log.num.partitions=4
                share.coordinator.state.topic.num.partitions=4
                group.initial.rebalance.delay.ms=0
                broker.session.timeout.ms=6000
                controller.quorum.fetch.timeout.ms=4000
                log.cleaner.dedupe.buffer.size=16777216
                num.io.threads=4
                """.formatted(
                        broker,
                        data(broker),
                        ports.get(broker),
                        ports.get(SIZE + broker),
                        portForProxy(broker),
                        ports.get(broker),
                        advertisedToProxy(),
                        voters);
    }

    private Process launch(int broker) {
        try {
            return new ProcessBuilder(Program.command(
                            512, Kafka.class, settingsFile(broker).toString()))
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.appendTo(
                            folder.resolve("broker-" + broker + ".out").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All brokers, for clients. */
    public String bootstrap() {
        return ports.subList(0, SIZE).stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
    }

    /** Where a broker takes the connections of a {@link dev.onsale.system.proxy.FaultProxy}. */
    public int portForProxy(int broker) {
        return ports.get(2 * SIZE + broker);
    }

    /** The port that every broker names as its own to those who come through a proxy; no broker is there. */
    public int advertisedToProxy() {
        return ports.getLast();
    }

    /** A client for administrators, to be closed by the caller. */
    public Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", bootstrap()));
    }

    /** Whether a broker's process runs. */
    public boolean alive(int broker) {
        return brokers.get(broker).isAlive();
    }

    /** SIGKILL; returns when the process is gone. */
    public void kill(int broker) throws InterruptedException {
        brokers.get(broker).destroyForcibly().waitFor();
    }

    /** SIGTERM: leaderships move before it ends; returns when the process is gone. */
    public void stop(int broker) throws InterruptedException {
        Process process = brokers.get(broker);
        process.destroy();
        if (!process.waitFor(1, TimeUnit.MINUTES)) {
            kill(broker);
        }
    }

    /** Starts a broker again that is gone, on what it had on its disk. */
    public void restart(int broker) {
        brokers.set(broker, launch(broker));
    }

    /** Returns when every partition has all its replicas in sync. */
    public void awaitInSync() {
        try (Admin admin = admin()) {
            Awaitility.await()
                    .atMost(STARTS_WITHIN)
                    .pollInterval(Duration.ofMillis(200))
                    .ignoreExceptions()
                    .until(() -> topics(admin).stream()
                            .flatMap(topic -> topic.partitions().stream())
                            .allMatch(partition -> partition.isr().size() == SIZE));
        }
    }

    private static List<TopicDescription> topics(Admin admin) throws InterruptedException, ExecutionException {
        var names = admin.listTopics(new ListTopicsOptions().listInternal(true))
                .names()
                .get();
        return List.copyOf(admin.describeTopics(names).allTopicNames().get().values());
    }

    @Override
    public void close() {
        brokers.forEach(Process::destroyForcibly);
    }
}
