package dev.onsale.system.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads whole topics, from the first record to the last one that is there when reading begins. */
public final class TopicReader {

    private static final Duration POLL = Duration.ofMillis(100);

    private TopicReader() {}

    /** Committed records, in order for each partition. */
    public static List<ConsumerRecord<byte[], byte[]>> committed(String bootstrap, String topic) {
        List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
        read(bootstrap, topic, "read_committed", (_, record) -> all.add(record));
        return all;
    }

    /** How many records there are, those of aborted transactions included. */
    static long countWithAborted(String bootstrap, String topic) {
        long[] count = {0};
        read(bootstrap, topic, "read_uncommitted", (_, _) -> count[0]++);
        return count[0];
    }

    /** Latest value for every key of a compacted topic; tombstones are left out. */
    static Map<String, byte[]> latest(String bootstrap, String topic) {
        Map<String, byte[]> latest = new HashMap<>();
        read(bootstrap, topic, "read_committed", (key, record) -> {
            if (record.value() == null) {
                latest.remove(key);
            } else {
                latest.put(key, record.value());
            }
        });
        return latest;
    }

    /** A header's text. */
    static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    /** A consumer of all partitions of a topic that stands at its beginning. */
    static KafkaConsumer<byte[], byte[]> atBeginning(String bootstrap, String topic, String isolation) {
        KafkaConsumer<byte[], byte[]> consumer = assigned(bootstrap, topic, isolation);
        consumer.seekToBeginning(consumer.assignment());
        return consumer;
    }

    /** A consumer of all partitions of a topic that stands at its end. */
    static KafkaConsumer<byte[], byte[]> atEnd(String bootstrap, String topic, String isolation) {
        KafkaConsumer<byte[], byte[]> consumer = assigned(bootstrap, topic, isolation);
        consumer.seekToEnd(consumer.assignment());
        consumer.assignment().forEach(consumer::position);
        return consumer;
    }

    private static KafkaConsumer<byte[], byte[]> assigned(String bootstrap, String topic, String isolation) {
        var consumer = new KafkaConsumer<>(
                Map.<String, Object>of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrap,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        isolation,
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        5_000),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.assign(consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList());
        return consumer;
    }

    private static void read(
            String bootstrap,
            String topic,
            String isolation,
            BiConsumer<String, ConsumerRecord<byte[], byte[]>> receive) {
        try (KafkaConsumer<byte[], byte[]> consumer = atBeginning(bootstrap, topic, isolation)) {
            Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(POLL)
                        .forEach(record ->
                                receive.accept(record.key() == null ? "" : new String(record.key(), UTF_8), record));
            }
        }
    }
}
