package dev.onsale.cli;

import dev.onsale.audit.AuditOptions;
import dev.onsale.audit.Budget;
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

    /** Limits of whatever reads whole topics. */
    private static final String SCAN = "scan.";

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
                    + " password; and for all that reads topics scan.price.per.gb, scan.max.cost and scan.max.bytes.")
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
            if (!key.startsWith(REGISTRY) && !key.startsWith(SCAN)) {
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

    /** What any scan of topics may take, by the file. @throws dev.onsale.runtime.OperatorError naming a key that is not known */
    public Budget budget() {
        Map<String, String> scans = new HashMap<>(file());
        scans.keySet().removeIf(key -> !key.startsWith(SCAN));
        Settings settings = Settings.of(scans);
        Optional<BigDecimal> price = amount(settings, SCAN + "price.per.gb");
        Optional<BigDecimal> maxCost = amount(settings, SCAN + "max.cost");
        long maxBytes =
                amount(settings, SCAN + "max.bytes").map(BigDecimal::longValue).orElse(0L);
        settings.requireAllKnown();
        return new Budget(maxBytes, price, maxCost, Budget.USUAL_RECORDS_PER_SECOND);
    }

    private static Optional<BigDecimal> amount(Settings settings, String key) {
        String amount = settings.text(key, "");
        try {
            return amount.isEmpty() ? Optional.empty() : Optional.of(new BigDecimal(amount));
        } catch (NumberFormatException e) {
            throw new OperatorError(
                    "The setting " + key + " is '" + amount + "' but must be an amount such as 0.09.", e);
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
