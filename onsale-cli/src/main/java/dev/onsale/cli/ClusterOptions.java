package dev.onsale.cli;

import dev.onsale.runtime.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a command reaches a cluster. */
public final class ClusterOptions {

    static final String DEFAULT_BOOTSTRAP = "127.0.0.1:9092";

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            description =
                    "A broker of the cluster, or several with commas between. Default: " + DEFAULT_BOOTSTRAP + ".")
    @Nullable
    String bootstrap;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Kafka client properties, with or without 'kafka.' before them.")
    @Nullable
    Path config;

    /** Properties for every Kafka client. @throws OperatorError naming a key that no Kafka client knows */
    public Map<String, Object> client() {
        Map<String, String> settings = new HashMap<>();
        if (config != null) {
            Settings.readFile(config)
                    .forEach((key, value) -> settings.put(
                            key.startsWith("kafka.") || key.equals("bootstrap.servers") ? key : "kafka." + key, value));
        }
        if (bootstrap != null) {
            settings.put("bootstrap.servers", bootstrap);
        }
        settings.putIfAbsent("bootstrap.servers", DEFAULT_BOOTSTRAP);
        return Settings.of(settings).kafkaClient();
    }
}
