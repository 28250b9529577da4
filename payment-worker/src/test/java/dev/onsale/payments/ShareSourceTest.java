package dev.onsale.payments;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockShareConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a real broker does not do on demand; the rest is in {@link PaymentWorkerTest}. */
@Timeout(60)
class ShareSourceTest {

    private final AtomicInteger renewals = new AtomicInteger();
    private final List<AcknowledgeType> acknowledged = new CopyOnWriteArrayList<>();

    /** Its broker is too slow to renew locks. */
    private final MockShareConsumer<byte[], byte[]> consumer = new MockShareConsumer<>() {
        @Override
        public Optional<Integer> acquisitionLockTimeoutMs() {
            return Optional.of(300);
        }

        @Override
        public synchronized Map<TopicIdPartition, Optional<KafkaException>> commitSync(Duration timeout) {
            renewals.incrementAndGet();
            throw new TimeoutException("the broker is slow");
        }

        @Override
        public synchronized void acknowledge(ConsumerRecord<byte[], byte[]> message, AcknowledgeType type) {
            acknowledged.add(type);
        }
    };

    /** Acknowledges what is written when it is told to. */
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(topics(), false, null, new ByteArraySerializer(), new ByteArraySerializer());

    private static Cluster topics() {
        Node node = new Node(0, "localhost", 9092);
        Node[] nodes = {node};
        var letters = new PartitionInfo(Topics.DEAD_LETTERS, 0, node, nodes, nodes);
        return new Cluster("mock", List.of(node), List.of(letters), Set.of(), Set.of());
    }

    private final Halt never = new Halt() {
        @Override
        public void awaitEnd() {}

        @Override
        public boolean endsWithin(Duration timeout) {
            return true;
        }
    };

    /** It cannot be read, so it goes to the dead letters: that takes as long as the producer wants. */
    private void deliver() {
        consumer.addRecord(new ConsumerRecord<>(Topics.PAYMENTS.name(), 0, 7, new byte[0], new byte[] {1}));
    }

    @Test
    void source_goesOn_whenLocksAreNotRenewedInTime() throws Exception {
        var gateway = new PatientGateway(new FakeGateway(), never, new SimpleMeterRegistry(), "stable");
        var executor = new PaymentExecutor(
                new Execution(
                        new PaymentPaths(gateway, Optional.empty()), never, Duration.ofHours(1), Clock.systemUTC()),
                new Reports(producer, PinnedSchemas.released()),
                PinnedSchemas.released());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        var source = new ShareSource(consumer, executor, never, threads, 5, Duration.ofSeconds(1));
        Future<?> running = threads.submit(source);
        try {
            deliverAgain();
            source.stop();
            running.get();
        } finally {
            // Also what was delivered once more than was acknowledged, and is under way for ever.
            threads.shutdownNow();
        }
    }

    private void deliverAgain() {
        await().until(() -> !consumer.subscription().isEmpty());
        deliver();
        await().until(() -> renewals.get() == 1);
        deliver();
        await().until(() -> renewals.get() == 2);
        assertEquals(1, producer.history().size());
        await().until(() -> {
            deliver();
            producer.completeNext();
            return acknowledged.contains(AcknowledgeType.REJECT);
        });
    }
}
