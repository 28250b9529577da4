package dev.onsale.payments;

import dev.onsale.fallback.DatabaseConfig;
import dev.onsale.release.flags.FlagsConfig;
import dev.onsale.runtime.OperatorError;
import dev.onsale.runtime.Settings;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the worker needs to know.
 *
 * @param kafka properties of every Kafka client
 * @param registryUrl schema registry; empty: ids are pinned in the jar
 * @param gateway where Stripe's API is
 * @param candidate the gateway of buyers who are stamped to get the candidate; empty: there is none
 * @param gatewayTimeout of one call
 * @param source how requests are taken from Kafka
 * @param parallelism most requests under way at once
 * @param authoriseMaxAge older authorisations go to the dead letters, see {@link Execution}
 * @param flags where flags come from
 * @param fallback where requests are while the decider is away; empty: nowhere
 */
public record PaymentWorkerConfig(
        Map<String, Object> kafka,
        String registryUrl,
        String registryUser,
        String registryPassword,
        GatewayAccess gateway,
        Optional<GatewayAccess> candidate,
        Duration gatewayTimeout,
        SourceKind source,
        int parallelism,
        Duration authoriseMaxAge,
        String healthHost,
        int healthPort,
        FlagsConfig flags,
        Optional<DatabaseConfig> fallback) {

    /** How requests are taken from Kafka. */
    public enum SourceKind {
        /** A share group: workers share the records of a partition. Needs brokers of 4.2 or later. */
        SHARE,
        /** An ordinary consumer group: at most one worker for a partition. */
        CONSUMER
    }

    /** Unless it is configured: with time to spare before Stripe forgets an idempotency key, after 24 hours. */
    public static final Duration AUTHORISE_MAX_AGE = Duration.ofHours(20);

    private static final String SIMULATOR_KEY = "sk_test_simulator";
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    /** Reads and checks every setting. @throws OperatorError naming the one that is wrong */
    public static PaymentWorkerConfig from(Settings settings) {
        var config = new PaymentWorkerConfig(
                Map.copyOf(settings.kafkaClient()),
                settings.text("schema.registry.url", ""),
                settings.text("schema.registry.user", ""),
                settings.text("schema.registry.password", ""),
                access(settings, "gateway", "http://127.0.0.1:8082"),
                candidate(settings),
                settings.millis(
                        "gateway.timeout.ms", Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofMinutes(2)),
                settings.oneOf("payments.source", SourceKind.SHARE),
                settings.integer("payments.parallelism", 64, 1, 1_000),
                settings.millis(
                        "payments.authorise.max.age.ms",
                        AUTHORISE_MAX_AGE,
                        Duration.ofMinutes(1),
                        Duration.ofHours(23)),
                settings.text("health.host", "127.0.0.1"),
                settings.integer("health.port", 8083, 0, 65_535),
                FlagsConfig.from(settings, Path.of("data/payment-worker/flags.json")),
                DatabaseConfig.ifSet(settings));
        settings.requireAllKnown();
        return config;
    }

    /**
     * A gateway and the secret key for it.
     *
     * @param url where its API is
     */
    public record GatewayAccess(URI url, String key) {
        /** Without the key. */
        @Override
        public String toString() {
            return url.toString();
        }
    }

    private static Optional<GatewayAccess> candidate(Settings settings) {
        String key = settings.text("gateway.candidate.key", "");
        if (!settings.text("gateway.candidate.url", "").isEmpty()) {
            return Optional.of(access(settings, "gateway.candidate", ""));
        }
        if (!key.isEmpty()) {
            throw new OperatorError("The setting gateway.candidate.key is of no use without gateway.candidate.url; set"
                    + " that, too, or remove it.");
        }
        return Optional.empty();
    }

    private static GatewayAccess access(Settings settings, String prefix, String defaultUrl) {
        URI url = url(prefix + ".url", settings.text(prefix + ".url", defaultUrl));
        String key = settings.text(prefix + ".key", LOOPBACK.contains(url.getHost()) ? SIMULATOR_KEY : "");
        if (key.isEmpty()) {
            throw new OperatorError(
                    "The setting " + prefix + ".key is missing; set it to the secret key for " + url + ".");
        }
        return new GatewayAccess(url, key);
    }

    private static URI url(String setting, String text) {
        try {
            URI url = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            if (url.getHost() != null && Set.of("http", "https").contains(url.getScheme())) {
                return url;
            }
        } catch (URISyntaxException e) {
            // said below
        }
        throw new OperatorError("The setting " + setting + " is '" + text
                + "' but must be an http or https URL, such as https://api.stripe.com.");
    }

    /** Without secrets. */
    @Override
    public String toString() {
        return "gateway " + gateway
                + candidate.map(other -> ", candidate " + other).orElse("") + ", source " + source + ", parallelism "
                + parallelism;
    }
}
