package dev.onsale.orders;

import dev.onsale.orders.fallback.Fallback;
import dev.onsale.orders.http.Fellows;
import dev.onsale.orders.http.Http;
import dev.onsale.orders.http.HttpPort;
import dev.onsale.orders.identity.BuyerTokens;
import dev.onsale.orders.log.CommandLog;
import dev.onsale.orders.log.Queue;
import dev.onsale.orders.tls.Certificates;
import dev.onsale.orders.tls.InstanceCalls;
import dev.onsale.orders.view.Elsewhere;
import dev.onsale.orders.view.OrderView;
import dev.onsale.orders.view.Sections;
import dev.onsale.release.flags.Flags;
import dev.onsale.release.flags.KillSwitches;
import dev.onsale.release.flags.KnownFlag;
import dev.onsale.runtime.HealthServer;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.SchemaIds;
import dev.onsale.schemas.SchemaRegistry;
import io.helidon.webserver.http.HttpRouting;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.state.HostInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running instance: HTTP in, orders out. */
public final class OrderService implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(OrderService.class);
    private static final int FORGET_EVERY_SECONDS = 10;
    /** For calls that wait; one that is still here then is cut off, and sent again by its buyer. */
    private static final Duration LAST_CALL = Duration.ofSeconds(30);
    /** Until the other instances have noticed who holds the orders now. */
    private static final Duration NOTICE = Duration.ofSeconds(2);

    private static final long PAUSE_MILLIS = 20;

    /** What to close, the latest first. */
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    private final BuildVariant build;
    private final OrderView view;
    private final Optional<Fallback> fallback;
    private final Http http;
    private final Duration drain;
    private final KillSwitches switches;
    private final int httpPort;
    private final int adminPort;

    private volatile boolean draining;

    private OrderService(OrderServiceConfig config, PrometheusMeterRegistry meters, Runnable failed) {
        drain = config.drain();
        build = config.build();
        try {
            Optional<BuyerTokens> tokens = config.tokens().map(BuyerTokens::open);
            Optional<Certificates> certificates =
                    config.tls().map(tls -> opened(Certificates.open(tls, InstantSource.system(), meters)));
            InstanceCalls calls = opened(InstanceCalls.open(config.tls()));
            Fellows fellows = new Fellows(config.adminToken());
            SchemaIds ids = schemaIds(config);
            Queue queue = opened(queue(config));
            Flags flags = opened(Flags.open(config.flags(), config.kafka()));
            switches = new KillSwitches(flags, "order-service", meters);
            CommandLog commandLog = opened(
                    CommandLog.open(config.kafka(), ids, config.build().stamp(), config.produceTimeout(), meters));

            // The view tells the cluster the public port, so the port must be known before the view starts; calls that
            // arrive in between wait for it.
            LateRoutes publicRoutes = new LateRoutes();
            HttpPort port = opened(HttpPort.listen(
                    new HttpPort.Setup(
                            "http",
                            config.httpHost(),
                            config.httpPort(),
                            Http.MAX_PUBLIC_BODY_BYTES,
                            config.connections(),
                            certificates),
                    HttpRouting.builder().any(publicRoutes),
                    meters));
            httpPort = port.port();
            view = opened(OrderView.start(
                    new OrderView.Setup(
                            config.kafka(),
                            config.build().view(),
                            advertised(config, httpPort),
                            config.stateDir(),
                            InstanceId.of(config.stateDir(), config.instanceId()),
                            config.standbyReplicas(),
                            config.replicationFactor()),
                    ids,
                    meters,
                    () -> Thread.ofVirtual().name("catch-up").start(() -> queue.catchUp(NOTICE)),
                    failed));
            queue.catchUp(NOTICE);
            flags.onChange(new BuyersMoved(flags, () -> queue.catchUp(NOTICE)));
            fallback = config.fallback().map(database -> opened(Fallback.watch(database, meters)));
            Sections sections = new Sections(
                    view,
                    calls,
                    Fellows.header(),
                    fellows.proof(),
                    fallback.<Elsewhere>map(desk -> desk).orElse(Elsewhere.NONE));
            http = opened(new Http(
                    commandLog,
                    queue,
                    view,
                    sections,
                    flags,
                    switches,
                    tokens,
                    fallback,
                    calls,
                    fellows,
                    limits(config),
                    meters));
            publicRoutes.are(http.publicRoutes());
            adminPort = opened(HttpPort.listen(
                            new HttpPort.Setup(
                                    "admin",
                                    config.adminHost(),
                                    config.adminPort(),
                                    Http.MAX_ADMIN_BODY_BYTES,
                                    config.connections(),
                                    certificates.filter(_ -> config.tlsOnAdminPort())),
                            HttpRouting.builder()
                                    .register(HealthServer.routes(() -> true, this::ready, meters))
                                    .any(http.adminRoutes()),
                            meters))
                    .port();
            forgetRegularly(queue);
            gauges(meters);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Starts an instance. It answers once its view is restored, see {@link #ready()}.
     *
     * @param failed called when it cannot go on
     * @throws OperatorError when a port is in use, the broker is away, a topic is missing or the state folder cannot be
     *     used
     */
    public static OrderService start(OrderServiceConfig config, PrometheusMeterRegistry meters, Runnable failed) {
        return new OrderService(config, meters, failed);
    }

    private static SchemaIds schemaIds(OrderServiceConfig config) {
        try {
            return SchemaRegistry.from(config.registryUrl(), config.registryUser(), config.registryPassword());
        } catch (IllegalArgumentException e) {
            throw new OperatorError(String.valueOf(e.getMessage()));
        }
    }

    private static Queue queue(OrderServiceConfig config) {
        Object bootstrapServers = config.kafka().get("bootstrap.servers");
        Admin admin;
        try {
            admin = Admin.create(config.kafka());
        } catch (KafkaException e) {
            throw Cluster.away(String.valueOf(bootstrapServers), e.getCause() == null ? e : e.getCause());
        }
        try {
            return Queue.open(admin, Cluster.requireTopics(admin, String.valueOf(bootstrapServers)));
        } catch (OperatorError e) {
            admin.close(Duration.ZERO);
            throw e;
        }
    }

    private static HostInfo advertised(OrderServiceConfig config, int httpPort) {
        if (config.advertisedUrl().isEmpty()) {
            return new HostInfo("127.0.0.1", httpPort);
        }
        URI uri = URI.create(config.advertisedUrl());
        return new HostInfo(uri.getHost(), uri.getPort());
    }

    private static Http.Limits limits(OrderServiceConfig config) {
        return new Http.Limits(
                config.queue(),
                config.buyerWaitingLimit(),
                // The others are for calls that are answered at once.
                config.connections().most() / 2,
                config.limits(),
                config.adminToken(),
                config.cancelWait(),
                config.adminWait(),
                config.heartbeat());
    }

    private void forgetRegularly(Queue queue) {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("orders-timer").factory());
        opened((AutoCloseable) timer::shutdownNow);
        var _ = timer.scheduleWithFixedDelay(
                () -> view.inFlight().forget(receipt -> queue.decided(receipt.getPartition(), receipt.getOffset())),
                FORGET_EVERY_SECONDS,
                FORGET_EVERY_SECONDS,
                TimeUnit.SECONDS);
    }

    private void gauges(PrometheusMeterRegistry meters) {
        Gauge.builder("onsale.orders.in.flight", view, v -> v.inFlight().size())
                .description("Orders that were accepted here and are not in the view yet.")
                .register(meters);
        Gauge.builder("onsale.orders.waited.for", view, v -> v.waiters().size())
                .description("Orders that a call waits for.")
                .register(meters);
    }

    private <T extends AutoCloseable> T opened(T part) {
        parts.push(part);
        return part;
    }

    /**
     * Whether orders can be placed and read here. A candidate whose kill switch was thrown asks for no more traffic: whoever
     * looks after the health of instances then sends its buyers to stable ones.
     */
    public boolean ready() {
        return !draining && answers() && !(build == BuildVariant.CANDIDATE && switches.killed(KnownFlag.CANDIDATE));
    }

    /** In a fallback the view is not asked: it may have to wait for the log. */
    private boolean answers() {
        return view.ready() || fallback.filter(Fallback::underWay).isPresent();
    }

    /**
     * Says that it is not ready, and goes on until load balancers have noticed and every call has its answer; then hands its part
     * of the view over to another instance. To be called before {@link #close()} when others can take over.
     */
    public void drain() throws InterruptedException {
        draining = true;
        log.info("no longer ready; {} ms for load balancers to notice", drain.toMillis());
        TimeUnit.MILLISECONDS.sleep(drain.toMillis());
        http.endStreams();
        long until = System.nanoTime() + LAST_CALL.toNanos();
        while (http.underWay() > 0 && System.nanoTime() - until < 0) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        log.info("{} calls are left; handing over the view", http.underWay());
        view.close();
        TimeUnit.MILLISECONDS.sleep(NOTICE.toMillis());
    }

    /** The public port. */
    public int httpPort() {
        return httpPort;
    }

    /** The admin port. */
    public int adminPort() {
        return adminPort;
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                log.warn("A part of order-service did not close cleanly", e);
            }
        }
    }
}
