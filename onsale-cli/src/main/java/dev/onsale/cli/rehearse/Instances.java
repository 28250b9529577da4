package dev.onsale.cli.rehearse;

import dev.onsale.cli.story.BoxOffice;
import dev.onsale.cli.story.Stage.Scene;
import dev.onsale.cli.story.Waiting;
import dev.onsale.orders.OrderService;
import dev.onsale.orders.OrderServiceConfig;
import dev.onsale.runtime.Settings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Two instances of order-service on one sale: the stack's own and another one. A change is made at the first; the second learns
 * of it from the topic.
 */
final class Instances implements AutoCloseable {

    private static final Duration READY = Duration.ofSeconds(60);
    private static final String LOOPBACK = "http://127.0.0.1:";

    private final OrderService second;
    private final List<BoxOffice> boxOffices;

    private Instances(BoxOffice first, OrderService second, String gatewayUrl) {
        this.second = second;
        this.boxOffices =
                List.of(first, new BoxOffice(LOOPBACK + second.httpPort(), LOOPBACK + second.adminPort(), gatewayUrl));
    }

    /** Starts the second instance, and waits until it answers. */
    static Instances of(Scene scene) throws InterruptedException {
        OrderService second = OrderService.start(
                OrderServiceConfig.from(Settings.of(Map.of(
                        "bootstrap.servers", scene.stack().bootstrapServers(),
                        "state.dir",
                                scene.folder().resolve("second-order-service").toString(),
                        "instance.id", "second",
                        "http.port", "0",
                        "admin.port", "0"))),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                () -> System.err.println("onsale: The second instance failed for good."));
        Waiting.until(READY, "the second instance answers", second::ready);
        return new Instances(BoxOffice.of(scene.stack()), second, scene.stack().gatewayUrl());
    }

    int count() {
        return boxOffices.size();
    }

    BoxOffice boxOffice(int instance) {
        return boxOffices.get(instance);
    }

    /** The one that changes are made at. */
    BoxOffice first() {
        return boxOffices.getFirst();
    }

    /** What all of them counted as refused by a switch. */
    long refused(String flag) {
        return Math.round(boxOffices.stream()
                .mapToDouble(office -> office.counter("onsale_switch_refused_total", "switch=\"" + flag + "\""))
                .sum());
    }

    @Override
    public void close() {
        boxOffices.forEach(BoxOffice::close);
        second.close();
    }
}
