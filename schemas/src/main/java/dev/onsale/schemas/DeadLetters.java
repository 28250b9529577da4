package dev.onsale.schemas;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * How a record goes to {@code onsale.dead-letters}: key {@code topic/partition/offset} of the source, value the source's
 * value bytes untouched, and headers that say what was wrong and what mends it.
 */
public final class DeadLetters {

    /** A {@link Problem}, by name. */
    public static final String PROBLEM = "onsale.problem";
    /** What was found, for people. */
    public static final String DETAIL = "onsale.detail";
    /** What to do so that it does not happen again. */
    public static final String MEND = "onsale.mend";
    /** Key bytes of the source record; absent when it had none. */
    public static final String SOURCE_KEY = "onsale.source.key";

    /** Kind of the entries of {@code onsale.release-log} that say how a dead letter ended. */
    public static final String ENDED = "dead-letter";
    /** Member of such an entry: idempotency key of a payment request that was sent again. */
    public static final String PAYMENT = "payment";

    /** Why a record could not be taken, and what mends it. */
    public enum Problem {
        UNREADABLE("Send Avro in the Confluent wire format: byte 0x00, 4-byte big-endian schema id, Avro binary."),
        UNKNOWN_SCHEMA("Register the schema, or use an id listed by GET /schemas/ids/{id} on the admin port."),
        UNKNOWN_SYMBOL("Upgrade inventory-stream before producers that use the new symbol."),
        WRONG_KEY("Set the record's key to eventId/sectionId of the command's header, in UTF-8."),
        WRONG_PARTITION(
                "Partition by murmur2 of the key: in librdkafka and its bindings set partitioner=murmur2_random;"
                        + " in kafkajs use Partitioners.DefaultPartitioner."),
        INVALID_HEADER("Mend the field of the command's header that is named."),
        WRONG_ORDER_ID(
                "Leave header.orderId empty, or set it to the first 32 hex digits of SHA-256(buyer + \"\\n\" + requestId)."),
        UNDELIVERABLE(
                "Find out why the payment gateway gave no definite answer, then send the request again as it is.");

        private final String mend;

        Problem(String mend) {
            this.mend = mend;
        }

        public String mend() {
            return mend;
        }
    }

    private DeadLetters() {}

    public static String key(String topic, int partition, long offset) {
        return topic + "/" + partition + "/" + offset;
    }

    /** @param sourceKey key bytes of the source record, or null */
    public static Headers headers(
            Problem problem, String detail, byte @org.jspecify.annotations.Nullable [] sourceKey) {
        Headers headers = new RecordHeaders()
                .add(PROBLEM, utf8(problem.name()))
                .add(DETAIL, utf8(detail))
                .add(MEND, utf8(problem.mend()));
        return sourceKey == null ? headers : headers.add(SOURCE_KEY, sourceKey);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
