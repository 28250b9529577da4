package dev.onsale.orders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.release.flags.FlagsConfig;
import dev.onsale.runtime.OperatorError;
import dev.onsale.runtime.Settings;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
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
                        100_000,
                        100,
                        20,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(5),
                        FlagsConfig.from(Settings.of(Map.of()), Path.of("data/order-service/flags.json"))),
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
        "htp.port,1",
        "kafka.nonsense,1"
    })
    void setting_isRefusedByName_whenInvalid(String key, String value) {
        OperatorError error =
                assertThrows(OperatorError.class, () -> OrderServiceConfig.from(Settings.of(Map.of(key, value))));
        assertTrue(String.valueOf(error.getMessage()).contains(key), error.getMessage());
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
