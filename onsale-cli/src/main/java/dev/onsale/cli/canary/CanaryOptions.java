package dev.onsale.cli.canary;

import dev.onsale.cli.ClusterOptions;
import dev.onsale.release.canary.CanaryController;
import dev.onsale.release.edge.Edge;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which canary is meant, and how it is shown. */
final class CanaryOptions {

    private static final int ANSWER_TIMEOUT_MILLIS = 10_000;

    @Mixin
    ClusterOptions cluster = new ClusterOptions();

    @Option(
            names = "--path",
            paramLabel = "PATH",
            required = true,
            description = "What is canaried: allocator (who gets which seats), payments (which way they are paid) or"
                    + " order-service (which build answers buyers).")
    String path = "";

    @Option(names = "--json", description = "Print one JSON object a line and nothing else.")
    boolean json;

    CanaryController open(Optional<Edge> edge) {
        Map<String, Object> kafka = new HashMap<>(cluster.client());
        kafka.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_TIMEOUT_MILLIS);
        return new CanaryController(path, kafka, cluster.schemaIds(), edge);
    }

    CanaryView view() {
        return new CanaryView(path, json);
    }
}
