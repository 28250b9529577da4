package dev.onsale.cli.embedded;

import dev.onsale.cli.TopicPlan;
import dev.onsale.inventory.InventoryConfig;
import dev.onsale.inventory.InventoryService;
import dev.onsale.orders.OrderService;
import dev.onsale.orders.OrderServiceConfig;
import dev.onsale.payments.PaymentWorker;
import dev.onsale.payments.PaymentWorkerConfig;
import dev.onsale.payments.simulator.GatewaySimulator;
import dev.onsale.payments.simulator.SimulatorConfig;
import dev.onsale.runtime.OperatorError;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything in one process: the broker, its topics, the decider, the payment worker, order-service and, unless a gateway is
 * configured, the payment gateway's simulator.
 */
public final class Stack implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Stack.class);
    private static final Duration READY_TIMEOUT = Duration.ofMinutes(2);
    private static final long READY_PAUSE_MILLIS = 20;

    /** Something that runs, and the name under which it is spoken of. */
    private record Part(String name, AutoCloseable service) {}

    private final StackOptions options;
    private final ServiceSettings settings;
    private final Runnable failed;
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    /** In the order in which they must be stopped. */
    private final Deque<Part> parts = new ArrayDeque<>();

    private final List<BooleanSupplier> readiness = new ArrayList<>();
    private final AtomicBoolean hasFailed = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    private int httpPort;
    private int adminPort;
    private int kafkaPort;
    private int gatewayPort;
    private int partitions;

    private Stack(StackOptions options, Runnable failed) {
        this.options = options;
        this.settings = new ServiceSettings(options.settings());
        this.failed = failed;
    }

    /**
     * Starts everything; returns when orders are taken.
     *
     * @param failed called once when a part has failed for good, not when this method throws
     * @throws OperatorError when something must be mended first; nothing is left running
     */
    public static Stack start(StackOptions options, Runnable failed) {
        Stack stack = new Stack(options, failed);
        try {
            stack.open();
            return stack;
        } catch (RuntimeException e) {
            stack.close();
            throw e;
        }
    }

    private void open() {
        // Every configuration is made once before anything starts, so that a wrong one is told at once.
        checkSettings();
        DataFolder folder = DataFolder.lock(options.data());
        parts.push(new Part("lock", folder));
        // After the lock: to whoever starts it twice, the holder of the folder says more than the holder of a port.
        Ports.requireFree(options.httpPort(), "--port");
        Ports.requireFree(options.adminPort(), "--admin-port");
        Ports.requireFree(options.gatewayPort(), "--gateway-port");
        folder.describeHolder(holder());

        EmbeddedBroker broker = started(
                "broker", EmbeddedBroker.start(folder.resolve("kafka"), options.kafkaPort(), () -> fail("The broker")));
        kafkaPort = broker.port();
        createTopics(broker.bootstrapServers());
        if (!settings.hasGateway()) {
            GatewaySimulator simulator = started("gateway simulator", GatewaySimulator.start(simulatorConfig()));
            gatewayPort = simulator.port();
        }
        startServices();
        awaitReady();
        folder.describeHolder(holder() + " with " + addresses());
    }

    private static String holder() {
        return "process " + ProcessHandle.current().pid();
    }

    private void createTopics(String bootstrapServers) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            int wanted = options.partitions().orElse(StackOptions.DEFAULT_PARTITIONS);
            partitions = options.partitions().isPresent()
                    ? wanted
                    : TopicPlan.existingPartitions(admin).orElse(wanted);
            new TopicPlan(partitions, 1).apply(admin, Duration.ofSeconds(30));
        }
    }

    /** They are started at the same time: each waits for the broker most of its start, and there are cores to share. */
    private void startServices() {
        Executor threads = task -> Thread.ofPlatform().name("start").start(task);
        var inventory = CompletableFuture.supplyAsync(
                () -> InventoryService.start(inventoryConfig(), meters, () -> fail("The decider")), threads);
        var worker = CompletableFuture.supplyAsync(
                () -> PaymentWorker.start(workerConfig(), meters, () -> fail("The payment worker")), threads);
        var orders = CompletableFuture.supplyAsync(
                () -> OrderService.start(ordersConfig(), meters, () -> fail("The order service")), threads);
        // Stopped the other way round: first no more orders, then no more decisions, then no more payments.
        @Nullable RuntimeException problem = null;
        problem = join(problem, () -> {
            PaymentWorker service = started("payment worker", worker.join());
            readiness.add(service::ready);
        });
        problem = join(problem, () -> {
            InventoryService service = started("decider", inventory.join());
            readiness.add(service::ready);
        });
        problem = join(problem, () -> {
            OrderService service = started("order service", orders.join());
            readiness.add(service::ready);
            httpPort = service.httpPort();
            adminPort = service.adminPort();
        });
        if (problem != null) {
            throw problem;
        }
    }

    /** Waits for one service, also when another has failed, so that every one that started is stopped. */
    private static @Nullable RuntimeException join(@Nullable RuntimeException earlier, Runnable join) {
        try {
            join.run();
            return earlier;
        } catch (CompletionException e) {
            RuntimeException problem = e.getCause() instanceof RuntimeException cause ? cause : e;
            return earlier == null ? problem : earlier;
        }
    }

    private <S extends AutoCloseable> S started(String name, S service) {
        parts.push(new Part(name, service));
        return service;
    }

    private void awaitReady() {
        long deadline = System.nanoTime() + READY_TIMEOUT.toNanos();
        while (!readiness.stream().allMatch(BooleanSupplier::getAsBoolean)) {
            if (hasFailed.get()) {
                throw new IllegalStateException("a part of the stack failed while it started; the log says which");
            }
            if (System.nanoTime() > deadline) {
                throw new OperatorError("The services were not ready within " + READY_TIMEOUT.toSeconds()
                        + " s; see the log above, and give the machine less other work.");
            }
            try {
                TimeUnit.MILLISECONDS.sleep(READY_PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while the services started", e);
            }
        }
    }

    private void fail(String part) {
        if (closed.get() || !hasFailed.compareAndSet(false, true)) {
            return;
        }
        log.error("{} has failed for good", part);
        failed.run();
    }

    private void checkSettings() {
        inventoryConfig();
        ordersConfig();
        workerConfig();
        if (!settings.hasGateway()) {
            simulatorConfig();
        }
    }

    private InventoryConfig inventoryConfig() {
        return settings.of(
                ServiceSettings.INVENTORY,
                kafkaService(Map.of(
                        "state.dir",
                        options.data().resolve("inventory-stream").toString(),
                        "instance.id",
                        "embedded",
                        "standby.replicas",
                        "0")),
                InventoryConfig::from);
    }

    private OrderServiceConfig ordersConfig() {
        return settings.of(
                ServiceSettings.ORDERS,
                kafkaService(Map.of(
                        "state.dir",
                        options.data().resolve("order-service").toString(),
                        "instance.id",
                        "embedded",
                        "num.standby.replicas",
                        "0",
                        "http.host",
                        Ports.HOST,
                        "http.port",
                        Integer.toString(options.httpPort()),
                        "admin.port",
                        Integer.toString(options.adminPort()))),
                OrderServiceConfig::from);
    }

    private PaymentWorkerConfig workerConfig() {
        Map<String, String> decided = new HashMap<>(
                settings.hasGateway()
                        ? settings.gateway()
                        : Map.of(ServiceSettings.GATEWAY_URL, "http://" + Ports.HOST + ":" + gatewayPort));
        decided.put(
                "flags.snapshot.file",
                options.data().resolve("payment-worker").resolve("flags.json").toString());
        return settings.of(ServiceSettings.WORKER, kafkaService(decided), PaymentWorkerConfig::from);
    }

    private SimulatorConfig simulatorConfig() {
        return settings.ofSimulator(
                Map.of(
                        "gateway.host",
                        Ports.HOST,
                        "gateway.port",
                        Integer.toString(options.gatewayPort()),
                        "gateway.ledger",
                        options.data().resolve("gateway-ledger.jsonl").toString()),
                SimulatorConfig::from);
    }

    private Map<String, String> kafkaService(Map<String, String> others) {
        Map<String, String> decided = new HashMap<>(others);
        decided.put("bootstrap.servers", Ports.HOST + ":" + kafkaPort);
        return decided;
    }

    public String url() {
        return (ordersConfig().tls().isPresent() ? "https://" : "http://") + Ports.HOST + ":" + httpPort;
    }

    public String adminUrl() {
        return (ordersConfig().tlsOnAdminPort() ? "https://" : "http://") + Ports.HOST + ":" + adminPort;
    }

    public String bootstrapServers() {
        return Ports.HOST + ":" + kafkaPort;
    }

    /** Where payments go. */
    public String gatewayUrl() {
        return settings.hasGateway()
                ? settings.gateway().getOrDefault(ServiceSettings.GATEWAY_URL, ServiceSettings.STRIPE)
                : "http://" + Ports.HOST + ":" + gatewayPort;
    }

    public int partitions() {
        return partitions;
    }

    /** For people: where everything is. */
    public String addresses() {
        return "orders " + url() + ", admin " + adminUrl() + ", Kafka " + bootstrapServers() + ", payment gateway "
                + (settings.hasGateway() ? "" : "(simulated) ") + gatewayUrl();
    }

    /** Stops what runs, the latest first: orders, decisions, payments, gateway, broker; then gives the folder free. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        for (Part part : parts) {
            try {
                part.service().close();
            } catch (Exception e) {
                log.warn("{} did not stop cleanly", part.name(), e);
            }
        }
        meters.close();
    }
}
