package dev.onsale.inventory;

import dev.onsale.runtime.OperatorError;
import dev.onsale.runtime.StreamsHandOver;
import dev.onsale.runtime.StreamsLag;
import dev.onsale.schemas.SchemaIds;
import dev.onsale.schemas.SchemaRegistry;
import dev.onsale.schemas.Topics;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The decider as a service: Kafka Streams with exactly-once v2. */
public final class InventoryService implements AutoCloseable {

    /** Application id: consumer group, prefix of transactional ids and of changelog topics. */
    public static final String APPLICATION_ID = "onsale-inventory";

    private static final Logger log = LoggerFactory.getLogger(InventoryService.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final KafkaStreams streams;
    private final KafkaStreamsMetrics streamsMetrics;
    private final CloseOptions closing;

    private InventoryService(KafkaStreams streams, KafkaStreamsMetrics streamsMetrics, CloseOptions closing) {
        this.streams = streams;
        this.streamsMetrics = streamsMetrics;
        this.closing = closing;
    }

    /**
     * Starts deciding; returns before partitions are assigned.
     *
     * @param failed called when the service cannot go on
     * @throws OperatorError when the brokers are away or topics are missing
     */
    public static InventoryService start(InventoryConfig config, PrometheusMeterRegistry meters, Runnable failed) {
        int partitions = partitions(config.kafka());
        SchemaIds ids = SchemaRegistry.from(config.registryUrl(), config.registryUser(), config.registryPassword());
        Topology topology = InventoryTopology.build(ids, partitions, meters);
        KafkaStreams streams = streams(topology, config, failed);
        try {
            streams.start();
        } catch (ProcessorStateException e) {
            log.warn(
                    "the stores in {} cannot be read; they are built again from their changelogs",
                    config.stateDir(),
                    e);
            streams.close(CLOSE_TIMEOUT);
            streams.cleanUp();
            streams = streams(topology, config, failed);
            streams.start();
        }
        var metrics = new KafkaStreamsMetrics(streams);
        metrics.bindTo(meters);
        StreamsLag.bind(streams, meters);
        return new InventoryService(streams, metrics, StreamsHandOver.closing(CLOSE_TIMEOUT, config.standbyReplicas()));
    }

    private static KafkaStreams streams(Topology topology, InventoryConfig config, Runnable failed) {
        var streams = new KafkaStreams(topology, new StreamsConfig(streamsProperties(config)));
        var replacements = new ThreadReplacements(Duration.ofMinutes(1));
        streams.setUncaughtExceptionHandler(exception -> {
            boolean again = replacements.allowed(System.nanoTime());
            log.error(
                    "a stream thread failed; {}",
                    again ? "it is replaced" : "too often, so the service ends",
                    exception);
            return again ? StreamThreadExceptionResponse.REPLACE_THREAD : StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        streams.setStateListener((now, before) -> {
            log.info("{} -> {}", before, now);
            if (now == KafkaStreams.State.ERROR) {
                failed.run();
            }
        });
        return streams;
    }

    private static int partitions(Map<String, Object> kafka) {
        String topic = Topics.COMMANDS.name();
        try (Admin admin = Admin.create(kafka)) {
            return admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get()
                    .values()
                    .iterator()
                    .next()
                    .partitions()
                    .size();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                throw new OperatorError(
                        "The topic " + topic + " does not exist; create the topics with ./onsale topics create.");
            }
            throw new OperatorError(
                    "The brokers at " + kafka.get("bootstrap.servers") + " do not answer (" + e.getMessage()
                            + "); start them, or correct bootstrap.servers.",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperatorError("Interrupted while looking for topic " + topic + ".", e);
        }
    }

    /** What Kafka Streams is run with; also for programs that the decider is compared with. */
    public static Map<String, Object> streamsProperties(InventoryConfig config) {
        Map<String, Object> properties = new HashMap<>(config.kafka());
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, APPLICATION_ID);
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDir().toString());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.threads());
        properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, config.standbyReplicas());
        properties.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, config.commitInterval().toMillis());
        properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        properties.putAll(StreamsHandOver.settings());
        // A thread that waits for records does not commit; this is how long a decided command may wait for that.
        properties.put(StreamsConfig.POLL_MS_CONFIG, 5);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), config.instanceId());
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), (int)
                config.sessionTimeout().toMillis());
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 128 * 1024);
        return properties;
    }

    /** Whether partitions are assigned and restored. */
    public boolean ready() {
        return streams.state() == KafkaStreams.State.RUNNING;
    }

    /** Whether the service may still become ready. */
    public boolean live() {
        return streams.state().isRunningOrRebalancing() || streams.state() == KafkaStreams.State.CREATED;
    }

    @Override
    public void close() {
        streamsMetrics.close();
        streams.close(closing);
    }
}
