package dev.onsale.orders.view;

import dev.onsale.runtime.OperatorError;
import dev.onsale.runtime.StreamsHandOver;
import dev.onsale.runtime.StreamsLag;
import dev.onsale.schemas.SchemaIds;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.OrderStatus;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsNotStartedException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was decided: the statuses of orders and the state of sections, as far as this instance holds them, and which
 * instance holds the rest. Reading methods throw {@link ViewUnavailableException} while partitions move or restore.
 */
public final class OrderView implements AutoCloseable {

    /** Application id: consumer group and prefix of changelog topics. */
    public static final String APPLICATION_ID = "onsale-order-view";

    private static final Logger log = LoggerFactory.getLogger(OrderView.class);
    private static final int THREAD_FAILURES_PER_MINUTE = 5;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);
    private static final Serializer<String> KEYS = new StringSerializer();

    private final KafkaStreams streams;
    private final KafkaStreamsMetrics metrics;
    private final HostInfo self;
    private final Waiters waiters = new Waiters();
    private final InFlight inFlight = new InFlight();
    private final OrdersEnd end;
    private final Tails tails;
    private final CloseOptions closing;
    private volatile boolean wasRunning;

    /**
     * How the view runs.
     *
     * @param kafka properties for every Kafka client
     * @param name of the view; instances that give the same one share it
     * @param self host and port of this instance's public port, as others reach it
     * @param instanceId name of this instance in the consumer group, the same over restarts
     * @param standbyReplicas copies of each part on other instances
     * @param replicationFactor of the view's changelog topics; -1: the broker's default
     */
    public record Setup(
            Map<String, Object> kafka,
            String name,
            HostInfo self,
            Path stateDir,
            String instanceId,
            int standbyReplicas,
            int replicationFactor) {}

    private OrderView(Setup setup, SchemaIds ids, MeterRegistry meters) {
        this.self = setup.self();
        this.closing = StreamsHandOver.closing(CLOSE_TIMEOUT, setup.standbyReplicas());
        this.end = new OrdersEnd(
                setup.kafka(), setup.name(), Topics.ORDERS.valueSerde(ids).deserializer());
        this.tails = new Tails(end);
        this.streams = new KafkaStreams(ViewTopology.create(ids, this::changed, tails), properties(setup));
        this.metrics = new KafkaStreamsMetrics(streams);
        metrics.bindTo(meters);
        StreamsLag.bind(streams, meters);
    }

    /**
     * Starts the view; it restores in the background.
     *
     * @param moved called when this instance has taken over parts of the view
     * @param failed called when the view cannot go on
     * @throws OperatorError when the state folder cannot be used
     */
    public static OrderView start(Setup setup, SchemaIds ids, MeterRegistry meters, Runnable moved, Runnable failed) {
        try {
            OrderView view = new OrderView(setup, ids, meters);
            view.run(moved, failed);
            return view;
        } catch (StreamsException e) {
            throw new OperatorError(
                    "The state folder " + setup.stateDir() + " cannot be used (" + deepest(e)
                            + "); give state.dir a folder that this program may write and that no other one uses.",
                    e);
        }
    }

    private void run(Runnable moved, Runnable failed) {
        streams.setStateListener((now, before) -> {
            if (now == KafkaStreams.State.RUNNING) {
                wasRunning = true;
                moved.run();
            }
            waiters.wakeAll();
            if (now == KafkaStreams.State.ERROR) {
                failed.run();
            }
        });
        Deque<Long> failures = new ArrayDeque<>();
        streams.setUncaughtExceptionHandler(failure -> {
            synchronized (failures) {
                long now = System.nanoTime();
                failures.addLast(now);
                failures.removeIf(at -> now - at > Duration.ofMinutes(1).toNanos());
                boolean often = failures.size() > THREAD_FAILURES_PER_MINUTE;
                log.error("A thread of the order view failed and {}", often ? "the view ends" : "is replaced", failure);
                return often
                        ? StreamThreadExceptionResponse.SHUTDOWN_CLIENT
                        : StreamThreadExceptionResponse.REPLACE_THREAD;
            }
        });
        streams.start();
    }

    private static Properties properties(Setup setup) {
        Properties properties = new Properties();
        properties.putAll(setup.kafka());
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, setup.name());
        properties.put(
                StreamsConfig.APPLICATION_SERVER_CONFIG,
                setup.self().host() + ":" + setup.self().port());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, setup.stateDir().toString());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
        properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, setup.standbyReplicas());
        properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, setup.replicationFactor());
        properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        properties.putAll(StreamsHandOver.settings());
        properties.put(
                StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, LogAndContinueExceptionHandler.class);
        // The caches collapse the changes of an order and of a section between two commits into one changelog record.
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 5_000);
        properties.put(StreamsConfig.POLL_MS_CONFIG, 10);
        // A buyer waits for what the main consumer brings, so the broker must not wait for more.
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MIN_BYTES_CONFIG), 1);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.ISOLATION_LEVEL_CONFIG), "read_committed");
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        properties.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), setup.instanceId());
        // The partitions of an instance that dies move after this long; one that stops hands them over, see close().
        properties.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 10_000);
        return properties;
    }

    private void changed(OrderStatus status) {
        inFlight.remove(status.getOrderId());
        waiters.changed(status.getOrderId());
    }

    /**
     * Whether the view has been restored. While partitions move between instances later on, this stays so: all instances
     * take part in a move, and if all said that they are not ready, nobody would be left to answer.
     */
    public boolean ready() {
        return wasRunning && streams.state().isRunningOrRebalancing();
    }

    public Waiters waiters() {
        return waiters;
    }

    public InFlight inFlight() {
        return inFlight;
    }

    /**
     * The instance that holds an order, if it is another one.
     *
     * @return host and port of its public port; empty when it is this one
     */
    public Optional<HostInfo> ownerElsewhere(String orderId) {
        return elsewhere(ViewTopology.ORDERS, orderId);
    }

    /** As {@link #ownerElsewhere(String)}, for a section. */
    public Optional<HostInfo> ownerElsewhere(SectionKey section) {
        return elsewhere(ViewTopology.SECTIONS, section.toString());
    }

    private Optional<HostInfo> elsewhere(String store, String key) {
        HostInfo owner = metadata(store, key).activeHost();
        return owner.equals(self) ? Optional.empty() : Optional.of(owner);
    }

    /** The other instances. */
    public List<HostInfo> others() {
        return streams.metadataForAllStreamsClients().stream()
                .map(StreamsMetadata::hostInfo)
                .filter(host -> !host.equals(self) && !host.equals(HostInfo.unavailable()))
                .toList();
    }

    /**
     * The latest status of an order that this instance holds; empty when it knows none. It is never older than one that
     * the instance before has told.
     */
    public Optional<OrderStatus> status(String orderId) {
        int partition = metadata(ViewTopology.ORDERS, orderId).partition();
        if (!tails.read(partition)) {
            throw new ViewUnavailableException(null);
        }
        return get(ViewTopology.ORDERS, partition, orderId);
    }

    /** A section that this instance holds; empty when it knows none. */
    public Optional<Section> section(SectionKey section) {
        String key = section.toString();
        return get(ViewTopology.SECTIONS, metadata(ViewTopology.SECTIONS, key).partition(), key);
    }

    /** All sections that this instance holds, in order of their keys within each partition. */
    public List<Section> sections() {
        List<Section> sections = new ArrayList<>();
        try (KeyValueIterator<String, Section> all = this.<Section>store(StoreQueryParameters.fromNameAndType(
                        ViewTopology.SECTIONS, QueryableStoreTypes.keyValueStore()))
                .all()) {
            all.forEachRemaining(entry -> sections.add(entry.value));
        } catch (InvalidStateStoreException e) {
            throw new ViewUnavailableException(e);
        }
        return sections;
    }

    /** The seats that are not free of a section that this instance holds, by name. */
    public Map<String, SeatState> takenSeats(SectionKey section) {
        String prefix = EventProcessor.seatKey(section.toString(), "");
        Map<String, SeatState> seats = new HashMap<>();
        try (KeyValueIterator<String, String> taken = this.<String>store(
                        ViewTopology.SEATS,
                        metadata(ViewTopology.SECTIONS, section.toString()).partition())
                .prefixScan(prefix, KEYS)) {
            taken.forEachRemaining(
                    entry -> seats.put(entry.key.substring(prefix.length()), SeatState.valueOf(entry.value)));
        } catch (InvalidStateStoreException e) {
            throw new ViewUnavailableException(e);
        }
        return seats;
    }

    private <V> Optional<V> get(String store, int partition, String key) {
        try {
            return Optional.ofNullable(this.<V>store(store, partition).get(key));
        } catch (InvalidStateStoreException e) {
            throw new ViewUnavailableException(e);
        }
    }

    private KeyQueryMetadata metadata(String store, String key) {
        try {
            KeyQueryMetadata metadata = streams.queryMetadataForKey(store, key, KEYS);
            if (metadata == null
                    || metadata.equals(KeyQueryMetadata.NOT_AVAILABLE)
                    || metadata.activeHost().equals(HostInfo.unavailable())) {
                throw new ViewUnavailableException(null);
            }
            return metadata;
        } catch (StreamsNotStartedException | IllegalStateException e) {
            throw new ViewUnavailableException(e);
        }
    }

    private <V> ReadOnlyKeyValueStore<String, V> store(String name, int partition) {
        return store(StoreQueryParameters.<ReadOnlyKeyValueStore<String, V>>fromNameAndType(
                        name, QueryableStoreTypes.keyValueStore())
                .withPartition(partition));
    }

    private <V> ReadOnlyKeyValueStore<String, V> store(StoreQueryParameters<ReadOnlyKeyValueStore<String, V>> query) {
        try {
            return streams.store(query);
        } catch (InvalidStateStoreException | IllegalStateException e) {
            throw new ViewUnavailableException(e);
        }
    }

    private static String deepest(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    /** Where there are copies, another instance takes over at once; else what this one holds waits for it to come back. */
    @Override
    public void close() {
        metrics.close();
        streams.close(closing);
        end.close();
        waiters.wakeAll();
    }
}
