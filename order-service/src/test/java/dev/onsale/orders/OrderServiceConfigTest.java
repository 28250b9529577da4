package dev.onsale.orders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.fallback.DatabaseConfig;
import dev.onsale.orders.connections.ConnectionConfig;
import dev.onsale.orders.limit.LimitConfig;
import dev.onsale.orders.log.QueueBounds;
import dev.onsale.release.flags.FlagsConfig;
import dev.onsale.runtime.OperatorError;
import dev.onsale.runtime.Settings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OrderServiceConfigTest {

    @Test
    void settings_haveDefaults() {
        OrderServiceConfig config = OrderServiceConfig.from(Settings.of(Map.of()));
        assertEquals(
                new OrderServiceConfig(
                        Map.of("bootstrap.servers", "127.0.0.1:9092"),
                        "",
                        "",
                        "",
                        "127.0.0.1",
                        8080,
                        "127.0.0.1",
                        8081,
                        "",
                        "",
                        Path.of("data/order-service"),
                        "",
                        BuildVariant.STABLE,
                        0,
                        -1,
                        new QueueBounds(100_000, 100, Duration.ofMinutes(10)),
                        20,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(5),
                        Optional.empty(),
                        LimitConfig.from(Settings.of(Map.of())),
                        ConnectionConfig.from(Settings.of(Map.of())),
                        Optional.empty(),
                        FlagsConfig.from(Settings.of(Map.of()), Path.of("data/order-service/flags.json")),
                        Optional.empty()),
                config);
    }

    @ParameterizedTest
    @CsvSource({
        "http.port,65536",
        "http.port,-1",
        "admin.port,x",
        "num.standby.replicas,6",
        "replication.factor,11",
        "queue.limit,0",
        "queue.wait.limit.ms,99",
        "admission.limit,0",
        "flags.write.timeout.ms,99",
        "buyer.waiting.limit,0",
        "produce.timeout.ms,499",
        "cancel.wait.ms,-1",
        "admin.wait.ms,99",
        "sse.heartbeat.ms,99",
        "build.variant,canary",
        "advertised.url,https://h:1",
        "advertised.url,http://h",
        "advertised.url,http://h:1/path",
        "advertised.url,no url",
        "identity,saml",
        "jwt.clock.skew.ms,300001",
        "jwt.refresh.ms,0",
        "limit.buyer.per.second,-1",
        "limit.buyer.burst,0",
        "limit.address.per.second,1000001",
        "trusted.proxies,10.0.0.0/33",
        "trusted.proxies,proxy.local",
        "trusted.proxies.header,Via",
        "http.connections,9",
        "http.idle.timeout.ms,99",
        "http.request.timeout.ms,600001",
        "http.write.timeout.ms,x",
        "http.header.bytes,1023",
        "tls.key,key.pem",
        "tls.groups,X25519",
        "tls.admin,true",
        "tls.ca,ca.pem",
        "tls.refresh.ms,9",
        "fallback.url,postgres://db",
        "fallback.url,jdbc:postgresql://db/onsale?password=x",
        "fallback.user,ada",
        "fallback.password,x",
        "fallback.pool.size,4",
        "htp.port,1",
        "kafka.nonsense,1"
    })
    void setting_isRefusedByName_whenInvalid(String key, String value) {
        OperatorError error =
                assertThrows(OperatorError.class, () -> OrderServiceConfig.from(Settings.of(Map.of(key, value))));
        assertTrue(String.valueOf(error.getMessage()).contains(key), error.getMessage());
    }

    @Test
    void tokens_areAskedFor_onlyWithAllThatVerifiesThem() {
        Map<String, String> settings = new HashMap<>(Map.of("identity", "jwt"));
        for (String missing : List.of("jwt.keys", "jwt.issuer", "jwt.audience")) {
            assertTrue(refusal(settings).contains("The setting " + missing + " is missing"), refusal(settings));
            settings.put(missing, "x");
        }
        assertEquals(
                "sub",
                OrderServiceConfig.from(Settings.of(settings))
                        .tokens()
                        .orElseThrow()
                        .buyerClaim());
        settings.put("identity", "header");
        assertTrue(refusal(settings).contains("set identity to jwt"), refusal(settings));
    }

    @Test
    void adminPort_needsAToken_whenOthersReachIt() {
        for (String host : List.of("0.0.0.0", "192.0.2.1", "::", "no.such.host.invalid")) {
            String refused = refusal(Map.of("admin.host", host));
            assertTrue(refused.contains("admin.host") && refused.contains("set admin.token"), refused);
            OrderServiceConfig.from(Settings.of(Map.of("admin.host", host, "admin.token", "s3cret")));
        }
        for (String host : List.of("127.0.0.1", "::1", "localhost")) {
            OrderServiceConfig.from(Settings.of(Map.of("admin.host", host)));
        }
    }

    @Test
    void fallback_isThere_whenItsDatabaseIs() {
        assertEquals(
                Optional.of(new DatabaseConfig("jdbc:postgresql://db/onsale", "onsale", "", 4)),
                OrderServiceConfig.from(Settings.of(Map.of("fallback.url", "jdbc:postgresql://db/onsale")))
                        .fallback());
        assertEquals(
                Optional.of(new DatabaseConfig("jdbc:postgresql://db/onsale", "ada", "s3cret", 9)),
                OrderServiceConfig.from(Settings.of(Map.of(
                                "fallback.url", "jdbc:postgresql://db/onsale",
                                "fallback.user", "ada",
                                "fallback.password", "s3cret",
                                "fallback.pool.size", "9")))
                        .fallback());
    }

    private static String refusal(Map<String, String> settings) {
        return String.valueOf(assertThrows(OperatorError.class, () -> OrderServiceConfig.from(Settings.of(settings)))
                .getMessage());
    }

    @Test
    void service_saysWhatToDo_whenNoBrokerAnswers(@TempDir Path folder) {
        OperatorError error = assertThrows(
                OperatorError.class,
                () -> OrderService.start(
                        OrderServiceConfig.from(Settings.of(Map.of(
                                "bootstrap.servers", "127.0.0.1:1",
                                "http.port", "0",
                                "admin.port", "0",
                                "kafka.default.api.timeout.ms", "2000",
                                "kafka.request.timeout.ms", "1000",
                                "state.dir", folder.toString()))),
                        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                        () -> {}));
        assertTrue(
                String.valueOf(error.getMessage()).startsWith("No broker answers at 127.0.0.1:1"), error.getMessage());
    }
}
