package dev.onsale.fallback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.runtime.OperatorError;
import dev.onsale.runtime.Settings;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExporterConfigTest {

    @Test
    void config_hasDefaults_whenNothingIsSet() {
        assertEquals(
                new ExporterConfig(
                        Map.of("bootstrap.servers", "127.0.0.1:9092"),
                        "",
                        "",
                        "",
                        new DatabaseConfig("jdbc:postgresql://127.0.0.1:5432/onsale", "onsale", "", 4),
                        5_000,
                        Duration.ofSeconds(10),
                        "127.0.0.1",
                        8083),
                ExporterConfig.from(Settings.of(Map.of())));
    }

    @Test
    void config_takesEveryKey() {
        var config = ExporterConfig.from(Settings.of(Map.ofEntries(
                Map.entry("bootstrap.servers", "k:1"),
                Map.entry("kafka.security.protocol", "SSL"),
                Map.entry("schema.registry.url", "http://r"),
                Map.entry("schema.registry.user", "u"),
                Map.entry("schema.registry.password", "p"),
                Map.entry("fallback.url", "jdbc:postgresql://d/o?sslmode=verify-full"),
                Map.entry("fallback.user", "f"),
                Map.entry("fallback.password", "s"),
                Map.entry("fallback.pool.size", "7"),
                Map.entry("export.batch.records", "8"),
                Map.entry("export.lag.bound.ms", "900"),
                Map.entry("health.host", "h"),
                Map.entry("health.port", "1"))));

        assertEquals(
                new ExporterConfig(
                        Map.of("bootstrap.servers", "k:1", "security.protocol", "SSL"),
                        "http://r",
                        "u",
                        "p",
                        new DatabaseConfig("jdbc:postgresql://d/o?sslmode=verify-full", "f", "s", 7),
                        8,
                        Duration.ofMillis(900),
                        "h",
                        1),
                config);
    }

    @ParameterizedTest
    @CsvSource({
        "fallback.pass,x,fallback.password",
        "fallback.url,jdbc:mysql://d/o,jdbc:postgresql:",
        "fallback.pool.size,0,from 1 to 100",
        "export.batch.records,x,whole number",
        "export.lag.bound.ms,5,from 100"
    })
    void config_isRefused_namingWhatWouldBeValid(String key, String value, String expected) {
        var error = assertThrows(OperatorError.class, () -> ExporterConfig.from(Settings.of(Map.of(key, value))));

        assertTrue(String.valueOf(error.getMessage()).contains(key), error.getMessage());
        assertTrue(String.valueOf(error.getMessage()).contains(expected), error.getMessage());
    }

    @Test
    void password_isNeverShown() {
        var url = Map.of("fallback.url", "jdbc:postgresql://d/o?password=hunter2");
        var error = assertThrows(OperatorError.class, () -> ExporterConfig.from(Settings.of(url)));
        var config = ExporterConfig.from(Settings.of(Map.of("fallback.password", "hunter2")));

        assertFalse(String.valueOf(error.getMessage()).contains("hunter2"), error.getMessage());
        assertFalse(config.toString().contains("hunter2"));
    }
}
