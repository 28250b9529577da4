package dev.onsale.release.log;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.Topics;
import java.io.IOException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads {@code onsale.release-log} from its beginning. It is small: what people and controllers did, not what buyers did. */
public final class ReleaseLog implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ReleaseLog.class);
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final Duration POLL = Duration.ofMillis(100);
    private static final TopicPartition ALL = new TopicPartition(Topics.RELEASE_LOG, 0);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final KafkaConsumer<byte[], byte[]> consumer;

    /**
     * Every entry in the order in which they were written, each once.
     *
     * @param kafka properties of the client
     * @throws OperatorError when it cannot be read
     */
    public static List<ReleaseEntry> all(Map<String, Object> kafka) {
        Map<String, Object> client = new HashMap<>(kafka);
        client.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        // What there is, is read; nothing more is waited for.
        client.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 1);
        Map<String, ReleaseEntry> entries = new LinkedHashMap<>();
        try (ReleaseLog log = new ReleaseLog(client)) {
            log.next().forEach(entry -> entries.putIfAbsent(entry.id(), entry));
        } catch (TimeoutException e) {
            throw new OperatorError(
                    "The topic " + Topics.RELEASE_LOG + " cannot be read (" + e.getMessage()
                            + "); name a broker with --bootstrap, and see with 'onsale doctor' whether it has the topic.",
                    e);
        }
        return List.copyOf(entries.values());
    }

    /** @param kafka properties of the client */
    public ReleaseLog(Map<String, Object> kafka) {
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(List.of(ALL));
        consumer.seekToBeginning(List.of(ALL));
    }

    /**
     * What was written since this was called last, or since ever, up to now.
     *
     * @throws org.apache.kafka.common.KafkaException when the broker does not answer
     */
    public List<ReleaseEntry> next() {
        List<ReleaseEntry> entries = new ArrayList<>();
        long end = consumer.endOffsets(List.of(ALL)).getOrDefault(ALL, 0L);
        while (consumer.position(ALL) < end) {
            consumer.poll(POLL).forEach(message -> add(message, entries));
        }
        return entries;
    }

    private static void add(ConsumerRecord<byte[], byte[]> message, List<ReleaseEntry> entries) {
        try {
            entries.add(ReleaseEntry.fromJson(JSON.readTree(message.value())));
        } catch (IOException | IllegalArgumentException | DateTimeParseException e) {
            log.warn("{}/{} is no entry of the release log: {}", message.topic(), message.offset(), e.toString());
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
