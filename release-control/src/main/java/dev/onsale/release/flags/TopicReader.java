package dev.onsale.release.flags;

import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows {@code onsale.flags}: all of it, by every instance, so it is in no consumer group. It reads the topic to its end
 * before it says anything, since on the way there it would tell of changes that are long over. A broker that is away is
 * waited for.
 */
final class TopicReader implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TopicReader.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration ANSWER = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(500);

    private final Map<String, Object> properties;
    private final FlagTable table;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicReference<@Nullable CompletableFuture<Boolean>> question = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean live;
    private boolean complained;

    private TopicReader(Map<String, Object> kafka, FlagTable table) {
        this.table = table;
        this.properties = properties(kafka);
        thread = Thread.ofPlatform().daemon().name("flags-topic").unstarted(this::run);
    }

    private static Map<String, Object> properties(Map<String, Object> kafka) {
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.keySet().removeAll(List.of(ConsumerConfig.GROUP_ID_CONFIG, ConsumerConfig.GROUP_INSTANCE_ID_CONFIG));
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
        properties.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, (int) PAUSE.toMillis());
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) ANSWER.toMillis());
        return properties;
    }

    static TopicReader start(Map<String, Object> kafka, FlagTable table) {
        TopicReader reader = new TopicReader(kafka, table);
        reader.thread.start();
        return reader;
    }

    /** Whether the topic has been read to its end once. */
    boolean live() {
        return live;
    }

    /** Asks the broker whether the topic is read to its end now. @return false also when the broker is away */
    boolean isAtTheEnd() throws InterruptedException {
        CompletableFuture<Boolean> asked = new CompletableFuture<>();
        question.set(asked);
        try {
            return asked.get(ANSWER.multipliedBy(2).toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    private void run() {
        while (closed.getCount() > 0) {
            try (KafkaConsumer<byte[], byte[]> consumer =
                    new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                follow(consumer);
            } catch (KafkaException e) {
                complain(e);
                pause();
            }
        }
    }

    /** Once for each time that it goes wrong: a broker that is away for an hour is one line. */
    private void complain(KafkaException e) {
        if (!complained && closed.getCount() > 0) {
            log.warn("The topic of flags cannot be read, so the last known flags hold: {}", e.toString());
        }
        complained = true;
    }

    private void pause() {
        try {
            if (closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                log.debug("closed while the broker was away");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed.countDown();
        }
    }

    private void follow(KafkaConsumer<byte[], byte[]> consumer) {
        List<TopicPartition> partitions = assign(consumer);
        Map<String, FlagChange> changes = readToEnd(consumer, partitions, this::requireOpen);
        table.topicIs(changes);
        live = true;
        complained = false;
        log.info("{} flags are read from {}", changes.size(), Topics.FLAGS);
        while (true) {
            requireOpen();
            poll(consumer, table::topicSays);
            answer(consumer, partitions);
        }
    }

    /** What the topic says now. @throws KafkaException when the brokers do not answer */
    static List<FlagChange> latest(Map<String, Object> kafka) {
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties(kafka), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            Map<String, FlagChange> changes = readToEnd(consumer, assign(consumer), () -> {});
            return List.copyOf(changes.values());
        }
    }

    private static List<TopicPartition> assign(KafkaConsumer<byte[], byte[]> consumer) {
        List<TopicPartition> partitions = consumer.partitionsFor(Topics.FLAGS).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        if (partitions.isEmpty()) {
            throw new KafkaException("there is no topic " + Topics.FLAGS);
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return partitions;
    }

    /** @param beforeEachPoll may throw, to end it early */
    private static Map<String, FlagChange> readToEnd(
            KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions, Runnable beforeEachPoll) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Map<String, FlagChange> changes = new TreeMap<>();
        while (!isAt(consumer, ends)) {
            beforeEachPoll.run();
            poll(consumer, change -> changes.put(change.flag(), change));
        }
        return changes;
    }

    private void requireOpen() {
        if (closed.getCount() == 0) {
            throw new WakeupException();
        }
    }

    private static boolean isAt(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private static void poll(KafkaConsumer<byte[], byte[]> consumer, java.util.function.Consumer<FlagChange> to) {
        ConsumerRecords<byte[], byte[]> messages = consumer.poll(POLL);
        messages.forEach(message -> change(message).ifPresent(to));
    }

    /** What cannot be evaluated must not replace what can. */
    private static Optional<FlagChange> change(ConsumerRecord<byte[], byte[]> message) {
        try {
            return Optional.of(FlagChange.fromMessage(message));
        } catch (OperatorError e) {
            log.error(
                    "{}/{}/{} is ignored: {}", message.topic(), message.partition(), message.offset(), e.getMessage());
            return Optional.empty();
        }
    }

    private void answer(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
        CompletableFuture<Boolean> asked = question.getAndSet(null);
        if (asked != null) {
            try {
                asked.complete(isAt(consumer, consumer.endOffsets(partitions)));
            } catch (org.apache.kafka.common.errors.TimeoutException e) {
                asked.complete(false);
            }
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(ANSWER.multipliedBy(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
