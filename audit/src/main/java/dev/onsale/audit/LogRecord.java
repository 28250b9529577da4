package dev.onsale.audit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** A record as it stands in a topic. */
final class LogRecord {

    private final AuditReport.Receipt receipt;
    private final long atMillis;
    private final byte @Nullable [] key;
    private final byte @Nullable [] value;
    private final List<Header> headers;

    /** @param atMillis the record's timestamp, epoch milliseconds */
    LogRecord(
            String topic,
            int partition,
            long offset,
            long atMillis,
            byte @Nullable [] key,
            byte @Nullable [] value,
            List<Header> headers) {
        this.receipt = new AuditReport.Receipt(topic, partition, offset);
        this.atMillis = atMillis;
        this.key = key;
        this.value = value;
        this.headers = headers;
    }

    AuditReport.Receipt receipt() {
        return receipt;
    }

    String topic() {
        return receipt.topic();
    }

    int partition() {
        return receipt.partition();
    }

    long offset() {
        return receipt.offset();
    }

    long atMillis() {
        return atMillis;
    }

    byte @Nullable [] key() {
        return key;
    }

    byte @Nullable [] value() {
        return value;
    }

    /** In their order; most records have none. */
    List<Header> headers() {
        return headers;
    }

    /** The key as text; empty when there is none. */
    String keyText() {
        return key == null ? "" : new String(key, StandardCharsets.UTF_8);
    }
}
