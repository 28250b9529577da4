package dev.onsale.cli.rehearse;

import dev.onsale.cli.http.Answer;
import dev.onsale.cli.story.Waiting;
import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Event;
import dev.onsale.wire.SeatsHeld;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Which variant decided a purchase, by the events in the log. */
final class DecidedBy implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(50);

    private final KafkaConsumer<byte[], byte[]> events;
    private final AvroSerde<Event> serde =
            AvroSerde.of(Event.class, PinnedSchemas.released(), Topics.EVENTS.name() + "-value");
    /** Of orders that got tickets. */
    private final Map<String, String> variants = new HashMap<>();

    DecidedBy(String bootstrapServers) {
        this.events = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        var partitions = events.partitionsFor(Topics.EVENTS.name()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        events.assign(partitions);
        events.seekToBeginning(partitions);
    }

    /** The variant that decided an order which got tickets. */
    String variant(Answer order) throws InterruptedException {
        String orderId = order.text("orderId");
        Waiting.until(PATIENCE, "the event of order " + orderId + " is in the log", () -> {
            read();
            return variants.containsKey(orderId);
        });
        return variants.getOrDefault(orderId, "");
    }

    private void read() {
        events.poll(POLL).forEach(message -> {
            Event event = serde.fromBytes(message.value());
            if (event.getPayload() instanceof SeatsHeld) {
                variants.put(event.getHeader().getOrderId(), event.getHeader().getVariant());
            }
        });
    }

    @Override
    public void close() {
        events.close();
    }
}
