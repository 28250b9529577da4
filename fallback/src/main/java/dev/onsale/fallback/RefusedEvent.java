package dev.onsale.fallback;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record of the events that cannot be what the decider decided there. It and all behind it in its partition are not
 * exported: whatever they would lead to, it is not the state of the decider.
 */
final class RefusedEvent extends Exception {
    private static final long serialVersionUID = 1L;

    private final long offset;

    RefusedEvent(ConsumerRecord<?, ?> message, String why) {
        this(message, why, null);
    }

    RefusedEvent(ConsumerRecord<?, ?> message, RuntimeException why) {
        this(message, String.valueOf(why.getMessage()), why);
    }

    /** @param why what is wrong with it; the message also says where it is */
    private RefusedEvent(ConsumerRecord<?, ?> message, String why, @Nullable RuntimeException cause) {
        super(
                "the event at " + message.topic() + "/" + message.partition() + "/" + message.offset()
                        + " cannot be exported: " + why,
                cause);
        this.offset = message.offset();
    }

    long offset() {
        return offset;
    }
}
