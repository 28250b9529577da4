package dev.onsale.orders.view;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.orders.TestBroker;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.OrderState;
import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.PaymentState;
import dev.onsale.wire.Receipt;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class OrdersEndTest {

    private static final String GROUP = "view-under-test";
    private static final int PARTITION = 1;

    private final Serde<OrderStatus> values = Topics.ORDERS.valueSerde(PinnedSchemas.released());
    private TestBroker broker;
    private KafkaProducer<String, byte[]> producer;
    private OrdersEnd end;

    @BeforeEach
    void start() throws Exception {
        broker = TestBroker.start();
        Map<String, Object> properties = broker.client();
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "decider");
        producer = new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
        producer.initTransactions();
        end = new OrdersEnd(broker.client(), GROUP, values.deserializer());
    }

    @AfterEach
    void stop() throws Exception {
        end.close();
        producer.close();
        broker.close();
    }

    @Test
    void theLastStatusThatCanBeRead_isFound_beforeMarkersAndWhatWasAborted() {
        assertTrue(end.applyAsLong(PARTITION) < 0, "nothing is there");
        byte[] status = values.serializer().serialize(Topics.ORDERS.name(), status());
        write(List.of(status, status, status));
        producer.commitTransaction();
        awaitLast(2);

        // Offset 3 is the marker; 4 cannot be read as a status; more than one look back must pass over the rest.
        write(List.of(new byte[] {1}));
        producer.commitTransaction();
        for (int i = 0; i < 3; i++) {
            write(Collections.nCopies(500, status));
            producer.abortTransaction();
        }
        awaitLast(2);

        // A transaction that is under way holds back what comes after it, for every reader.
        write(List.of(status));
        assertEquals(2, end.applyAsLong(PARTITION));
        producer.commitTransaction();
        awaitLast(1_509);

        committed(1_510);
        assertTrue(end.applyAsLong(PARTITION) < 0, "the group has read all");
        committed(1);
        assertEquals(1_509, end.applyAsLong(PARTITION));
        assertTrue(end.applyAsLong(PARTITION + 1) < 0, "another partition");
    }

    /** A transaction can be seen a moment after its commit has returned. */
    private void awaitLast(long offset) {
        await().untilAsserted(() -> assertEquals(offset, end.applyAsLong(PARTITION)));
    }

    private void write(List<byte[]> statuses) {
        producer.beginTransaction();
        for (byte[] status : statuses) {
            var _ = producer.send(new ProducerRecord<>(Topics.ORDERS.name(), PARTITION, "o", status));
        }
        producer.flush();
    }

    private void committed(long offset) {
        Map<String, Object> properties = broker.client();
        properties.put("group.id", GROUP);
        try (var group = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            group.commitSync(
                    Map.of(new TopicPartition(Topics.ORDERS.name(), PARTITION), new OffsetAndMetadata(offset)));
        }
    }

    private static OrderStatus status() {
        return OrderStatus.newBuilder()
                .setOrderId("o")
                .setEventId("rock")
                .setSectionId("A")
                .setBuyer("b")
                .setRequestHash(1)
                .setState(OrderState.HELD)
                .setPayment(PaymentState.AUTHORISING)
                .setAttempt(1)
                .setSeats(List.of("1-1"))
                .setQuantity(1)
                .setTotal(100)
                .setCurrency("EUR")
                .setReason("")
                .setReceipt(new Receipt(0, 0L))
                .setVersion(1)
                .build();
    }
}
