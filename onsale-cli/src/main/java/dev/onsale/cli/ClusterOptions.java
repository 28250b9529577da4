package dev.onsale.cli;

import dev.onsale.audit.AuditOptions;
import dev.onsale.runtime.OperatorError;
import dev.onsale.runtime.Settings;
import dev.onsale.schemas.SchemaIds;
import dev.onsale.schemas.SchemaRegistry;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a command reaches a cluster. */
public final class ClusterOptions {

    private static final String REGISTRY = "schema.registry.";

    private static final String AUDIT = "audit.";

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
            description = "Kafka client properties, with or without 'kafka.' before them; schema.registry.url, user and"
                    + " password; and audit.price.per.gb.")
    @Nullable
    Path config;

    /** Whether a cluster was named at all. */
    public boolean given() {
        return bootstrap != null || config != null;
    }

    /** Properties for every Kafka client. @throws dev.onsale.runtime.OperatorError naming a key that no Kafka client knows */
    public Map<String, Object> client() {
        Map<String, String> settings = new HashMap<>();
        file().forEach((key, value) -> {
            if (!key.startsWith(REGISTRY) && !key.startsWith(AUDIT)) {
                settings.put(key.startsWith("kafka.") || key.equals("bootstrap.servers") ? key : "kafka." + key, value);
            }
        });
        if (bootstrap != null) {
            settings.put("bootstrap.servers", bootstrap);
        }
        settings.putIfAbsent("bootstrap.servers", DEFAULT_BOOTSTRAP);
        return Settings.of(settings).kafkaClient();
    }

    /** The settings of the schema registry in the file. @throws dev.onsale.runtime.OperatorError naming a key that is not one of them */
    Map<String, String> registry() {
        Map<String, String> registry = new HashMap<>(file());
        registry.keySet().removeIf(key -> !key.startsWith(REGISTRY));
        Settings settings = Settings.of(registry);
        List.of("url", "user", "password").forEach(key -> settings.text(REGISTRY + key, ""));
        settings.requireAllKnown();
        return registry;
    }

    /** What a GB costs that leaves the brokers, by the file. @throws dev.onsale.runtime.OperatorError naming a key that is not known */
    Optional<BigDecimal> pricePerGb() {
        Map<String, String> audit = new HashMap<>(file());
        audit.keySet().removeIf(key -> !key.startsWith(AUDIT));
        Settings settings = Settings.of(audit);
        String price = settings.text(AUDIT + "price.per.gb", "");
        settings.requireAllKnown();
        try {
            return price.isEmpty() ? Optional.empty() : Optional.of(new BigDecimal(price));
        } catch (NumberFormatException e) {
            throw new OperatorError(
                    "The setting audit.price.per.gb is '" + price + "' but must be a price such as 0.09.", e);
        }
    }

    /** What is to be audited, with the registry in the file. */
    AuditOptions audited(AuditOptions options) {
        Map<String, String> registry = registry();
        return options.withRegistry(
                registry.getOrDefault(REGISTRY + "url", ""),
                registry.getOrDefault(REGISTRY + "user", ""),
                registry.getOrDefault(REGISTRY + "password", ""));
    }

    /** Where the schema registry is; empty: there is none, and ids are those that are pinned in a build. */
    public String registryUrl() {
        return registry().getOrDefault(REGISTRY + "url", "");
    }

    /** Ids of schemas from the registry in the file; without one, those that are pinned in this build. */
    public SchemaIds schemaIds() {
        Map<String, String> registry = registry();
        try {
            return SchemaRegistry.from(
                    registry.getOrDefault(REGISTRY + "url", ""),
                    registry.getOrDefault(REGISTRY + "user", ""),
                    registry.getOrDefault(REGISTRY + "password", ""));
        } catch (IllegalArgumentException e) {
            throw new OperatorError(String.valueOf(e.getMessage()), e);
        }
    }

    private Map<String, String> file() {
        return config == null ? Map.of() : Settings.readFile(config);
    }
}
