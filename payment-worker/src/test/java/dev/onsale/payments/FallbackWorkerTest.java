package dev.onsale.payments;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.fallback.DatabaseConfig;
import dev.onsale.fallback.TestDatabase;
import dev.onsale.fallback.TestRun;
import dev.onsale.fallback.desk.Run;
import dev.onsale.release.flags.FlagChange;
import dev.onsale.release.flags.FlagChanges;
import dev.onsale.release.flags.FlagDefinition;
import dev.onsale.runtime.Settings;
import dev.onsale.schemas.Requests;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.CancelOrder;
import dev.onsale.wire.CancelledBy;
import dev.onsale.wire.Command;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.OrderState;
import dev.onsale.wire.PaymentState;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.RetryPayment;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Workers that take their requests from a real PostgreSQL, beside a real broker, and ask the simulator. */
@Execution(ExecutionMode.CONCURRENT)
final class FallbackWorkerTest {

    private static final SectionKey SECTION = new SectionKey("rock", "A");

    private final Path folder;
    private final Simulated simulated;
    private final TestBroker broker;
    private final DatabaseConfig database = TestDatabase.create();
    private final TestRun run = new TestRun(database);
    private final AtomicInteger failures = new AtomicInteger();
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final List<PaymentWorker> workers = new ArrayList<>();

    FallbackWorkerTest(@TempDir Path folder) throws Exception {
        this.folder = folder;
        this.simulated = new Simulated(folder);
        this.broker = TestBroker.start();
        run.sell(SECTION, 4, 10, 600);
    }

    @BeforeAll
    static void waitPatiently() {
        Awaitility.setDefaultTimeout(Duration.ofMinutes(2));
    }

    @AfterEach
    void close() throws Exception {
        workers.forEach(PaymentWorker::close);
        run.close();
        broker.close();
        simulated.close();
        assertEquals(0, failures.get(), "a worker failed");
    }

