package dev.onsale.fallback;

import dev.onsale.runtime.Settings;
import java.time.Duration;
import java.util.Map;

/**
 * Configuration of the exporter.
 *
 * @param kafka properties of every Kafka client
 * @param registryUrl schema registry; empty: the pinned ids of this build
 * @param batchRecords most events in one transaction
 * @param lagBound age of an event that is not exported, beyond which it is logged
 */
public record ExporterConfig(
        Map<String, Object> kafka,
        String registryUrl,
        String registryUser,
        String registryPassword,
        DatabaseConfig database,
        int batchRecords,
        Duration lagBound,
        String healthHost,
        int healthPort) {

    /** Reads and checks every setting. @throws dev.onsale.runtime.OperatorError naming the one that is wrong */
    public static ExporterConfig from(Settings settings) {
        var config = new ExporterConfig(
                settings.kafkaClient(),
                settings.text("schema.registry.url", ""),
                settings.text("schema.registry.user", ""),
                settings.text("schema.registry.password", ""),
                DatabaseConfig.from(settings),
                settings.integer("export.batch.records", 5_000, 1, 100_000),
                settings.millis(
                        "export.lag.bound.ms", Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofHours(24)),
                settings.text("health.host", "127.0.0.1"),
                settings.integer("health.port", 8083, 0, 65_535));
        settings.requireAllKnown();
        return config;
    }
}
