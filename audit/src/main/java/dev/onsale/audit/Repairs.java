package dev.onsale.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.onsale.schemas.DeadLetters;
import dev.onsale.schemas.Topics;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Payment requests that a person had sent again with {@code onsale dead-letters repair}, as the release log tells. Each may
 * stand in {@code onsale.payments} once more for each time. Safe for use by several threads.
 */
final class Repairs {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Reader reader;
    /** By partition, the offset up to which the release log has been read. */
    private final long[] read;
    /** By idempotency key, how many more copies there may be. */
    private final Map<String, Integer> left = new HashMap<>();

    /** A cluster may be without the topic; then nothing was sent again. */
    Repairs(Reader reader) {
        this.reader = reader;
        this.read = IntStream.range(0, reader.source().partitions(Topics.RELEASE_LOG))
                .mapToLong(partition -> reader.source().start(Topics.RELEASE_LOG, partition))
                .toArray();
        readOn();
    }

    private void readOn() {
        for (int partition = 0; partition < read.length; partition++) {
            long end = reader.source().end(Topics.RELEASE_LOG, partition);
            if (end > read[partition]) {
                try (LogCursor cursor = reader.open(Topics.RELEASE_LOG, partition, read[partition], end)) {
                    for (LogRecord message = cursor.next(); message != null; message = cursor.next()) {
                        add(message);
                    }
                }
                read[partition] = end;
            }
        }
    }

    private void add(LogRecord message) {
        try {
            byte[] value = message.value();
            JsonNode entry = JSON.readTree(value == null ? new byte[0] : value);
            if (entry.path("kind").asText().equals(DeadLetters.ENDED) && entry.has(DeadLetters.PAYMENT)) {
                left.merge(entry.path(DeadLetters.PAYMENT).asText(), 1, Integer::sum);
            }
        } catch (IOException e) {
            // No entry, so it excuses nothing.
        }
    }

    /** Whether a request was sent again at all, as far as the release log was read. */
    synchronized boolean know(String idempotencyKey) {
        return left.containsKey(idempotencyKey);
    }

    /** Whether one more copy of a request is there because a person wanted it; asked once for each copy. */
    synchronized boolean excuse(String idempotencyKey) {
        if (left.getOrDefault(idempotencyKey, 0) == 0) {
            // It may have been sent again since the audit began; its entry was written with it, in one transaction.
            readOn();
        }
        int copies = left.getOrDefault(idempotencyKey, 0);
        left.computeIfPresent(idempotencyKey, (_, count) -> Math.max(0, count - 1));
        return copies > 0;
    }
}
