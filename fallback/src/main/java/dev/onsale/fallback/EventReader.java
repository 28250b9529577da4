package dev.onsale.fallback;

import dev.onsale.inventory.wire.RecordedEvent;
import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.RegistryUnavailableException;
import dev.onsale.schemas.SchemaIds;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Event;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/** Reads records of {@code onsale.events}. */
final class EventReader {

    private final AvroSerde<Event> serde;

    EventReader(SchemaIds ids) {
        this.serde = AvroSerde.of(Event.class, ids, Topics.EVENTS.name() + "-value");
    }

    /**
     * @throws RefusedEvent when it is no event of this place
     * @throws RegistryUnavailableException when its schema cannot be looked up now
     */
    RecordedEvent read(ConsumerRecord<byte @Nullable [], byte @Nullable []> message) throws RefusedEvent {
        byte[] value = message.value();
        if (value == null) {
            throw new RefusedEvent(message, "the record has no value");
        }
        RecordedEvent event;
        try {
            event = RecordedEvent.of(serde.fromBytes(value));
        } catch (SerializationException | IllegalArgumentException e) {
            throw new RefusedEvent(message, e);
        }
        byte[] key = message.key();
        String keyed = key == null ? "" : new String(key, StandardCharsets.UTF_8);
        if (!keyed.equals(event.section().toString())) {
            throw new RefusedEvent(message, "its key is '" + keyed + "', its header says '" + event.section() + "'");
        }
        if (event.stamp().partition() != message.partition()) {
            throw new RefusedEvent(
                    message,
                    "it answers a command of partition " + event.stamp().partition() + ", whose events are elsewhere");
        }
        return event;
    }
}
