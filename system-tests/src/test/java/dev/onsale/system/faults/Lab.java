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
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/** What surrounds a decider under test: a real broker with every topic, a payment worker, and a gateway with its own ledger. */
final class Lab implements AutoCloseable {

    static final int PARTITIONS = 4;

    private final EmbeddedBroker broker;
    private final GatewaySimulator gateway;
    private final PaymentWorker worker;

    private Lab(EmbeddedBroker broker, GatewaySimulator gateway, PaymentWorker worker) {
        this.broker = broker;
        this.gateway = gateway;
        this.worker = worker;
    }

    /** Starts everything but the decider. */
    static Lab start(Path folder) {
        EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"), 0, () -> failed("broker"));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            new TopicPlan(PARTITIONS, 1).apply(admin, Duration.ofSeconds(30));
        }
        GatewaySimulator gateway = GatewaySimulator.start(SimulatorConfig.from(Settings.of(Map.of(
                "gateway.port",
                "0",
                "gateway.ledger",
                folder.resolve("ledger.jsonl").toString()))));
        PaymentWorker worker = PaymentWorker.start(
                PaymentWorkerConfig.from(Settings.of(Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "gateway.url",
                        "http://127.0.0.1:" + gateway.port(),
                        "flags.snapshot.file",
                        folder.resolve("flags.json").toString()))),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                () -> failed("payment worker"));
        return new Lab(broker, gateway, worker);
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
        return broker.bootstrapServers();
    }

    URI gateway() {
        return URI.create("http://127.0.0.1:" + gateway.port());
    }

    private static void failed(String part) {
        System.out.println("the " + part + " has failed for good");
    }

    @Override
    public void close() {
        worker.close();
        gateway.close();
        broker.close();
    }
}
