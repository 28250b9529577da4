package dev.onsale.inventory;

import dev.onsale.runtime.HealthServer;
import dev.onsale.runtime.Program;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** inventory-stream as a program: {@code [--config FILE] [--KEY VALUE ...]}, keys as in {@link InventoryConfig}. */
public final class InventoryMain {

    private InventoryMain() {}

    public static void main(String[] args) {
        Program.run("inventory-stream", args, (settings, failed) -> {
            var config = InventoryConfig.from(settings);
            var meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            var service = InventoryService.start(config, meters, failed);
            var health =
                    HealthServer.start(config.healthHost(), config.healthPort(), service::live, service::ready, meters);
            return () -> {
                health.close();
                service.close();
            };
        });
    }
}