    private PaymentWorker start() {
        var config = PaymentWorkerConfig.from(Settings.of(Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "gateway.url", simulated.url().toString(),
                "payments.parallelism", "8",
                "health.port", "0",
                "fallback.url", database.url(),
                "fallback.user", database.user(),
                "flags.snapshot.file",
                        folder.resolve("flags" + workers.size() + ".json").toString())));
        PaymentWorker worker = PaymentWorker.start(config, meters, failures::incrementAndGet);
        workers.add(worker);
        await().until(worker::ready);
        return worker;
    }

    /** Buys two tickets. @return the order's id */
    private String buy(String buyer, String token) {
        var purchase =
                Purchase.newBuilder().setQuantity(2).setPaymentToken(token).build();
        return decide(buyer, Requests.orderId(buyer, "r"), "r", purchase);
    }

    private String buy(String buyer) {
        return buy(buyer, TestRequests.GOOD_CARD);
    }

    private String decide(String buyer, String orderId, String requestId, Object payload) {
        var header = CommandHeader.newBuilder()
                .setEventId(SECTION.eventId())
                .setSectionId(SECTION.sectionId())
                .setBuyer(buyer)
                .setRequestId(requestId)
                .setOrderId(orderId)
                .build();
        var _ = run.decide(SECTION, new Command(header, payload));
        return orderId;
    }

    private void becomes(String orderId, OrderState state, PaymentState payment) {
        Awaitility.await(orderId + " is " + state + ", " + payment)
                .until(() -> run.find(orderId).getState() == state
                        && run.find(orderId).getPayment() == payment);
    }

    private long open() {
        return run.count("SELECT count(*) FROM fallback.payments");
    }

    @Test
    void orders_areSoldAndCapturedOnce_byTwoWorkers() {
        start();
        start();
        List<String> orders = IntStream.range(0, 12).mapToObj(n -> buy("b" + n)).toList();

        orders.forEach(order -> becomes(order, OrderState.SOLD, PaymentState.CAPTURED));

        assertEquals(0, open());
        for (String order : orders) {
            assertEquals(1, simulated.count(order, "authorise"));
            assertEquals(1, simulated.count(order, "capture"));
        }
        assertEquals(24, simulated.ledger().size());
        assertEquals(List.of(), broker.read(Topics.COMMANDS.name()), "nothing is reported to the log");
    }

    @Test
    void payment_isTriedAgain_afterADecline_andRefunded() {
        start();
        String order = buy("b", "pm_card_chargeDeclined");
        becomes(order, OrderState.HELD, PaymentState.DECLINED);

        decide("b", order, "", new RetryPayment(TestRequests.GOOD_CARD, 1));
        becomes(order, OrderState.SOLD, PaymentState.CAPTURED);
        decide("b", order, "", new CancelOrder(CancelledBy.ORGANIZER, ""));

        becomes(order, OrderState.REFUNDED, PaymentState.REFUNDED);
        assertEquals(1, simulated.count(order, "capture"));
        assertEquals(1, simulated.count(order, "refund"));
    }

    @Test
    void request_isLeft_whenItWasAskedForTooLongAgo() {
        String old = buy("old");
        run.execute(
                "UPDATE fallback.payments SET asked_at_millis = ?",
                Instant.now()
                        .minus(PaymentWorkerConfig.AUTHORISE_MAX_AGE)
                        .minusSeconds(1)
                        .toEpochMilli());
        start();
        String young = buy("young");

        becomes(young, OrderState.SOLD, PaymentState.CAPTURED);

        assertEquals(1, open());
        assertEquals(0, simulated.count(old, "authorise"));
        assertEquals(PaymentState.AUTHORISING, run.find(old).getPayment());
    }

    /** As if a worker had died after the gateway had charged, and its lease had ended. */
    @Test
    void gateway_isAskedAgainWithTheSameKey_whenAWorkerDied() throws Exception {
        PaymentWorker first = start();
        simulated.behave("{\"dropResponseRate\":1}");
        String order = buy("b");
        await().until(() -> simulated.count(order, "authorise") == 1);
        first.close();
        simulated.behave("{\"dropResponseRate\":0}");
        run.execute("UPDATE fallback.payments SET taken_until = '-infinity'");
        start();

        becomes(order, OrderState.SOLD, PaymentState.CAPTURED);

        assertEquals(1, simulated.count(order, "authorise"));
        assertEquals(1, simulated.count(order, "capture"));
    }

    @Test
    void request_isLeft_whenTheFallbackReturnsMeanwhile() throws Exception {
        PaymentWorker worker = start();
        simulated.behave("{\"latencyMillis\":1500}");
        String order = buy("b");
        await().until(() -> run.count("SELECT count(*) FROM fallback.payments WHERE taken_until > now()") == 1);
        run.become(Run.State.RETURNING);

        await().until(() -> simulated.count(order, "authorise") == 1);
        await().during(Duration.ofSeconds(2)).until(() -> open() == 1);

        assertEquals(PaymentState.AUTHORISING, run.find(order).getPayment());
        assertTrue(worker.ready());
    }

    @Test
    void worker_goesOn_whilePostgresqlOrTheBrokersAreAway() throws Exception {
        PaymentWorker worker = start();
        simulated.behave("{\"latencyMillis\":500}");
        String order = buy("b");
        await().until(() -> run.count("SELECT count(*) FROM fallback.payments WHERE taken_until > now()") == 1);
        TestDatabase.close(database);
        broker.ask(TestRequests.authorise("from-kafka"));
        await().until(() -> !broker.reports("from-kafka").isEmpty());
        assertTrue(worker.ready());
        TestDatabase.open(database);
        becomes(order, OrderState.SOLD, PaymentState.CAPTURED);

        broker.stopBroker();
        becomes(buy("c"), OrderState.SOLD, PaymentState.CAPTURED);
        assertEquals(1, simulated.count(order, "capture"));
    }

    @Test
    void nothing_isAskedOfTheGateway_whilePaymentsAreSwitchedOff() {
        start();
        payments(false);
        await().until(() -> meters.get("onsale.switches.killed").gauge().value() == 1);
        String order = buy("b");
        await().during(Duration.ofSeconds(2)).until(() -> simulated.ledger().isEmpty());

        payments(true);

        becomes(order, OrderState.SOLD, PaymentState.CAPTURED);
    }

    private void payments(boolean on) {
        try (FlagChanges changes =
                new FlagChanges(Map.of("bootstrap.servers", broker.bootstrapServers()), Duration.ofSeconds(10))) {
            changes.write(FlagChange.now("payments", null, FlagDefinition.ofSwitch(on), "ada", "the gateway errs"));
        }
    }
}
