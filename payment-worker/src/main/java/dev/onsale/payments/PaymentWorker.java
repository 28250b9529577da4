package dev.onsale.payments;

import dev.onsale.fallback.desk.Standby;
import dev.onsale.payments.PaymentWorkerConfig.GatewayAccess;
import dev.onsale.release.flags.Flags;
import dev.onsale.release.flags.KillSwitches;
import dev.onsale.release.flags.KnownFlag;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.Groups;
import dev.onsale.schemas.SchemaIds;
import dev.onsale.schemas.SchemaRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executes the payment requests of {@code onsale.payments} against the gateway and reports how they ended to {@code
 * onsale.commands}. Stateless: run as many as the gateway bears.
 *
 * <p>The report is written before the request is acknowledged. A worker that dies in between leaves the request to
 * another, which sends it again with the same idempotency key and so gets the first answer.
 *
 * <p>While a fallback is active, requests are in PostgreSQL and outcomes are decided there; see {@link DeskSource}.
 *
 * <p>While the kill switch {@code payments} is off, nothing is asked of the gateway and requests wait.
 */
public final class PaymentWorker implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PaymentWorker.class);

    /**
     * Members that a worker has in a share group. A slow payment holds up its member, and the group gives a partition to
     * several members only when there are more of them than partitions.
     */
    private static final int MEMBERS = 16;

    private static final Duration STOP_GRACE = Duration.ofSeconds(5);
    /** What a share consumer refuses to be given. */
    private static final Set<String> NOT_FOR_SHARE_CONSUMERS = Set.of(
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
            ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG,
            ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
            ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
            ConsumerConfig.GROUP_PROTOCOL_CONFIG,
            ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG);

    private final PaymentPaths gateways;
    private final Halt halt;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("payment-", 0).factory());
    private final List<Source> sources = new ArrayList<>();
    private final List<Thread> loops = new ArrayList<>();
    /** Closed in reverse order. */
    private final List<AutoCloseable> resources = new ArrayList<>();

    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean hasFailed = new AtomicBoolean();

    private PaymentWorker(PaymentPaths gateways, Halt halt) {
        this.gateways = gateways;
        this.halt = halt;
    }

    /**
     * Starts a worker against the configured gateway.
     *
     * @param failed called once when the worker cannot go on
     * @throws OperatorError when something must be mended first
     */
    public static PaymentWorker start(PaymentWorkerConfig config, PrometheusMeterRegistry meters, Runnable failed) {
        StripeGateway stable = stripe(config.gateway(), config.gatewayTimeout());
        Optional<StripeGateway> candidate = config.candidate().map(access -> stripe(access, config.gatewayTimeout()));
        try {
            PaymentWorker worker = start(config, stable, candidate, meters, failed);
            worker.resources.addFirst(stable);
            candidate.ifPresent(worker.resources::addFirst);
            return worker;
        } catch (RuntimeException e) {
            stable.close();
            candidate.ifPresent(StripeGateway::close);
            throw e;
        }
    }

    private static StripeGateway stripe(GatewayAccess access, Duration timeout) {
        return new StripeGateway(access.url(), access.key(), timeout);
    }

    /** Starts a worker against any gateways, which stay the caller's to close. */
    static PaymentWorker start(
            PaymentWorkerConfig config,
            PaymentGateway stable,
            Optional<? extends PaymentGateway> candidate,
            PrometheusMeterRegistry meters,
            Runnable failed) {
        Flags flags = Flags.open(config.flags(), config.kafka());
        Halt halt = halt(new KillSwitches(flags, "payment-worker", meters));
        PaymentPaths gateways = new PaymentPaths(
                new PatientGateway(stable, halt, meters, "stable"),
                candidate.map(other -> new PatientGateway(other, halt, meters, "candidate")));
        PaymentWorker worker = new PaymentWorker(gateways, halt);
        worker.resources.add(flags);
        try {
            worker.open(config, meters);
        } catch (InterruptedException e) {
            worker.close();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("stopped while starting", e);
        } catch (ConfigException e) {
            worker.close();
            throw new OperatorError("A kafka.* setting is wrong: " + e.getMessage() + ".", e);
        } catch (KafkaException e) {
            worker.close();
            throw new OperatorError("Kafka cannot be used (" + e.getMessage() + "); check bootstrap.servers.", e);
        } catch (RuntimeException e) {
            worker.close();
            throw e;
        }
        worker.sources.forEach(source -> worker.loops.add(
                Thread.ofPlatform().name("payments-" + worker.loops.size()).start(() -> worker.run(source, failed))));
        log.info("payment worker: {}", config);
        return worker;
    }

    /** The kill switch {@code payments}. */
    private static Halt halt(KillSwitches switches) {
        return new Halt() {
            @Override
            public void awaitEnd() throws InterruptedException {
                switches.awaitRestored(KnownFlag.PAYMENTS);
            }

            @Override
            public boolean endsWithin(Duration timeout) throws InterruptedException {
                return switches.restoredWithin(KnownFlag.PAYMENTS, timeout);
            }
        };
    }

    private void open(PaymentWorkerConfig config, PrometheusMeterRegistry meters) throws InterruptedException {
        SchemaIds ids = SchemaRegistry.from(config.registryUrl(), config.registryUser(), config.registryPassword());
        KafkaProducer<byte[], byte @Nullable []> producer =
                new KafkaProducer<>(producer(config), new ByteArraySerializer(), new ByteArraySerializer());
        resources.add(() -> producer.close(STOP_GRACE));
        bind(new KafkaClientMetrics(producer), meters);
        Execution execution = new Execution(gateways, halt, config.authoriseMaxAge(), Clock.systemUTC());
        PaymentExecutor executor = new PaymentExecutor(execution, new Reports(producer, ids), ids);
        switch (config.source()) {
            case SHARE -> {
                Admin admin = Admin.create(config.kafka());
                resources.add(() -> admin.close(STOP_GRACE));
                int deliveryLimit = ShareGroup.prepare(admin, Groups.PAYMENTS_SHARE);
                Backlog.measure(admin, Groups.PAYMENTS_SHARE, meters);
                int members = Math.min(MEMBERS, config.parallelism());
                for (int member = 0; member < members; member++) {
                    // Spreads the parallelism over the members without losing the remainder.
                    int records = (config.parallelism() + member) / members;
                    sources.add(new ShareSource(
                            new KafkaShareConsumer<>(shareConsumer(config, member, records)),
                            executor,
                            halt,
                            threads,
                            deliveryLimit,
                            STOP_GRACE));
                }
            }
            case CONSUMER -> {
                KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(consumer(config));
                bind(new KafkaClientMetrics(consumer), meters);
                sources.add(new GroupSource(consumer, executor, threads, STOP_GRACE));
            }
        }
        config.fallback().ifPresent(database -> {
            Standby standby = Standby.watch(database);
            resources.add(standby);
            sources.add(new DeskSource(standby, execution, halt, threads, config.parallelism(), STOP_GRACE));
        });
    }

    private void bind(KafkaClientMetrics metrics, PrometheusMeterRegistry meters) {
        metrics.bindTo(meters);
        resources.add(metrics);
    }

    private static Map<String, Object> producer(PaymentWorkerConfig config) {
        Map<String, Object> properties = new HashMap<>(config.kafka());
        properties.putIfAbsent(CommonClientConfigs.CLIENT_ID_CONFIG, Groups.PAYMENTS_SHARE);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        return properties;
    }

    private static Map<String, Object> shareConsumer(PaymentWorkerConfig config, int member, int records) {
        Map<String, Object> properties = new HashMap<>(config.kafka());
        properties.keySet().removeAll(NOT_FOR_SHARE_CONSUMERS);
        properties.put(
                CommonClientConfigs.CLIENT_ID_CONFIG,
                properties.getOrDefault(CommonClientConfigs.CLIENT_ID_CONFIG, Groups.PAYMENTS_SHARE) + "-" + member);
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, Groups.PAYMENTS_SHARE);
        properties.put(ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG, "explicit");
        // Exactly what is executed at once, and nothing fetched ahead: the lock of a waiting record would run out.
        properties.put(ConsumerConfig.SHARE_ACQUIRE_MODE_CONFIG, "record_limit");
        return reading(properties, records);
    }

    private static Map<String, Object> consumer(PaymentWorkerConfig config) {
        Map<String, Object> properties = new HashMap<>(config.kafka());
        properties.putIfAbsent(CommonClientConfigs.CLIENT_ID_CONFIG, Groups.PAYMENTS_CONSUMER);
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, Groups.PAYMENTS_CONSUMER);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return reading(properties, config.parallelism());
    }

    private static Map<String, Object> reading(Map<String, Object> properties, int records) {
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, records);
        properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        return properties;
    }

    private void run(Source source, Runnable failed) {
        try {
            source.run();
        } catch (RuntimeException e) {
            if (!closed.get()) {
                log.error("the payment worker fails", e);
            }
        }
        if (!closed.get() && hasFailed.compareAndSet(false, true)) {
            failed.run();
        }
    }

    /** Whether it takes requests and the gateway takes our key. */
    public boolean ready() {
        return !hasFailed.get()
                && !closed.get()
                && !sources.isEmpty()
                && sources.stream().allMatch(Source::ready)
                && !gateways.keyRefused();
    }

    /** Lets payments under way end for a few seconds, gives back the others, and stops. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        sources.forEach(Source::stop);
        try {
            for (Thread loop : loops) {
                loop.join(STOP_GRACE.multipliedBy(2));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads.shutdownNow();
        for (AutoCloseable resource : resources.reversed()) {
            try {
                resource.close();
            } catch (Exception e) {
                log.warn("not closed cleanly", e);
            }
        }
    }
}
