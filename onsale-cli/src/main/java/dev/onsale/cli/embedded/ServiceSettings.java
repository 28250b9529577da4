package dev.onsale.cli.embedded;

import dev.onsale.runtime.OperatorError;
import dev.onsale.runtime.Settings;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * One set of settings for all the services in the process. The services know some of the same keys, such as {@code
 * threads}, so each service's keys bear its prefix here ({@code inventory.threads}); the {@link #COMMON} ones do not.
 *
 * <p>What the stack itself decides, such as ports and folders, cannot be set here.
 */
final class ServiceSettings {

    static final String INVENTORY = "inventory.";
    static final String ORDERS = "orders.";
    static final String WORKER = "worker.";
    static final String SIMULATOR = "simulator.";

    static final String GATEWAY_URL = "gateway.url";
    static final String GATEWAY_KEY = "gateway.key";
    static final String STRIPE = "https://api.stripe.com";

    private static final Set<String> PREFIXES = Set.of(INVENTORY, ORDERS, WORKER, SIMULATOR);
    private static final Set<String> REGISTRY =
            Set.of("schema.registry.url", "schema.registry.user", "schema.registry.password");
    private static final Set<String> COMMON = union(REGISTRY, Set.of(GATEWAY_URL, GATEWAY_KEY));

    private final Map<String, String> values;

    /** @throws OperatorError when a key belongs to no service, naming it and the nearest valid one */
    ServiceSettings(Map<String, String> values) {
        this.values = Map.copyOf(values);
        Map<String, String> unprefixed = new HashMap<>(values);
        unprefixed.keySet().removeIf(key -> PREFIXES.stream().anyMatch(key::startsWith));
        Settings common = Settings.of(unprefixed);
        COMMON.forEach(key -> common.text(key, ""));
        try {
            common.requireAllKnown();
        } catch (OperatorError e) {
            throw new OperatorError(
                    e.getMessage() + " The keys of one service begin with inventory., orders., worker. or simulator.",
                    e);
        }
    }

    /** Whether payments go to a gateway of the operator's instead of the simulator. */
    boolean hasGateway() {
        return !common(GATEWAY_URL).isEmpty() || !common(GATEWAY_KEY).isEmpty();
    }

    /** The operator's gateway, as settings of the payment worker. */
    Map<String, String> gateway() {
        Map<String, String> gateway = new HashMap<>();
        gateway.put(GATEWAY_URL, common(GATEWAY_URL).isEmpty() ? STRIPE : common(GATEWAY_URL));
        if (!common(GATEWAY_KEY).isEmpty()) {
            gateway.put(GATEWAY_KEY, common(GATEWAY_KEY));
        }
        return gateway;
    }

    private String common(String key) {
        return values.getOrDefault(key, "");
    }

    /**
     * The configuration of one service that talks to Kafka.
     *
     * @param decided what the stack decides, which wins
     * @throws OperatorError naming the service's prefix and the setting that is wrong
     */
    <C> C of(String prefix, Map<String, String> decided, Function<Settings, C> from) {
        Map<String, String> service = new HashMap<>();
        REGISTRY.stream().filter(values::containsKey).forEach(key -> service.put(key, common(key)));
        return make(prefix, service, decided, from);
    }

    /** The configuration of one service that does not. */
    <C> C ofSimulator(Map<String, String> decided, Function<Settings, C> from) {
        return make(SIMULATOR, new HashMap<>(), decided, from);
    }

    private <C> C make(
            String prefix, Map<String, String> service, Map<String, String> decided, Function<Settings, C> from) {
        values.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                service.put(key.substring(prefix.length()), value);
            }
        });
        for (String key : decided.keySet()) {
            if (service.containsKey(key)) {
                throw new OperatorError(
                        "The setting " + prefix + key
                                + " cannot be set here, since up decides it; use the options of up, or run the service by itself.");
            }
        }
        service.putAll(decided);
        try {
            return from.apply(Settings.of(service));
        } catch (OperatorError e) {
            throw new OperatorError(
                    "In the settings that begin with " + prefix + " an error was found. " + e.getMessage(), e);
        }
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        Set<String> both = new HashSet<>(one);
        both.addAll(other);
        return Set.copyOf(both);
    }
}
