package dev.onsale.orders.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.orders.OrderServiceConfig;
import dev.onsale.runtime.OperatorError;
import dev.onsale.runtime.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TlsConfigTest {

    private static final Map<String, String> PAIR = Map.of("tls.certificate", "a.crt", "tls.key", "a.key");

    private static Map<String, String> with(String key, String value) {
        Map<String, String> settings = new HashMap<>(PAIR);
        settings.put(key, value);
        return settings;
    }

    @Test
    void http_isPlain_withoutACertificate() {
        OrderServiceConfig config = OrderServiceConfig.from(Settings.of(Map.of()));
        assertEquals(Optional.empty(), config.tls());
        assertFalse(config.tlsOnAdminPort());
    }

    @Test
    void settings_haveDefaults() {
        assertEquals(
                new TlsConfig(
                        List.of(new PemPair(Path.of("a.crt"), Path.of("a.key"))),
                        List.of("X25519MLKEM768", "X25519", "P-256", "P-384"),
                        false,
                        Optional.empty(),
                        Duration.ofSeconds(1)),
                OrderServiceConfig.from(Settings.of(PAIR)).tls().orElseThrow());
    }

    @Test
    void settings_areTaken() {
        Map<String, String> settings = Map.of(
                "tls.certificate", "a.crt, b.pem",
                "tls.key", "a.key,b.pem",
                "tls.groups", "P-256",
                "tls.admin", "true",
                "tls.ca", "ca.pem",
                "tls.refresh.ms", "200",
                "advertised.url", "https://h:8443");
        OrderServiceConfig config = OrderServiceConfig.from(Settings.of(settings));
        assertEquals(
                new TlsConfig(
                        List.of(
                                new PemPair(Path.of("a.crt"), Path.of("a.key")),
                                new PemPair(Path.of("b.pem"), Path.of("b.pem"))),
                        List.of("P-256"),
                        true,
                        Optional.of(Path.of("ca.pem")),
                        Duration.ofMillis(200)),
                config.tls().orElseThrow());
        assertTrue(config.tlsOnAdminPort());
    }

    @Test
    void setting_isRefused_withWhatWouldBeValid() {
        assertRefused(Map.of("tls.certificate", "a.crt"), "tls.key names 0 files but tls.certificate 1");
        assertRefused(with("tls.key", "a.key,b.key"), "tls.key names 2 files but tls.certificate 1");
        assertRefused(with("tls.groups", "X25519,X448"), "'X448' is no group that is known here");
        assertRefused(with("tls.groups", ","), "tls.groups names no group");
        assertRefused(with("advertised.url", "http://h:1"), "must be https://HOST:PORT");
    }

    private static void assertRefused(Map<String, String> settings, String why) {
        String message =
                String.valueOf(assertThrows(OperatorError.class, () -> OrderServiceConfig.from(Settings.of(settings)))
                        .getMessage());
        assertTrue(message.contains(why), message);
    }
}
