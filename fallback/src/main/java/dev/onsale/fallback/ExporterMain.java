package dev.onsale.fallback;

import dev.onsale.runtime.HealthServer;
import dev.onsale.runtime.Program;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** The exporter as a program: {@code [--config FILE] [--KEY VALUE ...]}, keys as in {@link ExporterConfig}. */
public final class ExporterMain {

    private ExporterMain() {}

    public static void main(String[] args) {
        Program.run("exporter", args, (settings, failed) -> {
            var config = ExporterConfig.from(settings);
            var meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            var exporter = Exporter.start(config, meters, failed);
            try {
                var health = HealthServer.start(
                        config.healthHost(), config.healthPort(), () -> true, exporter::ready, meters);
                return () -> {
                    health.close();
                    exporter.close();
                };
            } catch (RuntimeException e) {
                exporter.close();
                throw e;
            }
        });
    }
}
