package dev.onsale.cli.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.onsale.schemas.DeadLetters;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A record of {@code onsale.dead-letters}. Every part but the time may be anything, since anybody may have written it.
 *
 * @param id {@code topic/partition/offset} of the record that was put aside
 * @param at when that was written, or put aside
 * @param problem name of a {@link DeadLetters.Problem}, perhaps one of a newer build
 * @param detail what was found
 * @param mend what to do so that it does not happen again
 * @param key of the record that was put aside; null: it had none
 * @param value of the record that was put aside; null: it had none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Letter(
        String id,
        Instant at,
        String problem,
        String detail,
        String mend,
        byte @Nullable [] key,
        byte @Nullable [] value) {

    static Letter of(ConsumerRecord<byte[], byte[]> message) {
        byte @Nullable [] id = message.key();
        return new Letter(
                id == null
                        ? DeadLetters.key(message.topic(), message.partition(), message.offset())
                        : new String(id, UTF_8),
                Instant.ofEpochMilli(message.timestamp()),
                text(message, DeadLetters.PROBLEM),
                text(message, DeadLetters.DETAIL),
                text(message, DeadLetters.MEND),
                bytes(message, DeadLetters.SOURCE_KEY),
                message.value());
    }

    /** The topic that it was put aside from. */
    String topic() {
        return id.substring(0, Math.max(0, id.indexOf('/')));
    }

    private static String text(ConsumerRecord<byte[], byte[]> message, String header) {
        byte @Nullable [] value = bytes(message, header);
        return value == null ? "" : new String(value, UTF_8);
    }

    private static byte @Nullable [] bytes(ConsumerRecord<byte[], byte[]> message, String header) {
        @Nullable Header found = message.headers().lastHeader(header);
        return found == null ? null : found.value();
    }
}
