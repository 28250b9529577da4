package dev.onsale.fallback.control;

import dev.onsale.domain.PaymentState;
import dev.onsale.fallback.desk.Journal;
import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.SchemaIds;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.PaymentRequest;
import java.time.Duration;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.SerializationException;
import org.jdbi.v3.core.Handle;

/**
 * The payment operations that were under way when the fallback began. Their outcomes would go to a decider that is not there, so
 * they are asked for once more, by the same idempotency keys: the gateway gives the answer that it gave before, if it did.
 */
final class OpenRequests {

    private final Handle handle;
    private final AvroSerde<PaymentRequest> serde;
    private final Set<String> wanted = new HashSet<>();
    private OptionalLong sinceMillis = OptionalLong.empty();

    OpenRequests(Handle handle, SchemaIds ids) {
        this.handle = handle;
        this.serde = AvroSerde.of(PaymentRequest.class, ids, Topics.PAYMENTS.name() + "-value");
        handle.createQuery("SELECT event_id, section_id, order_id, attempt, payment, asked_at_millis"
                        + " FROM fallback.orders WHERE asked_at_millis IS NOT NULL")
                .map((row, context) -> {
                    long asked = row.getLong("asked_at_millis");
                    sinceMillis = OptionalLong.of(Math.min(asked, sinceMillis.orElse(asked)));
                    return id(
                            row.getString("event_id"),
                            row.getString("section_id"),
                            row.getString("order_id") + ":" + row.getInt("attempt") + ":"
                                    + operation(PaymentState.valueOf(row.getString("payment"))));
                })
                .forEach(wanted::add);
    }

    private static String operation(PaymentState underWay) {
        return switch (underWay) {
            case AUTHORISING -> "authorise";
            case CAPTURING -> "capture";
            case VOIDING -> "void";
            case REFUNDING -> "refund";
            case NONE, DECLINED, CAPTURED, VOIDED, REFUNDED, FAILED -> "";
        };
    }

    private static String id(String eventId, String sectionId, String idempotencyKey) {
        return eventId + "/" + sectionId + "/" + idempotencyKey;
    }

    /** Finds them in the log. @return how many are not found */
    int find(KafkaConsumer<byte[], byte[]> consumer, Duration patience) {
        if (sinceMillis.isPresent()) {
            consumer.partitionsFor(Topics.PAYMENTS.name(), patience).forEach(info -> {
                var stretch = new Stretch(consumer, info.topic(), info.partition(), patience);
                long end = stretch.end();
                stretch.read(stretch.from(sinceMillis.getAsLong()).orElse(end), end, this::take);
            });
        }
        return wanted.size();
    }

    private void take(ConsumerRecord<byte[], byte[]> message) {
        try {
            PaymentRequest request = serde.fromBytes(message.value());
            if (wanted.remove(id(request.getEventId(), request.getSectionId(), request.getIdempotencyKey()))) {
                Journal.ask(handle, request, message.timestamp());
            }
        } catch (SerializationException e) {
            // Nobody could execute it.
        }
    }
}
