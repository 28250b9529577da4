package dev.onsale.bench.queue;

import dev.onsale.bench.Broker;
import dev.onsale.inventory.InventoryConfig;
import dev.onsale.inventory.InventoryService;
import dev.onsale.runtime.Settings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.Map;

/**
 * A program that reads all of {@code onsale.commands} with exactly-once v2 and commits how far it is.
 *
 * @param name also of its folder
 * @param group its consumer group, whose committed offsets tell how far it is
 * @param topics what it writes to, besides the changelogs of its stores, whose names begin with its group
 * @param outcomes the topic of them that is read at its end, by a reader of committed records
 */
record Contestant(String name, String group, List<String> topics, String outcomes, Starter starter) {

    /** Starts it; closing ends it. */
    @FunctionalInterface
    interface Starter {
        AutoCloseable start(Broker broker, InventoryConfig config);
    }

    AutoCloseable start(Broker broker, int threads) {
        return starter.start(broker, config(broker, threads));
    }

    InventoryConfig config(Broker broker, int threads) {
        return InventoryConfig.from(Settings.of(Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "state.dir", broker.folder(name).toString(),
                "instance.id", name,
                "standby.replicas", "0",
                "threads", Integer.toString(threads))));
    }

    /** The decider as it is. */
    static Contestant decider() {
        return new Contestant(
                "decider",
                InventoryService.APPLICATION_ID,
                List.of("onsale.events", "onsale.orders", "onsale.payments"),
                "onsale.events",
                (broker, config) -> InventoryService.start(
                        config, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), Contestant::failed));
    }

    static void failed() {
        System.err.println("onsale: What was measured has failed for good.");
        Runtime.getRuntime().halt(1);
    }
}
