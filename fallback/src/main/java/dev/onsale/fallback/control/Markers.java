package dev.onsale.fallback.control;

import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.SchemaIds;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Command;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.EnterFallback;
import dev.onsale.wire.LeaveFallback;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/** Writes the commands of a fallback, in order. */
final class Markers {

    private static final int AT_ONCE = 2_000;

    private final KafkaProducer<byte[], byte[]> producer;
    private final AvroSerde<Command> serde;
    private final List<Future<RecordMetadata>> underWay = new ArrayList<>();

    Markers(KafkaProducer<byte[], byte[]> producer, SchemaIds ids) {
        this.producer = producer;
        this.serde = AvroSerde.of(Command.class, ids, Topics.COMMANDS.name() + "-value");
    }

    void enter(SectionKey key, int partition, long epoch) {
        send(key, partition, command(key, new EnterFallback(epoch)));
    }

    void leave(SectionKey key, int partition, long epoch, long version) {
        send(key, partition, command(key, new LeaveFallback(epoch, version)));
    }

    private static Command command(SectionKey key, Object payload) {
        var header = CommandHeader.newBuilder()
                .setCommandId(UUID.randomUUID().toString())
                .setEventId(key.eventId())
                .setSectionId(key.sectionId())
                .build();
        return new Command(header, payload);
    }

    void send(SectionKey key, int partition, Command command) {
        send(new ProducerRecord<>(
                Topics.COMMANDS.name(),
                partition,
                key.toString().getBytes(StandardCharsets.UTF_8),
                serde.toBytes(command)));
    }

    void send(ProducerRecord<byte[], byte[]> message) {
        try {
            underWay.add(producer.send(message));
        } catch (KafkaException e) {
            throw failed(e);
        }
        if (underWay.size() >= AT_ONCE) {
            await();
        }
    }

    /** Waits until all in-sync replicas have all of it. */
    void await() {
        try {
            producer.flush();
            for (Future<RecordMetadata> each : underWay) {
                each.get();
            }
            underWay.clear();
        } catch (ExecutionException e) {
            throw failed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("stopped", e);
        }
    }

    private static OperatorError failed(Throwable e) {
        return new OperatorError(
                "The brokers do not take commands (" + e.getMessage()
                        + "); look whether all partitions have enough replicas, and run the same command again.",
                e);
    }
}
