package dev.onsale.release.canary;

import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.SchemaIds;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Command;
import dev.onsale.wire.Event;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads commands and events between two positions, committed ones only. */
final class SaleLog implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SaleLog.class);
    private static final Duration POLL = Duration.ofMillis(100);

    /** Takes up what is read, with the time at which the broker appended it, in epoch milliseconds. */
    interface Reader {
        void command(int partition, long offset, long atMillis, Command command);

        void event(long atMillis, Event event);
    }

    /** Offsets by partition, exclusive; as JSON in the release log. */
    record Position(Map<Integer, Long> commands, Map<Integer, Long> events) {}

    private final KafkaConsumer<byte[], byte[]> commands;
    private final KafkaConsumer<byte[], byte[]> events;
    private final AvroSerde<Command> commandSerde;
    private final AvroSerde<Event> eventSerde;
    private long sinceMillis;

    SaleLog(Map<String, Object> kafka, SchemaIds ids) {
        this.commands = consumer(kafka);
        this.events = consumer(kafka);
        this.commandSerde = AvroSerde.of(Command.class, ids, Topics.COMMANDS.name() + "-value");
        this.eventSerde = AvroSerde.of(Event.class, ids, Topics.EVENTS.name() + "-value");
    }

    private static KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> kafka) {
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** The present ends. Those of the events are taken first, so that the command of every event before is before, too. */
    Position ends() {
        Map<Integer, Long> ofEvents = ends(events, Topics.EVENTS.name());
        return new Position(ends(commands, Topics.COMMANDS.name()), ofEvents);
    }

    private static Map<Integer, Long> ends(KafkaConsumer<byte[], byte[]> consumer, String topic) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        Map<Integer, Long> ends = new TreeMap<>();
        consumer.endOffsets(partitions).forEach((partition, end) -> ends.put(partition.partition(), end));
        return ends;
    }

    /**
     * Begins to read here.
     *
     * @param sinceMillis commands that the broker appended earlier are passed over
     */
    void seek(Position from, long sinceMillis) {
        this.sinceMillis = sinceMillis;
        seek(commands, Topics.COMMANDS.name(), from.commands());
        seek(events, Topics.EVENTS.name(), from.events());
    }

    private static void seek(KafkaConsumer<byte[], byte[]> consumer, String topic, Map<Integer, Long> from) {
        consumer.assign(from.keySet().stream()
                .map(partition -> new TopicPartition(topic, partition))
                .toList());
        from.forEach((partition, offset) -> consumer.seek(new TopicPartition(topic, partition), offset));
    }

    /** Reads on up to a position: all commands first, then the events. */
    void readTo(Position to, Reader reader) {
        read(
                commands,
                to.commands(),
                message -> decode(message, commandSerde::fromBytes, command -> {
                    if (message.timestamp() >= sinceMillis) {
                        reader.command(message.partition(), message.offset(), message.timestamp(), command);
                    }
                }));
        read(
                events,
                to.events(),
                message -> decode(message, eventSerde::fromBytes, event -> reader.event(message.timestamp(), event)));
    }

    private static void read(
            KafkaConsumer<byte[], byte[]> consumer,
            Map<Integer, Long> to,
            Consumer<ConsumerRecord<byte[], byte[]>> handler) {
        while (consumer.assignment().stream()
                .anyMatch(partition -> consumer.position(partition) < to.getOrDefault(partition.partition(), 0L))) {
            // What lies beyond is left for the next time: a position is part of a verdict.
            consumer.pause(consumer.assignment().stream()
                    .filter(partition -> consumer.position(partition) >= to.getOrDefault(partition.partition(), 0L))
                    .toList());
            for (ConsumerRecord<byte[], byte[]> message : consumer.poll(POLL)) {
                long end = to.getOrDefault(message.partition(), 0L);
                if (message.offset() < end) {
                    handler.accept(message);
                } else {
                    consumer.seek(new TopicPartition(message.topic(), message.partition()), end);
                }
            }
            consumer.resume(consumer.paused());
        }
    }

    /** What cannot be read goes to dead letters elsewhere, and is no observation here. */
    private static <V> void decode(
            ConsumerRecord<byte[], byte[]> message, Function<byte[], V> decoder, Consumer<V> handler) {
        try {
            handler.accept(decoder.apply(message.value()));
        } catch (SerializationException e) {
            log.debug("{}/{}/{}: {}", message.topic(), message.partition(), message.offset(), e.getMessage());
        }
    }

    @Override
    public void close() {
        commands.close();
        events.close();
    }
}
