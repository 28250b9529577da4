package dev.onsale.payments;

import dev.onsale.runtime.HealthServer;
import dev.onsale.runtime.Program;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** The payment worker as a program of its own, with health and metrics over HTTP. */
public final class PaymentWorkerMain {

    private PaymentWorkerMain() {}

    public static void main(String[] args) {
        Program.run("payment-worker", args, (settings, failed) -> {
            PaymentWorkerConfig config = PaymentWorkerConfig.from(settings);
            PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
            PaymentWorker worker = PaymentWorker.start(config, meters, failed);
            try {
                HealthServer health =
                        HealthServer.start(config.healthHost(), config.healthPort(), () -> true, worker::ready, meters);
                return () -> {
                    health.close();
                    worker.close();
                };
            } catch (RuntimeException e) {
                worker.close();
                throw e;
            }
        });
    }
}
