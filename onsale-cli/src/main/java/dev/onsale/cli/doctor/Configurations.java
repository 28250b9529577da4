package dev.onsale.cli.doctor;

import dev.onsale.inventory.InventoryConfig;
import dev.onsale.orders.OrderServiceConfig;
import dev.onsale.payments.PaymentWorkerConfig;
import dev.onsale.payments.simulator.SimulatorConfig;
import dev.onsale.runtime.OperatorError;
import dev.onsale.runtime.Settings;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Checks the configuration files of services without starting them. */
final class Configurations {

    private static final Map<String, Function<Settings, Object>> SERVICES = new TreeMap<>(Map.of(
            "inventory-stream", InventoryConfig::from,
            "order-service", OrderServiceConfig::from,
            "payment-worker", PaymentWorkerConfig::from,
            "gateway-simulator", SimulatorConfig::from));

    private Configurations() {}

    /** @throws OperatorError when there is no such service */
    static Finding check(String service, Path file) {
        Function<Settings, Object> from = SERVICES.get(service);
        if (from == null) {
            throw new OperatorError(
                    "There is no service " + service + "; give one of " + String.join(", ", SERVICES.keySet()) + ".");
        }
        try {
            var _ = from.apply(Settings.of(Settings.readFile(file)));
            return Finding.ok("every key of " + file + " is known to " + service + ", and its value is valid");
        } catch (OperatorError e) {
            return Finding.fail(file + " is not fit for " + service, String.valueOf(e.getMessage()));
        }
    }
}
