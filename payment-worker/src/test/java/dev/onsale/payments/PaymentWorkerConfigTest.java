package dev.onsale.payments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.fallback.DatabaseConfig;
import dev.onsale.payments.PaymentWorkerConfig.GatewayAccess;
import dev.onsale.payments.PaymentWorkerConfig.SourceKind;
import dev.onsale.release.flags.FlagsConfig;
import dev.onsale.runtime.OperatorError;
import dev.onsale.runtime.Settings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PaymentWorkerConfigTest {

    private static PaymentWorkerConfig config(Map<String, String> settings) {
        return PaymentWorkerConfig.from(Settings.of(settings));
    }

    @Test
    void config_hasDefaults_whenNothingIsSet() {
        assertEquals(
                new PaymentWorkerConfig(
                        Map.of("bootstrap.servers", "127.0.0.1:9092"),
                        "",
                        "",
                        "",
                        new GatewayAccess(URI.create("http://127.0.0.1:8082"), "sk_test_simulator"),
                        Optional.empty(),
                        Duration.ofSeconds(10),
                        SourceKind.SHARE,
                        64,
                        Duration.ofHours(20),
                        "127.0.0.1",
                        8083,
                        FlagsConfig.from(Settings.of(Map.of()), Path.of("data/payment-worker/flags.json")),
                        Optional.empty()),
                config(Map.of()));
    }

    @Test
    void config_takesEverySetting() {
        PaymentWorkerConfig config = config(Map.ofEntries(
                Map.entry("bootstrap.servers", "b:1"),
                Map.entry("kafka.client.id", "c"),
                Map.entry("schema.registry.url", "http://r"),
                Map.entry("schema.registry.user", "u"),
                Map.entry("schema.registry.password", "p"),
                Map.entry("gateway.url", "https://api.stripe.com/"),
                Map.entry("gateway.key", "sk_live_secret"),
                Map.entry("gateway.candidate.url", "https://other.example"),
                Map.entry("gateway.candidate.key", "sk_other_secret"),
                Map.entry("gateway.timeout.ms", "2000"),
                Map.entry("payments.source", "consumer"),
                Map.entry("payments.parallelism", "7"),
                Map.entry("payments.authorise.max.age.ms", "60000"),
                Map.entry("health.host", "0.0.0.0"),
                Map.entry("health.port", "1"),
                Map.entry("flags.snapshot.file", "flags/here.json"),
                Map.entry("fallback.url", "jdbc:postgresql://db/onsale"),
                Map.entry("fallback.user", "ada"),
                Map.entry("fallback.password", "pg_secret"),
                Map.entry("fallback.pool.size", "9")));
        assertEquals(
                new PaymentWorkerConfig(
                        Map.of("bootstrap.servers", "b:1", "client.id", "c"),
                        "http://r",
                        "u",
                        "p",
                        new GatewayAccess(URI.create("https://api.stripe.com"), "sk_live_secret"),
                        Optional.of(new GatewayAccess(URI.create("https://other.example"), "sk_other_secret")),
                        Duration.ofSeconds(2),
                        SourceKind.CONSUMER,
                        7,
                        Duration.ofMinutes(1),
                        "0.0.0.0",
                        1,
                        FlagsConfig.from(Settings.of(Map.of()), Path.of("flags/here.json")),
                        Optional.of(new DatabaseConfig("jdbc:postgresql://db/onsale", "ada", "pg_secret", 9))),
                config);
        assertFalse(config.toString().contains("secret"));
    }

    @ParameterizedTest
    @CsvSource({
        "gateway.url, ftp://x",
        "gateway.url, nonsense",
        "gateway.url, https://api.stripe.com",
        "gateway.candidate.url, ftp://x",
        "gateway.candidate.url, https://other.example",
        "gateway.candidate.key, sk_other",
        "gateway.timeout.ms, 99",
        "payments.source, queue",
        "payments.parallelism, 0",
        "payments.authorise.max.age.ms, 90000000",
        "health.port, 65536",
        "fallback.url, postgres://db",
        "fallback.password, x",
        "fallback.pool.size, 4",
        "payment.source, share"
    })
    void config_namesWhatIsWrong(String key, String value) {
        OperatorError error = assertThrows(OperatorError.class, () -> config(Map.of(key, value)));
        assertTrue(error.toString().contains(key.startsWith("gateway.") ? "gateway." : key), error.toString());
    }
}
