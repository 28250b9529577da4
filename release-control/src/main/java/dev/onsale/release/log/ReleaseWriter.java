package dev.onsale.release.log;

import dev.onsale.runtime.OperatorError;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes entries of the release log together with what they tell of, in one transaction, so that there is never a change
 * without a reason, nor a reason without the change. Safe for use by several threads.
 */
public final class ReleaseWriter implements AutoCloseable {

    /** Transactional ids begin with this; access rights name it. */
    private static final String TRANSACTIONAL_ID = "onsale-flags-";

    private final Map<String, Object> properties;
    private final Duration timeout;
    private @Nullable KafkaProducer<byte[], byte @Nullable []> producer;

    /**
     * Connects when something is written first.
     *
     * @param kafka properties of the client
     * @param timeout how long each step of a transaction may take
     */
    public ReleaseWriter(Map<String, Object> kafka, Duration timeout) {
        // The same for as long as this lives: a transaction whose end got lost is ended when the next one begins.
        this(kafka, timeout, UUID.randomUUID().toString());
    }

    /**
     * The same for a writer of whom there may be only one: what one writes after another has connected by the same name is
     * refused.
     *
     * @param name of the writer
     */
    public ReleaseWriter(Map<String, Object> kafka, Duration timeout, String name) {
        this.timeout = timeout;
        this.properties = new HashMap<>(kafka);
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, TRANSACTIONAL_ID + name);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        // A transaction right after another is told to come again; with the default that would take 100 ms.
        properties.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 10);
        properties.put(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, 200);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, timeout.toMillis());
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) timeout.toMillis());
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) timeout.toMillis());
        properties.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
    }

    /** Connects now, so that a writer of the same name can write no more. @throws OperatorError when the brokers do not answer */
    public synchronized void takeOver() {
        try {
            open();
        } catch (KafkaException e) {
            drop();
            throw new OperatorError(
                    "The brokers do not answer (" + e.getMessage() + "); start them, or correct bootstrap.servers.", e);
        }
    }

    /**
     * Writes all of them, or none.
     *
     * @throws OperatorError when the brokers did not confirm it; they may be written or not, and may be written again
     */
    public synchronized void write(List<ProducerRecord<byte[], byte @Nullable []>> messages) {
        try {
            KafkaProducer<byte[], byte @Nullable []> open = open();
            open.beginTransaction();
            for (ProducerRecord<byte[], byte @Nullable []> message : messages) {
                var _ = open.send(message);
            }
            open.commitTransaction();
        } catch (ProducerFencedException | InvalidProducerEpochException e) {
            drop();
            throw new OperatorError(
                    "Somebody else has taken over from here, so nothing was written; look at what they do.", e);
        } catch (KafkaException e) {
            drop();
            throw new OperatorError(
                    "The brokers did not confirm the change within " + timeout.toMillis() + " ms (" + e.getMessage()
                            + "); start them, or correct bootstrap.servers.",
                    e);
        }
    }

    private KafkaProducer<byte[], byte @Nullable []> open() {
        KafkaProducer<byte[], byte @Nullable []> open = producer;
        if (open == null) {
            open = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
            producer = open;
            open.initTransactions();
        }
        return open;
    }

    /** After a failure nothing is known of the transaction; a new producer ends it. */
    private void drop() {
        KafkaProducer<byte[], byte @Nullable []> open = producer;
        producer = null;
        if (open != null) {
            open.close(Duration.ZERO);
        }
    }

    @Override
    public synchronized void close() {
        drop();
    }
}
