package dev.onsale.fallback.control;

import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Command;
import dev.onsale.wire.CommandRejected;
import dev.onsale.wire.Event;
import dev.onsale.wire.ExpireHolds;
import dev.onsale.wire.Reason;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Commands that were sent to the log while their section was decided elsewhere, and got no answer there. They are sent again as
 * they are; that a request is known already, from PostgreSQL or from an earlier try, the decider sees.
 */
final class PutOff {

    private record From(int partition, long commands, long events) {}

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Access access;
    private final long epoch;
    private final AvroSerde<Event> events;
    private final AvroSerde<Command> commands;

    PutOff(KafkaConsumer<byte[], byte[]> consumer, Access access, long epoch) {
        this.consumer = consumer;
        this.access = access;
        this.epoch = epoch;
        this.events = AvroSerde.of(Event.class, access.ids(), Topics.EVENTS.name() + "-value");
        this.commands = AvroSerde.of(Command.class, access.ids(), Topics.COMMANDS.name() + "-value");
    }

    /** @return how many were sent */
    long sendAgain(Markers markers) {
        List<From> all = access.database()
                .jdbi()
                .withHandle(handle -> handle.createQuery(
                                "SELECT * FROM fallback.partitions" + " WHERE epoch = :epoch AND withheld IS NULL")
                        .bind("epoch", epoch)
                        .map((row, context) -> new From(
                                row.getInt("partition"), row.getLong("commands_from"), row.getLong("events_from")))
                        .list());
        return all.stream().mapToLong(from -> sendAgain(from, markers)).sum();
    }

    private long sendAgain(From from, Markers markers) {
        Set<Long> refused = refused(from);
        var stretch = new Stretch(consumer, Topics.COMMANDS.name(), from.partition(), access.patience());
        stretch.read(from.commands(), stretch.end(), message -> {
            if (refused.contains(message.offset())) {
                if (commands.fromBytes(message.value()).getPayload() instanceof ExpireHolds) {
                    refused.remove(message.offset());
                } else {
                    markers.send(copy(message));
                }
            }
        });
        return refused.size();
    }

    private Set<Long> refused(From from) {
        Set<Long> offsets = new HashSet<>();
        var stretch = new Stretch(consumer, Topics.EVENTS.name(), from.partition(), access.patience());
        stretch.read(from.events(), stretch.end(), message -> {
            Event event = events.fromBytes(message.value());
            if (event.getPayload() instanceof CommandRejected rejected && rejected.getReason() == Reason.IN_FALLBACK) {
                offsets.add(event.getHeader().getReceipt().getOffset());
            }
        });
        return offsets;
    }

    private static ProducerRecord<byte[], byte[]> copy(ConsumerRecord<byte[], byte[]> message) {
        return new ProducerRecord<>(
                message.topic(), message.partition(), null, message.key(), message.value(), message.headers());
    }
}
