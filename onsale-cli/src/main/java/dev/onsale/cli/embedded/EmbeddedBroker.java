package dev.onsale.cli.embedded;

import dev.onsale.runtime.OperatorError;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.SharedServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.bootstrap.BootstrapDirectory;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.metadata.storage.FormatterException;
import org.apache.kafka.raft.QuorumConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker and its controller in this process, made of the same parts as Kafka's own {@code KafkaRaftServer}, with two
 * differences: its sockets are bound beforehand, and a fault is reported instead of ending the process.
 */
public final class EmbeddedBroker implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedBroker.class);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

    private final ControllerServer controller;
    private final BrokerServer broker;
    private final BoundSockets sockets;
    private final int port;

    private EmbeddedBroker(ControllerServer controller, BrokerServer broker, BoundSockets sockets, int port) {
        this.controller = controller;
        this.broker = broker;
        this.sockets = sockets;
        this.port = port;
    }

    /**
     * Starts a broker that keeps its data in a folder; the folder is formatted when it is new. Returns when it takes
     * clients.
     *
     * @param logDir the folder, which nothing else may use meanwhile
     * @param port loopback port for clients; 0: a free one
     * @param failed called when the broker cannot go on
     * @throws OperatorError when the port is in use, or the folder is not fit
     */
    public static EmbeddedBroker start(Path logDir, int port, Runnable failed) {
        ServerSocketChannel clients = Ports.bind(port, "--kafka-port");
        ServerSocketChannel controller = Ports.bind(0, "--kafka-port");
        var sockets = new BoundSockets(
                Map.of(BrokerSettings.BROKER_LISTENER, clients, BrokerSettings.CONTROLLER_LISTENER, controller));
        try {
            var config = new KafkaConfig(BrokerSettings.of(logDir, Ports.of(clients), Ports.of(controller)), false);
            format(logDir);
            return start(config, sockets, Ports.of(clients), failed);
        } catch (RuntimeException e) {
            sockets.close();
            throw e;
        }
    }

    private static EmbeddedBroker start(KafkaConfig config, BoundSockets sockets, int port, Runnable failed) {
        MetaPropertiesEnsemble folders =
                KafkaRaftServer.initializeLogDirs(config, log, "").productElement(0)
                                instanceof MetaPropertiesEnsemble ensemble
                        ? ensemble
                        : unexpected();
        var shared = new SharedServer(
                config,
                folders,
                Time.SYSTEM,
                new Metrics(),
                CompletableFuture.completedFuture(
                        QuorumConfig.parseVoterConnections(config.quorumConfig().voters())),
                List.of(),
                new Faults(failed),
                sockets);
        var controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), bootstrap(config));
        var broker = new BrokerServer(shared);
        var embedded = new EmbeddedBroker(controller, broker, sockets, port);
        try {
            // As in Kafka: the broker finds the controller by the endpoint that the controller has published.
            controller.startup();
            broker.startup();
            return embedded;
        } catch (RuntimeException e) {
            embedded.close();
            throw e;
        }
    }

    private static MetaPropertiesEnsemble unexpected() {
        throw new IllegalStateException("Kafka's initializeLogDirs returned something else than it used to");
    }

    private static BootstrapMetadata bootstrap(KafkaConfig config) {
        try {
            return new BootstrapDirectory(config.metadataLogDir()).read();
        } catch (Exception e) {
            throw damaged(Path.of(config.metadataLogDir()), e);
        }
    }

    /** Writes the cluster's id and versions into a new folder; a formatted one stays as it is. */
    private static void format(Path logDir) {
        try {
            Files.createDirectories(logDir);
            if (Files.exists(logDir.resolve("meta.properties"))) {
                return;
            }
            new Formatter()
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                    .setNodeId(BrokerSettings.NODE_ID)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setControllerListenerName(BrokerSettings.CONTROLLER_LISTENER)
                    .setMetadataLogDirectory(Optional.of(logDir.toString()))
                    .addDirectory(logDir.toString())
                    .run();
        } catch (IOException | FormatterException e) {
            throw damaged(logDir, e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static OperatorError damaged(Path logDir, Exception e) {
        return new OperatorError(
                "The broker's folder " + logDir + " cannot be used (" + e.getMessage()
                        + "); make it readable and writable, or start with another folder.",
                e);
    }

    /** Port for clients on the loopback address. */
    public int port() {
        return port;
    }

    /** What clients set as {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return Ports.HOST + ":" + port;
    }

    /** Stops the broker, then the controller, since the broker needs it to the end. */
    @Override
    public void close() {
        quietly("broker", () -> broker.shutdown(STOP_TIMEOUT));
        quietly("controller", controller::shutdown);
        sockets.close();
    }

    private static void quietly(String what, Runnable stop) {
        try {
            stop.run();
        } catch (RuntimeException e) {
            log.warn("the {} did not stop cleanly", what, e);
        }
    }
}
