package dev.onsale.orders;

import dev.onsale.runtime.Program;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** Runs one instance as a program: {@code [--config FILE] [--KEY VALUE ...]}. */
public final class OrderServiceMain {

    private OrderServiceMain() {}

    public static void main(String[] args) {
        Program.run("order-service", args, (settings, failed) -> {
            OrderService service = OrderService.start(
                    OrderServiceConfig.from(settings), new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), failed);
            return () -> {
                service.drain();
                service.close();
            };
        });
    }
}
