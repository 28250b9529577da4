package dev.onsale.orders.view;

import dev.onsale.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.IntToLongFunction;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Finds the last status of a partition of {@code onsale.orders} that a group has not committed. The end offset does not say
 * it: before it stand the markers of transactions, and aborted records, which no reader ever sees.
 */
final class OrdersEnd implements IntToLongFunction, AutoCloseable {

    private static final int NONE = -1;
    private static final long FIRST_LOOK = 1_000;
    private static final int FARTHER = 10;
    private static final Duration POLL = Duration.ofMillis(100);

    private final Deserializer<?> values;
    /** Used by one thread at a time. */
    private final KafkaConsumer<byte[], byte[]> consumer;

    /**
     * @param kafka properties for every Kafka client
     * @param group that reads the topic
     * @param values a record that it cannot read is passed over by the group, too
     */
    OrdersEnd(Map<String, Object> kafka, String group, Deserializer<?> values) {
        this.values = values;
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * Asks the broker.
     *
     * @return the offset, negative when all is committed
     * @throws KafkaException when it does not answer
     */
    @Override
    public synchronized long applyAsLong(int partition) {
        TopicPartition orders = new TopicPartition(Topics.ORDERS.name(), partition);
        consumer.assign(Set.of(orders));
        long end = consumer.endOffsets(Set.of(orders)).getOrDefault(orders, 0L);
        OffsetAndMetadata committed = consumer.committed(Set.of(orders)).get(orders);
        long first = committed == null
                ? consumer.beginningOffsets(Set.of(orders)).getOrDefault(orders, 0L)
                : committed.offset();
        long last = NONE;
        long from = end;
        for (long look = FIRST_LOOK; last == NONE && from > first; look *= FARTHER) {
            long until = from;
            from = Math.max(first, end - look);
            last = lastBetween(orders, from, until);
        }
        return last;
    }

    private long lastBetween(TopicPartition orders, long from, long until) {
        long last = NONE;
        consumer.seek(orders, from);
        while (consumer.position(orders) < until) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (record.offset() < until && readable(record)) {
                    last = record.offset();
                }
            }
        }
        return last;
    }

    private boolean readable(ConsumerRecord<byte[], byte[]> record) {
        try {
            values.deserialize(record.topic(), record.value());
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    @Override
    public synchronized void close() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
}
