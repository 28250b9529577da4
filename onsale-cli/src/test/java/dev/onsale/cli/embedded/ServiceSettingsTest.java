package dev.onsale.cli.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.inventory.InventoryConfig;
import dev.onsale.payments.PaymentWorkerConfig;
import dev.onsale.runtime.OperatorError;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServiceSettingsTest {

    private static final Map<String, String> DECIDED = Map.of("bootstrap.servers", "127.0.0.1:1");

    @Test
    void settings_reachOnlyTheirService_whenPrefixed() {
        var settings = new ServiceSettings(Map.of("inventory.threads", "3", "worker.payments.parallelism", "7"));
        assertEquals(
                3,
                settings.of(ServiceSettings.INVENTORY, DECIDED, InventoryConfig::from)
                        .threads());
        assertEquals(
                7,
                settings.of(ServiceSettings.WORKER, DECIDED, PaymentWorkerConfig::from)
                        .parallelism());
    }

    @Test
    void settings_nameTheNearestKey_whenMistypedForService() {
        var settings = new ServiceSettings(Map.of("inventory.thread", "3"));
        OperatorError error = assertThrows(
                OperatorError.class, () -> settings.of(ServiceSettings.INVENTORY, DECIDED, InventoryConfig::from));
        assertTrue(String.valueOf(error.getMessage()).contains("did you mean threads?"), error.getMessage());
        assertTrue(String.valueOf(error.getMessage()).contains("inventory."), error.getMessage());
    }

    @Test
    void settings_nameTheNearestKey_whenMistypedWithoutPrefix() {
        OperatorError error =
                assertThrows(OperatorError.class, () -> new ServiceSettings(Map.of("gateway.ulr", "http://x")));
        assertTrue(String.valueOf(error.getMessage()).contains("did you mean gateway.url?"), error.getMessage());
    }

    @Test
    void settings_areRefused_whenTheStackDecidesThem() {
        var settings = new ServiceSettings(Map.of("inventory.bootstrap.servers", "elsewhere:9092"));
        OperatorError error = assertThrows(
                OperatorError.class, () -> settings.of(ServiceSettings.INVENTORY, DECIDED, InventoryConfig::from));
        assertTrue(String.valueOf(error.getMessage()).contains("inventory.bootstrap.servers"), error.getMessage());
    }

    @Test
    void gateway_isStripe_whenOnlyAKeyIsGiven() {
        assertFalse(new ServiceSettings(Map.of()).hasGateway());
        var settings = new ServiceSettings(Map.of("gateway.key", "sk_live_x"));
        assertTrue(settings.hasGateway());
        assertEquals("https://api.stripe.com", settings.gateway().get("gateway.url"));
    }
}
