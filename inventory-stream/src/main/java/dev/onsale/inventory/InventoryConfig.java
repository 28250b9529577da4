package dev.onsale.inventory;

import dev.onsale.runtime.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Configuration of inventory-stream.
 *
 * @param kafka properties of every Kafka client
 * @param registryUrl schema registry; empty: the pinned ids of this build
 * @param stateDir folder of the stores; must outlive the process, since it also names it to the brokers
 * @param instanceId name of this instance, which must be the same after a restart and differ between instances
 * @param threads stream threads, each with a transaction of its own
 * @param standbyReplicas copies of the stores kept warm on other instances
 * @param commitInterval longest time between two commits, and the longest that a buyer waits for one
 * @param sessionTimeout after which silence of an instance its partitions move to another; brokers refuse less than 6 s
 *     ({@code group.min.session.timeout.ms})
 */
public record InventoryConfig(
        Map<String, Object> kafka,
        String registryUrl,
        String registryUser,
        String registryPassword,
        Path stateDir,
        String instanceId,
        int threads,
        int standbyReplicas,
        Duration commitInterval,
        Duration sessionTimeout,
        String healthHost,
        int healthPort) {

    public static InventoryConfig from(Settings settings) {
        var config = new InventoryConfig(
                settings.kafkaClient(),
                settings.text("schema.registry.url", ""),
                settings.text("schema.registry.user", ""),
                settings.text("schema.registry.password", ""),
                Path.of(settings.text("state.dir", "state/inventory-stream")),
                settings.text("instance.id", "inventory-1"),
                settings.integer("threads", 1, 1, 64),
                settings.integer("standby.replicas", 1, 0, 3),
                settings.millis(
                        "commit.interval.ms", Duration.ofMillis(100), Duration.ofMillis(1), Duration.ofSeconds(10)),
                settings.millis(
                        "session.timeout.ms", Duration.ofSeconds(10), Duration.ofSeconds(6), Duration.ofMinutes(2)),
                settings.text("health.host", "127.0.0.1"),
                settings.integer("health.port", 8083, 0, 65_535));
        settings.requireAllKnown();
        return config;
    }
}
