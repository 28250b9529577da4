package dev.onsale.system.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onsale.inventory.InventoryConfig;
import dev.onsale.orders.OrderServiceConfig;
import dev.onsale.payments.PaymentWorkerConfig;
import dev.onsale.payments.PaymentWorkerConfig.SourceKind;
import dev.onsale.runtime.HealthServer;
import dev.onsale.runtime.OperatorError;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every pod's settings pass the checks that its program makes when it starts, and fit the pod. */
class PodSettingsTest {

    private static final Workload INVENTORY = Workload.of("StatefulSet", "inventory-stream");
    private static final Workload ORDERS = Workload.of("Deployment", "order-service");
    private static final Workload PAYMENTS = Workload.of("Deployment", "payment-worker");

    static List<Workload> workloads() {
        return Workload.all().toList();
    }

    @Test
    void inventoryStream_isAStaticMemberByPodName_withAStandbyAndALastingState() {
        InventoryConfig config = InventoryConfig.from(INVENTORY.settings());
        assertEquals(INVENTORY.podName(), config.instanceId());
        assertEquals(1, config.standbyReplicas());
        assertTrue(INVENTORY.writable(config.stateDir()));
        assertEquals("0.0.0.0", config.healthHost());
        assertEquals(INVENTORY.port("health"), config.healthPort());
        assertReachesKafka(INVENTORY, config.kafka());
    }

    @Test
    void orderService_tellsOthersItsAddress_andAsksForAToken() {
        OrderServiceConfig config = OrderServiceConfig.from(ORDERS.settings());
        assertEquals("http://" + Workload.POD_IP + ":" + config.httpPort(), config.advertisedUrl());
        assertEquals(Workload.SECRET, config.adminToken());
        assertTrue(ORDERS.writable(config.stateDir()));
        assertTrue(ORDERS.writable(config.flags().snapshotFile()));
        assertEquals(List.of("0.0.0.0", "0.0.0.0"), List.of(config.httpHost(), config.adminHost()));
        assertEquals(ORDERS.port("http"), config.httpPort());
        assertEquals(ORDERS.port("admin"), config.adminPort());
        assertReachesKafka(ORDERS, config.kafka());
    }

    @Test
    void paymentWorker_isInTheShareGroupThatItIsScaledBy() {
        PaymentWorkerConfig config = PaymentWorkerConfig.from(PAYMENTS.settings());
        assertEquals(SourceKind.SHARE, config.source());
        assertEquals(Workload.SECRET, config.gateway().key());
        assertTrue(PAYMENTS.writable(config.flags().snapshotFile()));
        assertEquals("0.0.0.0", config.healthHost());
        assertEquals(PAYMENTS.port("health"), config.healthPort());
        assertReachesKafka(PAYMENTS, config.kafka());
    }

    private static void assertReachesKafka(Workload workload, Map<String, Object> kafka) {
        assertEquals(Workload.SECRET, kafka.get("sasl.jaas.config"));
        String truststore = String.valueOf(kafka.get("ssl.truststore.location"));
        assertTrue(
                Manifest.each(workload.container().path("volumeMounts"))
                        .anyMatch(mount ->
                                truststore.startsWith(mount.path("mountPath").asText() + "/")),
                () -> "nothing is mounted for " + truststore);
    }

    /** The checks above can fail. */
    @Test
    void misspelledSetting_isRefused() {
        var refused = assertThrows(
                OperatorError.class, () -> InventoryConfig.from(INVENTORY.settings("--standby.replica", "1")));
        assertTrue(String.valueOf(refused.getMessage()).contains("standby.replicas"), refused::toString);
    }

    /** Asked of the server that all services answer by. */
    @ParameterizedTest
    @MethodSource("workloads")
    void probes_askWhatTheServiceAnswers(Workload workload) throws Exception {
        String portName = workload.name().equals("order-service") ? "admin" : "health";
        try (HealthServer server = HealthServer.start(
                        "127.0.0.1", 0, () -> true, () -> true, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
                HttpClient client = HttpClient.newHttpClient()) {
            for (Map.Entry<String, String> probe : Map.of(
                            "startupProbe", "/health/live",
                            "livenessProbe", "/health/live",
                            "readinessProbe", "/health/ready")
                    .entrySet()) {
                JsonNode get = workload.container().path(probe.getKey()).path("httpGet");
                assertEquals(probe.getValue(), get.path("path").asText(), probe::getKey);
                assertEquals(portName, get.path("port").asText(), probe::getKey);
                URI uri = URI.create(
                        "http://127.0.0.1:" + server.port() + get.path("path").asText());
                int status = client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding())
                        .statusCode();
                assertEquals(200, status, uri::toString);
            }
        }
    }
}
