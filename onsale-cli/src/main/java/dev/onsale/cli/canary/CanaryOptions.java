package dev.onsale.cli.canary;

import dev.onsale.cli.ClusterOptions;
import dev.onsale.release.canary.CanaryController;
import dev.onsale.runtime.OperatorError;
import java.util.HashMap;
import java.util.Map;
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
            description = "What is canaried: allocator (who gets which seats) or payments (which way they are paid).")
    String path = "";

    @Option(names = "--json", description = "Print one JSON object a line and nothing else.")
    boolean json;

    CanaryController open() {
        if (path.equals("order-service")) {
            throw new OperatorError(
                    "A canary of order-service needs the edge to send each variant its share of the buyers,"
                            + " and onsale does not steer the edge yet; canary allocator or payments.");
        }
        Map<String, Object> kafka = new HashMap<>(cluster.client());
        kafka.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_TIMEOUT_MILLIS);
        return new CanaryController(path, kafka, cluster.schemaIds());
    }

    CanaryView view() {
        return new CanaryView(path, json);
    }
}
