package dev.onsale.system.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.cli.TopicPlan;
import dev.onsale.inventory.InventoryConfig;
import dev.onsale.inventory.InventoryService;
import dev.onsale.runtime.Settings;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.Requests;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Command;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.OpenSection;
import dev.onsale.wire.OrderState;
import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.SectionDefinition;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;

/** The decider against the broker that everybody can fetch, started by Testcontainers. */
final class BrokerContainerIT {

    private static final String IMAGE = "apache/kafka:4.3.1";
    private static final int PARTITIONS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final SectionKey SECTION = new SectionKey("container-night", "A");
    private static final String BUYER = "anna";
    private static final String REQUEST = "request-1";

    @TempDir
    private Path state;

    @Test
    void purchase_isDecided_onABrokerInAContainer() throws Exception {
        Docker.assume(IMAGE);
        assumeTestcontainersRuns();
        try (KafkaContainer kafka = new KafkaContainer(IMAGE)) {
            kafka.start();
            String bootstrap = kafka.getBootstrapServers();
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
                List<String> created = new TopicPlan(PARTITIONS, 1).apply(admin, Duration.ofSeconds(60));
                assertTrue(created.contains(Topics.COMMANDS.name()), () -> "created: " + created);
            }
            try (InventoryService decider = decider(bootstrap)) {
                Awaitility.await("decider ready").atMost(PATIENCE).until(decider::ready);
                OrderStatus status = decided(bootstrap);
                assertEquals(OrderState.HELD, status.getState());
                assertEquals(2, status.getSeats().size());
                assertEquals(Requests.orderId(BUYER, REQUEST), status.getOrderId());
            }
        }
    }

    /** Testcontainers starts a container of its own first, which a machine without a container registry may not have. */
    private static void assumeTestcontainersRuns() {
        try {
            DockerClientFactory.instance().client();
        } catch (RuntimeException e) {
            Docker.skip("Testcontainers cannot start (" + e
                    + "); where its own image cannot be fetched, set TESTCONTAINERS_RYUK_DISABLED=true");
        }
    }

    private InventoryService decider(String bootstrap) {
        Settings settings = Settings.of(
                Map.of("bootstrap.servers", bootstrap, "state.dir", state.toString(), "standby.replicas", "0"));
        return InventoryService.start(
                InventoryConfig.from(settings), new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), () -> {});
    }

    /** Opens a section, buys two tickets in it, and waits for the answer as a reader of committed records sees it. */
    private static OrderStatus decided(String bootstrap) throws Exception {
        try (var commands = new KafkaProducer<>(
                        Map.<String, Object>of("bootstrap.servers", bootstrap, "acks", "all"),
                        new StringSerializer(),
                        Topics.COMMANDS.valueSerde(PinnedSchemas.released()).serializer());
                var orders = new KafkaConsumer<>(
                        Map.<String, Object>of(
                                "bootstrap.servers", bootstrap,
                                "group.id", "container-test",
                                "auto.offset.reset", "earliest",
                                "isolation.level", "read_committed"),
                        new StringDeserializer(),
                        Topics.ORDERS.valueSerde(PinnedSchemas.released()).deserializer())) {
            send(commands, new Command(header("", ""), new OpenSection(definition())));
            send(
                    commands,
                    new Command(
                            header(BUYER, REQUEST),
                            Purchase.newBuilder()
                                    .setQuantity(2)
                                    .setPaymentToken("pm_card_visa")
                                    .build()));
            orders.subscribe(List.of(Topics.ORDERS.name()));
            List<OrderStatus> seen = new ArrayList<>();
            Awaitility.await("the answer").atMost(PATIENCE).pollInSameThread().until(() -> {
                orders.poll(Duration.ofMillis(200)).forEach(order -> seen.add(order.value()));
                return !seen.isEmpty();
            });
            return seen.getFirst();
        }
    }

    private static void send(KafkaProducer<String, Command> commands, Command command) throws Exception {
        commands.send(new ProducerRecord<>(
                        Topics.COMMANDS.name(), SECTION.partition(PARTITIONS), SECTION.toString(), command))
                .get(30, TimeUnit.SECONDS);
    }

    private static CommandHeader header(String buyer, String requestId) {
        return CommandHeader.newBuilder()
                .setEventId(SECTION.eventId())
                .setSectionId(SECTION.sectionId())
                .setBuyer(buyer)
                .setRequestId(requestId)
                .build();
    }

    private static SectionDefinition definition() {
        return SectionDefinition.newBuilder()
                .setEventName("Container Night")
                .setCurrency("EUR")
                .setRows(2)
                .setSeatsPerRow(5)
                .setPrice(4500)
                .setHoldSeconds(300)
                .setMaxPerBuyer(4)
                .build();
    }
}
