package dev.onsale.orders.log;

import dev.onsale.release.flags.Variants;
import dev.onsale.schemas.SchemaIds;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Command;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.Receipt;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/** Appends commands to {@code onsale.commands}. Safe for use by several threads. */
public final class CommandLog implements AutoCloseable {

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final KafkaProducer<String, Command> producer;
    private final KafkaClientMetrics metrics;
    private final String build;
    private final Duration timeout;

    private CommandLog(
            KafkaProducer<String, Command> producer, KafkaClientMetrics metrics, String build, Duration timeout) {
        this.producer = producer;
        this.metrics = metrics;
        this.build = build;
        this.timeout = timeout;
    }

    /**
     * @param build the build that writes, {@code stable} or {@code candidate}; every command is stamped with it
     * @param timeout how long the broker may take to acknowledge a command
     */
    public static CommandLog open(
            Map<String, Object> kafka, SchemaIds ids, String build, Duration timeout, MeterRegistry meters) {
        Map<String, Object> properties = new HashMap<>(kafka);
        // A command is only decided in the partition that murmur2 of its key names, so nothing may be configured here.
        properties.remove(ProducerConfig.PARTITIONER_CLASS_CONFIG);
        properties.put(ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG, false);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Math.min(2_000, timeout.toMillis()));
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) timeout.toMillis());
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) timeout.toMillis());
        KafkaProducer<String, Command> producer = new KafkaProducer<>(
                properties,
                Topics.COMMANDS.keySerde().serializer(),
                Topics.COMMANDS.valueSerde(ids).serializer());
        KafkaClientMetrics metrics = new KafkaClientMetrics(producer);
        metrics.bindTo(meters);
        return new CommandLog(producer, metrics, build, timeout);
    }

    /** A header with a new command id; the caller fills in the rest. */
    public static CommandHeader.Builder header(SectionKey section) {
        return CommandHeader.newBuilder()
                .setCommandId(UUID.randomUUID().toString())
                .setEventId(section.eventId())
                .setSectionId(section.sectionId())
                .setVariants(Map.of());
    }

    /**
     * Appends a command and waits until every in-sync replica has it. The header is stamped with the build that writes.
     *
     * @return where it stands
     * @throws LogUnavailableException when no acknowledgement came in time; the command may or may not be in the log
     */
    public Receipt append(SectionKey section, CommandHeader header, Object payload) {
        stamp(header);
        Command command = new Command(header, payload);
        try {
            RecordMetadata written = producer.send(
                            new ProducerRecord<>(Topics.COMMANDS.name(), section.toString(), command))
                    .get(timeout.toMillis() + CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            return new Receipt(written.partition(), written.offset());
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw new LogUnavailableException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogUnavailableException(e);
        }
    }

    private void stamp(CommandHeader header) {
        Map<String, String> variants = new HashMap<>(header.getVariants());
        variants.put(Variants.ORDER_SERVICE, build);
        header.setVariants(variants);
    }

    @Override
    public void close() {
        metrics.close();
        producer.close(CLOSE_TIMEOUT);
    }
}
