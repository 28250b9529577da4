package dev.onsale.orders.log;

import static org.awaitility.Awaitility.await;

import dev.onsale.orders.TestBroker;
import dev.onsale.schemas.Topics;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

final class QueueTest {

    private static final Duration NOTICE = Duration.ofSeconds(2);
    /** Longer than it takes to notice, and than statuses may be on their way after that. */
    private static final Duration LONGER = Duration.ofSeconds(5);

    @Test
    void anUnknownOrder_mayWaitToBeDecided_whenAnotherInstanceWroteItJustAfterATakeover() throws Exception {
        try (TestBroker broker = TestBroker.start();
                Admin admin = Admin.create(broker.client());
                Queue queue = Queue.open(Admin.create(broker.client()), 3)) {
            queue.catchUp(NOTICE);
            try (var other =
                    new KafkaProducer<>(broker.client(), new ByteArraySerializer(), new ByteArraySerializer())) {
                other.send(new ProducerRecord<>(Topics.COMMANDS.name(), 1, new byte[0], new byte[0]))
                        .get();
            }
            await().during(LONGER).atMost(LONGER.multipliedBy(2)).until(queue::catchingUp);

            admin.alterConsumerGroupOffsets(
                            "onsale-inventory",
                            Map.of(new TopicPartition(Topics.COMMANDS.name(), 1), new OffsetAndMetadata(1)))
                    .all()
                    .get();
            await().until(() -> !queue.catchingUp());
        }
    }
}
