package dev.onsale.cli;

import dev.onsale.audit.AuditOptions;
import dev.onsale.audit.Budget;
import dev.onsale.fallback.DatabaseConfig;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a command reaches a cluster. */
public final class ClusterOptions {

    private static final String REGISTRY = "schema.registry.";

    /** Limits of whatever reads whole topics. */
    private static final String SCAN = "scan.";

    /** Where the database fallback is. */
    private static final String FALLBACK = "fallback.";

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
                    + " password; for all that reads topics scan.price.per.gb, scan.max.cost and scan.max.bytes; and"
                    + " fallback.url, user and password of PostgreSQL.")
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
            if (Stream.of(REGISTRY, SCAN, FALLBACK).noneMatch(key::startsWith)) {
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
        Map<String, String> registry = file(REGISTRY);
        Settings settings = Settings.of(registry);
        List.of("url", "user", "password").forEach(key -> settings.text(REGISTRY + key, ""));
        settings.requireAllKnown();
        return registry;
    }

    /** What any scan of topics may take, by the file. @throws dev.onsale.runtime.OperatorError naming a key that is not known */
    public Budget budget() {
        Settings settings = Settings.of(file(SCAN));
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

    /** Where PostgreSQL is, by the file. @throws dev.onsale.runtime.OperatorError naming a key that is not known or missing */
    public DatabaseConfig database() {
        Map<String, String> file = file(FALLBACK);
        if (!file.containsKey(FALLBACK + "url")) {
            throw new OperatorError(
                    "Where PostgreSQL is is not said; give --config FILE with fallback.url, fallback.user and"
                            + " fallback.password, as order-service has them.");
        }
        Settings settings = Settings.of(file);
        DatabaseConfig database = DatabaseConfig.from(settings);
        settings.requireAllKnown();
        return database;
    }

    private Map<String, String> file(String prefix) {
        Map<String, String> some = new HashMap<>(file());
        some.keySet().removeIf(key -> !key.startsWith(prefix));
        return some;
    }

    private Map<String, String> file() {
        return config == null ? Map.of() : Settings.readFile(config);
    }
}
