package dev.onsale.fallback.control;

import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Event;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * Which commands of a partition are decided, as the events tell: the decider decides them in order, so all that follows the
 * command of an event is undecided, or led to nothing and would again.
 */
final class LastEvent {

    private static final long NONE = -1;
    /** Offset of a command that no event names. */
    private static final long NO_COMMAND = -2;

    private final Stretch events;
    private final AvroSerde<Event> serde;

    LastEvent(KafkaConsumer<byte[], byte[]> consumer, Access access, int partition) {
        this.events = new Stretch(consumer, Topics.EVENTS.name(), partition, access.patience());
        this.serde = AvroSerde.of(Event.class, access.ids(), Topics.EVENTS.name() + "-value");
    }

    /** Offset of the command of the last event before an offset of the events; -1: there is none. */
    long commandBefore(long offset) {
        var last = new AtomicLong(NONE);
        events.last(offset, message -> last.set(command(message)));
        return last.get();
    }

    /** Offset of the command of the first event from an offset of the events on; another than any: there is none. */
    long commandFrom(long offset) {
        var first = new AtomicLong(NO_COMMAND);
        events.read(offset, events.end(), message -> first.compareAndSet(NO_COMMAND, command(message)));
        return first.get();
    }

    private long command(ConsumerRecord<byte[], byte[]> message) {
        return serde.fromBytes(message.value()).getHeader().getReceipt().getOffset();
    }
}
