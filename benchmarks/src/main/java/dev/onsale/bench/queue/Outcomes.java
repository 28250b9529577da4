package dev.onsale.bench.queue;

import dev.onsale.bench.Broker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a topic of outcomes as a reader of committed records does, until it is told to stop. */
final class Outcomes implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(50);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;
    private final Thread thread;
    private volatile boolean over;

    Outcomes(Broker broker, String topic) {
        Map<String, Object> properties = new HashMap<>(broker.client());
        properties.put("isolation.level", "read_committed");
        properties.put("auto.offset.reset", "earliest");
        this.consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.partitions = IntStream.range(0, Broker.PARTITIONS)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        this.thread = Thread.ofPlatform().name("outcomes").start(this::read);
    }

    private void read() {
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        while (!over) {
            consumer.poll(POLL);
        }
        // Whatever was committed before the end is seen before the clock stops.
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.getOrDefault(each, 0L))) {
            consumer.poll(POLL);
        }
        consumer.close();
    }

    /** Returns when all is read that was committed before this call. */
    void finish() throws InterruptedException {
        over = true;
        thread.join();
    }

    @Override
    public void close() throws InterruptedException {
        finish();
    }
}
