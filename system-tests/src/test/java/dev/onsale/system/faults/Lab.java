package dev.onsale.system.faults;

import dev.onsale.cli.TopicPlan;
import dev.onsale.cli.embedded.EmbeddedBroker;
import dev.onsale.inventory.InventoryConfig;
import dev.onsale.inventory.InventoryService;
import dev.onsale.payments.PaymentWorker;
import dev.onsale.payments.PaymentWorkerConfig;
import dev.onsale.payments.simulator.GatewaySimulator;
import dev.onsale.payments.simulator.SimulatorConfig;
import dev.onsale.runtime.Settings;
import dev.onsale.system.stack.KafkaCluster;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/** What surrounds a decider under test: real brokers with every topic, a payment worker, and a gateway with its own ledger. */
final class Lab implements AutoCloseable {

    static final int PARTITIONS = 4;

    private final AutoCloseable brokers;
    private final String bootstrap;
    private final Path folder;
    private final GatewaySimulator gateway;
    private final List<PaymentWorker> workers = new ArrayList<>();

    private Lab(AutoCloseable brokers, String bootstrap, Path folder, GatewaySimulator gateway) {
        this.brokers = brokers;
        this.bootstrap = bootstrap;
        this.folder = folder;
        this.gateway = gateway;
    }

    /** Starts everything but the decider, with one broker in this JVM. */
    static Lab start(Path folder) {
        Lab lab = startIdle(folder);
        lab.startWorker();
        return lab;
    }

    /** The same without a payment worker, so that nothing is paid before {@link #startWorker}. */
    static Lab startIdle(Path folder) {
        EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"), 0, () -> failed("broker"));
        return start(folder, broker, broker.bootstrapServers(), 1);
    }

    /** Starts everything but the decider, around brokers that run; it closes them, too. */
    static Lab start(Path folder, KafkaCluster cluster) {
        Lab lab = start(folder, cluster, cluster.bootstrap(), KafkaCluster.SIZE);
        lab.startWorker();
        return lab;
    }

    private static Lab start(Path folder, AutoCloseable brokers, String bootstrap, int copies) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            new TopicPlan(PARTITIONS, copies).apply(admin, Duration.ofSeconds(30));
        }
        GatewaySimulator gateway = GatewaySimulator.start(SimulatorConfig.from(Settings.of(Map.of(
                "gateway.port",
                "0",
                "gateway.ledger",
                folder.resolve("ledger.jsonl").toString()))));
        return new Lab(brokers, bootstrap, folder, gateway);
    }

    void startWorker() {
        startWorker(Map.of());
    }

    /** @param more settings of it */
    void startWorker(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "bootstrap.servers",
                bootstrap,
                "gateway.url",
                "http://127.0.0.1:" + gateway.port(),
                "flags.snapshot.file",
                folder.resolve("flags.json").toString()));
        settings.putAll(more);
        workers.add(PaymentWorker.start(
                PaymentWorkerConfig.from(Settings.of(settings)),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                () -> failed("payment worker")));
    }

    /** A decider in this JVM. */
    InventoryService decide(Path stateDir, PrometheusMeterRegistry meters) {
        var settings = Map.of(
                "bootstrap.servers",
                bootstrap(),
                "state.dir",
                stateDir.toString(),
                "instance.id",
                "under-test",
                "standby.replicas",
                "0");
        return InventoryService.start(InventoryConfig.from(Settings.of(settings)), meters, () -> failed("decider"));
    }

    String bootstrap() {
        return bootstrap;
    }

    URI gateway() {
        return URI.create("http://127.0.0.1:" + gateway.port());
    }

    private static void failed(String part) {
        System.out.println("the " + part + " has failed for good");
    }

    @Override
    public void close() throws Exception {
        workers.forEach(PaymentWorker::close);
        gateway.close();
        brokers.close();
    }
}
