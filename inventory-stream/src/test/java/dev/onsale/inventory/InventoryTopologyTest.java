package dev.onsale.inventory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.domain.Order;
import dev.onsale.inventory.wire.States;
import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.DeadLetters;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.Requests;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Command;
import dev.onsale.wire.Event;
import dev.onsale.wire.ExpireHolds;
import dev.onsale.wire.OrderState;
import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentOutcome;
import dev.onsale.wire.PaymentRequest;
import dev.onsale.wire.StoredOrder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The topology without transactions; what concerns exactly-once is tested on real brokers in system-tests. */
class InventoryTopologyTest {

    private static final Instant START = Instant.parse("2026-12-01T10:00:00Z");
    private static final byte[] KEY = Wire.SECTION.toString().getBytes(UTF_8);

    @TempDir
    Path state;

    private TopologyTestDriver driver;
    private TestInputTopic<byte[], byte[]> commands;

    @BeforeEach
    void start() {
        var properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, InventoryService.APPLICATION_ID);
        properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        driver = new TopologyTestDriver(topology(1), properties, START);
        commands = driver.createInputTopic(
                Topics.COMMANDS.name(), new ByteArraySerializer(), new ByteArraySerializer(), START, Duration.ZERO);
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    private static Topology topology(int partitions) {
        return InventoryTopology.build(PinnedSchemas.released(), partitions, new SimpleMeterRegistry());
    }

    private void send(Command command) {
        send(command, Duration.ZERO);
    }

    private void send(Command command, Duration afterStart) {
        commands.pipeInput(KEY, Wire.COMMANDS.toBytes(command), START.plus(afterStart));
    }

    private <V extends SpecificRecord> List<V> written(Class<V> type, String topic) {
        Deserializer<V> values = AvroSerde.of(type, PinnedSchemas.released(), topic + "-value");
        return driver.createOutputTopic(topic, new StringDeserializer(), values).readValuesToList();
    }

    private List<String> events() {
        return written(Event.class, Topics.EVENTS.name()).stream()
                .map(event -> event.getPayload().getClass().getSimpleName())
                .toList();
    }

    @Test
    void description_isAsCheckedIn() throws IOException {
        String checkedIn = new String(
                InventoryTopologyTest.class.getResourceAsStream("topology.txt").readAllBytes(), UTF_8);

        assertEquals(checkedIn.strip(), topology(4).describe().toString().strip());
    }

    @Test
    void purchase_isSold_whenItsPaymentIsAuthorised() {
        send(Wire.open(1, 5, 300));
        send(Wire.purchase("ada", "r1", 2));
        send(Wire.reported("ada", "r1", PaymentOperation.AUTHORISE, PaymentOutcome.SUCCEEDED));

        assertEquals(
                List.of("SectionOpened", "SeatsHeld", "PaymentRequested", "SeatsSold", "PaymentRequested"), events());
        assertEquals(
                List.of(OrderState.HELD, OrderState.SOLD),
                written(OrderStatus.class, Topics.ORDERS.name()).stream()
                        .map(OrderStatus::getState)
                        .toList());
        String orderId = Requests.orderId("ada", "r1");
        assertEquals(
                List.of(orderId + ":1:authorise", orderId + ":1:capture"),
                written(PaymentRequest.class, Topics.PAYMENTS.name()).stream()
                        .map(PaymentRequest::getIdempotencyKey)
                        .toList());
    }

    @Test
    void repeatedPurchase_writesNothing() {
        send(Wire.open(1, 5, 300));
        send(Wire.purchase("ada", "r1", 2));
        events();
        send(Wire.purchase("ada", "r1", 2));

        assertEquals(List.of(), events());
        assertEquals(1, written(OrderStatus.class, Topics.ORDERS.name()).size());
    }

    @Test
    void reusedRequestId_leavesTheOrderAsItIs() {
        send(Wire.open(1, 5, 300));
        send(Wire.purchase("ada", "r1", 2));
        events();
        send(Wire.purchase("ada", "r1", 3));

        assertEquals(List.of("PurchaseRejected"), events());
        assertEquals(1, written(OrderStatus.class, Topics.ORDERS.name()).size());
    }

    @Test
    void poison_goesToDeadLetters_andTheSaleGoesOn() {
        byte[] poison = "no avro".getBytes(UTF_8);
        send(Wire.open(1, 5, 300));
        commands.pipeInput(KEY, poison);
        send(Wire.purchase("ada", "r1", 1));

        TestRecord<String, byte[]> letter = driver.createOutputTopic(
                        Topics.DEAD_LETTERS, new StringDeserializer(), new ByteArrayDeserializer())
                .readRecord();
        assertEquals("onsale.commands/0/1", letter.key());
        assertEquals("no avro", new String(letter.value(), UTF_8));
        assertEquals(
                DeadLetters.Problem.UNREADABLE.name(),
                new String(letter.headers().lastHeader(DeadLetters.PROBLEM).value(), UTF_8));
        assertEquals(List.of("SectionOpened", "SeatsHeld", "PaymentRequested"), events());
    }

    @Test
    void endedHold_isNoticed_withoutTraffic() {
        send(Wire.open(1, 5, 3));
        send(Wire.purchase("ada", "r1", 1));

        org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            driver.advanceWallClockTime(Duration.ofMillis(250));
            assertTrue(written(Command.class, Topics.COMMANDS.name()).stream()
                    .anyMatch(command -> command.getPayload() instanceof ExpireHolds));
        });
    }

    @Test
    void heapOfARestart_equalsTheHeapBefore() {
        send(Wire.open(2, 5, 300));
        send(Wire.purchase("ada", "r1", 2));
        send(Wire.purchase("bob", "r1", 9));
        send(Wire.purchase("cyd", "r1", 3));
        send(Wire.reported("ada", "r1", PaymentOperation.AUTHORISE, PaymentOutcome.SUCCEEDED));
        send(Wire.purchase("dan", "r1", 1), Duration.ofSeconds(301));

        var sections = Sections.load(
                driver.getKeyValueStore(InventoryTopology.SECTIONS_STORE),
                driver.getKeyValueStore(InventoryTopology.ORDERS_STORE));

        var section = sections.of(Wire.SECTION).section();
        Event last = written(Event.class, Topics.EVENTS.name()).getLast();
        assertEquals(last.getHeader().getSectionVersion(), section.version());
        assertEquals(List.of(7, 1, 2), List.of(section.free(), section.held(), section.sold()));
        assertEquals(List.of(Requests.orderId("dan", "r1")), section.heldOrders());
        assertEquals(2, section.ticketsOf("ada"));
    }

    @Test
    void storedOrder_isTheSame_afterThereAndBack() {
        send(Wire.open(2, 5, 300));
        send(Wire.purchase("ada", "r1", 2));
        StoredOrder stored = (StoredOrder) driver.getKeyValueStore(InventoryTopology.ORDERS_STORE)
                .get(Wire.SECTION + "/" + Requests.orderId("ada", "r1"));

        Order order = States.toDomain(stored);

        assertEquals(stored, States.toStored(order));
    }
}
