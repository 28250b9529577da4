package dev.onsale.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.runtime.OperatorError;
import dev.onsale.runtime.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InventoryConfigTest {

    @Test
    void config_hasDefaults_whenNothingIsSet() {
        assertEquals(
                new InventoryConfig(
                        Map.of("bootstrap.servers", "127.0.0.1:9092"),
                        "",
                        "",
                        "",
                        Path.of("state/inventory-stream"),
                        "inventory-1",
                        1,
                        1,
                        Duration.ofMillis(100),
                        Duration.ofSeconds(10),
                        "127.0.0.1",
                        8083),
                InventoryConfig.from(Settings.of(Map.of())));
    }

    @Test
    void config_takesEveryKey() {
        var config = InventoryConfig.from(Settings.of(Map.ofEntries(
                Map.entry("bootstrap.servers", "k:1"),
                Map.entry("kafka.security.protocol", "SSL"),
                Map.entry("schema.registry.url", "http://r"),
                Map.entry("schema.registry.user", "u"),
                Map.entry("schema.registry.password", "p"),
                Map.entry("state.dir", "/s"),
                Map.entry("instance.id", "i"),
                Map.entry("threads", "2"),
                Map.entry("standby.replicas", "0"),
                Map.entry("commit.interval.ms", "7"),
                Map.entry("session.timeout.ms", "6000"),
                Map.entry("health.host", "h"),
                Map.entry("health.port", "1"))));

        assertEquals(
                new InventoryConfig(
                        Map.of("bootstrap.servers", "k:1", "security.protocol", "SSL"),
                        "http://r",
                        "u",
                        "p",
                        Path.of("/s"),
                        "i",
                        2,
                        0,
                        Duration.ofMillis(7),
                        Duration.ofSeconds(6),
                        "h",
                        1),
                config);
    }

    @ParameterizedTest
    @CsvSource({
        "thread,1,threads",
        "threads,0,from 1 to 64",
        "standby.replicas,x,whole number",
        "kafka.acs,all,kafka.acks",
        "commit.interval.ms,0,from 1"
    })
    void config_isRefused_namingWhatWouldBeValid(String key, String value, String expected) {
        var error = assertThrows(OperatorError.class, () -> InventoryConfig.from(Settings.of(Map.of(key, value))));

        assertTrue(String.valueOf(error.getMessage()).contains(key), error.getMessage());
        assertTrue(String.valueOf(error.getMessage()).contains(expected), error.getMessage());
    }
}
