package dev.onsale.payments;

import static dev.onsale.payments.TestRequests.authorise;
import static dev.onsale.payments.TestRequests.cancel;
import static dev.onsale.payments.TestRequests.capture;
import static dev.onsale.payments.TestRequests.refund;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.payments.PaymentWorkerConfig.SourceKind;
import dev.onsale.release.flags.FlagChange;
import dev.onsale.release.flags.FlagChanges;
import dev.onsale.release.flags.FlagDefinition;
import dev.onsale.runtime.Settings;
import dev.onsale.schemas.DeadLetters;
import dev.onsale.schemas.Groups;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.PaymentOutcome;
import dev.onsale.wire.PaymentReported;
import dev.onsale.wire.PaymentRequest;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The worker against a real broker and the simulator, each test with its own. They wait more than they work, so several run at a time. */
@Execution(ExecutionMode.CONCURRENT)
final class PaymentWorkerTest {

    private final Path folder;
    private final Simulated simulated;
    private final AtomicInteger failures = new AtomicInteger();
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final TestBroker broker;

    PaymentWorkerTest(@TempDir Path folder) throws Exception {
        this.folder = folder;
        this.simulated = new Simulated(folder);
        this.broker = TestBroker.start();
    }

    /** For all of them: they run at the same time, and the setting is one for the JVM. */
    @BeforeAll
    static void waitPatiently() {
        Awaitility.setDefaultTimeout(Duration.ofMinutes(2));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable closeable : opened.reversed()) {
            closeable.close();
        }
        broker.close();
        simulated.close();
        assertEquals(0, failures.get(), "a worker failed");
    }

    private Map<String, String> settings(SourceKind source) {
        return new HashMap<>(Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "gateway.url", simulated.url().toString(),
                "payments.source", source.name().toLowerCase(Locale.ROOT),
                "payments.parallelism", "8",
                "health.port", "0",
                "flags.snapshot.file", folder.resolve("flags.json").toString()));
    }

    private PaymentWorker start(SourceKind source) {
        return start(settings(source));
    }

    private PaymentWorker start(Map<String, String> settings) {
        PaymentWorkerConfig config = PaymentWorkerConfig.from(Settings.of(settings));
        PaymentWorker worker = PaymentWorker.start(config, meters, failures::incrementAndGet);
        opened.add(worker);
        return worker;
    }

    private PaymentReported report(String order) {
        await().until(() -> !broker.reports(order).isEmpty());
        return broker.reports(order).getFirst();
    }

    @ParameterizedTest
    @EnumSource
    void worker_executesAndReportsEveryOperation(SourceKind source) throws Exception {
        broker.ask(authorise("sold"), authorise("poor", "pm_card_chargeDeclinedInsufficientFunds"));
        PaymentWorker worker = start(source);
        await().until(worker::ready);
        broker.ask(authorise("voided"));
        assertEquals("insufficient_funds", report("poor").getReason());
        assertEquals(PaymentOutcome.DECLINED, report("poor").getOutcome());
        PaymentReported authorised = report("sold");
        assertEquals(PaymentOutcome.SUCCEEDED, authorised.getOutcome());
        assertEquals(TestRequests.PRICE, authorised.getAmount());
        broker.ask(
                capture("sold", authorised.getGatewayReference()),
                cancel("voided", report("voided").getGatewayReference()));
        await().until(() -> broker.reports("sold").size() == 2);
        broker.ask(refund("sold", authorised.getGatewayReference()));
        await().until(() ->
                broker.reports("sold").size() == 3 && broker.reports("voided").size() == 2);
        assertTrue(broker.reports("sold").stream().allMatch(r -> r.getOutcome() == PaymentOutcome.SUCCEEDED));
        assertEquals(
                List.of("authorise", "capture", "refund"),
                simulated.ledger().stream()
                        .filter(line -> line.required("orderId").asText().equals("sold"))
                        .map(line -> line.required("operation").asText())
                        .toList());
        assertEquals(1, simulated.count("voided", "void"));
        assertTrue(
                meters.scrape()
                        .contains(
                                "onsale_payments_seconds_count{operation=\"capture\",outcome=\"succeeded\",path=\"stable\"} 1"));
    }

    @ParameterizedTest
    @EnumSource
    @Tag("aborted-hold-never-charged")
    void worker_neverCharges_whenTransactionWasAborted(SourceKind source) throws Exception {
        broker.askAndAbort(authorise("aborted"));
        broker.ask(authorise("committed"));
        start(source);
        assertEquals(PaymentOutcome.SUCCEEDED, report("committed").getOutcome());
        broker.askAndAbort(authorise("aborted-too"));
        broker.ask(authorise("later"));
        report("later");
        assertEquals(0, simulated.count("aborted", "authorise"));
        assertEquals(0, simulated.count("aborted-too", "authorise"));
        assertEquals(2, simulated.ledger().size());
    }

    @ParameterizedTest
    @EnumSource
    @Tag("worker-killed-between-charge-and-ack")
    void worker_chargesOnce_whenKilledBetweenChargeAndAcknowledgement(SourceKind source) throws Exception {
        broker.ask(authorise("a"));
        simulated.behave("{\"dropResponseRate\":1}");
        Map<String, String> settings = settings(source);
        if (source == SourceKind.CONSUMER) {
            settings.put("kafka.session.timeout.ms", "6000");
            settings.put("kafka.heartbeat.interval.ms", "1000");
        }
        Process worker = child(settings);
        try {
            await().until(() -> simulated.count("a", "authorise") == 1);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("alive: " + worker.isAlive() + "\n" + log(), e);
        } finally {
            worker.destroyForcibly().waitFor();
        }
        assertEquals(List.of(), broker.reports("a"));
        simulated.behave("{\"dropResponseRate\":0}");
        start(settings);
        assertEquals(PaymentOutcome.SUCCEEDED, report("a").getOutcome());
        assertEquals(1, simulated.count("a", "authorise"));
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("worker.log"));
    }

    private Process child(Map<String, String> settings) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                PaymentWorkerMain.class.getName()));
        settings.forEach((key, value) -> command.addAll(List.of("--" + key, value)));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("worker.log").toFile())
                .start();
    }

    @ParameterizedTest
    @EnumSource
    void worker_putsUnreadableAside_andGoesOn(SourceKind source) throws Exception {
        byte[] garbage = "no avro".getBytes(StandardCharsets.UTF_8);
        String unreadable = broker.send(garbage);
        String unknownSchema = broker.send(new byte[] {0, 0, 9, 9, 9, 1});
        start(source);
        broker.ask(authorise("a"));
        assertEquals(PaymentOutcome.SUCCEEDED, report("a").getOutcome());
        await().until(() -> broker.read(Topics.DEAD_LETTERS).size() == 2);
        Map<String, ConsumerRecord<byte[], byte[]>> letters = new HashMap<>();
        broker.read(Topics.DEAD_LETTERS).forEach(letter -> letters.put(text(letter.key()), letter));
        ConsumerRecord<byte[], byte[]> first = letter(letters, unreadable);
        assertEquals("UNREADABLE", problem(first));
        assertArrayEquals(garbage, first.value());
        assertEquals("UNKNOWN_SCHEMA", problem(letter(letters, unknownSchema)));
    }

    /** A request that is sent again keeps the time of the first, so it cannot look young. */
    @Test
    void worker_putsOldAuthorisationAside_andChargesNothing() throws Exception {
        broker.askAt(Instant.now().minus(PaymentWorkerConfig.AUTHORISE_MAX_AGE).minusSeconds(1), authorise("old"));
        broker.askAt(Instant.now().minus(PaymentWorkerConfig.AUTHORISE_MAX_AGE).plusSeconds(60), authorise("young"));
        start(SourceKind.SHARE);
        assertEquals(PaymentOutcome.SUCCEEDED, report("young").getOutcome());
        await().until(() -> broker.read(Topics.DEAD_LETTERS).size() == 1);
        ConsumerRecord<byte[], byte[]> letter = broker.read(Topics.DEAD_LETTERS).getFirst();
        assertEquals("UNDELIVERABLE", problem(letter));
        assertEquals(0, simulated.count("old", "authorise"));
        assertEquals(List.of(), broker.reports("old"));
    }

    private static ConsumerRecord<byte[], byte[]> letter(
            Map<String, ConsumerRecord<byte[], byte[]>> letters, String key) {
        ConsumerRecord<byte[], byte[]> letter = letters.get(key);
        if (letter == null) {
            throw new AssertionError("no dead letter for " + key + " but for " + letters.keySet());
        }
        return letter;
    }

    private static String problem(ConsumerRecord<byte[], byte[]> letter) {
        return text(letter.headers().lastHeader(DeadLetters.PROBLEM).value());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The gateway is slower than locks last, and then fails for several locks: locks are renewed, and nothing is put aside. */
    @ParameterizedTest
    @EnumSource
    @Tag("gateway-brownout")
    void worker_reportsEverythingOnce_whenGatewayIsSlowThenBrownsOut(SourceKind source) throws Exception {
        simulated.behave("{\"latencyMillis\":%d}".formatted(TestBroker.LOCK.toMillis() * 2));
        start(source);
        int slow = 6;
        int orders = 12;
        broker.ask(authorisations(0, slow));
        await().until(() -> !simulated.ledger().isEmpty());
        simulated.behave("{\"latencyMillis\":0,\"errorRate\":1}");
        broker.ask(authorisations(slow, orders));
        await().pollDelay(TestBroker.LOCK.multipliedBy(4)).until(() -> true);
        assertTrue(simulated.ledger().size() <= slow);
        simulated.behave("{\"errorRate\":0}");
        await().until(() -> broker.read(Topics.COMMANDS.name()).size() >= orders
                && simulated.ledger().size() == orders);
        // A redelivery would come within the duration of a lock.
        await().pollDelay(TestBroker.LOCK.multipliedBy(2)).until(() -> true);
        // On a busy machine a renewal may be late; without any, each would be delivered twice at least.
        int reports = broker.read(Topics.COMMANDS.name()).size();
        assertTrue(reports < orders * 3 / 2, () -> reports + " reports of " + orders + " orders");
        for (int i = 0; i < orders; i++) {
            assertEquals(1, broker.reports("o" + i).size(), "reports of o" + i);
        }
        assertEquals(orders, simulated.ledger().size());
        assertEquals(List.of(), broker.read(Topics.DEAD_LETTERS));
        System.out.println(
                "gateway-brownout: " + orders + " orders, " + simulated.ledger().size()
                        + " authorisations in the gateway's ledger, " + reports + " reports from " + source);
    }

    private static PaymentRequest[] authorisations(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> authorise("o" + i)).toArray(PaymentRequest[]::new);
    }

    @Test
    void worker_putsAsideBeforeLastDelivery_whenOthersDidNotFinish() throws Exception {
        broker.ask(authorise("a"));
        try (Admin admin = broker.admin()) {
            assertEquals(10, ShareGroup.prepare(admin, Groups.PAYMENTS_SHARE));
        }
        Map<String, Object> properties = Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "group.id",
                Groups.PAYMENTS_SHARE,
                "share.acknowledgement.mode",
                "explicit");
        try (var other =
                new KafkaShareConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            other.subscribe(List.of(Topics.PAYMENTS.name()));
            for (int delivery = 0; delivery < 9; ) {
                for (ConsumerRecord<byte[], byte[]> message : other.poll(Duration.ofMillis(200))) {
                    delivery = message.deliveryCount().orElse((short) 0);
                    other.acknowledge(message, AcknowledgeType.RELEASE);
                }
                other.commitSync();
            }
        }
        start(SourceKind.SHARE);
        await().until(() -> broker.read(Topics.DEAD_LETTERS).size() == 1);
        assertEquals("UNDELIVERABLE", problem(broker.read(Topics.DEAD_LETTERS).getFirst()));
        assertEquals(List.of(), simulated.ledger());
    }

    @Test
    void worker_isNotReady_whileGatewayRefusesKey() throws Exception {
        Map<String, String> settings = settings(SourceKind.SHARE);
        settings.put("gateway.key", "sk_live_wrong");
        PaymentWorker worker = start(settings);
        await().until(worker::ready);
        broker.ask(authorise("a"));
        await().until(() -> !worker.ready());
        assertFalse(worker.ready());
        assertEquals(List.of(), broker.reports("a"));
    }

    private void payments(boolean on) {
        try (FlagChanges changes =
                new FlagChanges(Map.of("bootstrap.servers", broker.bootstrapServers()), Duration.ofSeconds(10))) {
            changes.write(FlagChange.now("payments", null, FlagDefinition.ofSwitch(on), "ada", "the gateway errs"));
        }
    }

    private boolean switchIs(boolean on) {
        return meters.get("onsale.switches.killed").gauge().value() == (on ? 0 : 1);
    }

    /**
     * Some requests wait for the gateway to recover when the switch goes off, others come later. Nothing is asked of the
     * gateway for several locks, which has recovered meanwhile, and nothing is delivered again or put aside.
     */
    @ParameterizedTest
    @EnumSource
    void worker_asksNothingOfTheGateway_whilePaymentsAreSwitchedOff(SourceKind source) throws Exception {
        simulated.behave("{\"errorRate\":1}");
        Map<String, String> settings = settings(source);
        // Not polling for longer than this must do no harm.
        settings.put("kafka.max.poll.interval.ms", Long.toString(TestBroker.LOCK.toMillis()));
        PaymentWorker worker = start(settings);
        await().until(worker::ready);
        broker.ask(authorisations(0, 3));
        await().until(() -> meters.find("onsale.payments.retries").counters().size() > 0);
        payments(false);
        await().until(() -> switchIs(false));
        simulated.behave("{\"errorRate\":0}");
        broker.ask(authorisations(3, 6));
        await().pollDelay(TestBroker.LOCK.multipliedBy(4)).until(() -> true);
        // A call that was under way when the switch went off may have come to its end.
        assertTrue(simulated.ledger().size() <= 3, () -> "charged: " + simulated.ledger());
        int charged = simulated.ledger().size();
        await().pollDelay(TestBroker.LOCK).until(() -> true);
        assertEquals(charged, simulated.ledger().size());
        assertTrue(worker.ready(), "waiting is no failure");

        payments(true);
        await().until(() ->
                IntStream.range(0, 6).noneMatch(i -> broker.reports("o" + i).isEmpty()));
        await().pollDelay(TestBroker.LOCK.multipliedBy(2)).until(() -> true);
        for (int i = 0; i < 6; i++) {
            assertEquals(1, broker.reports("o" + i).size(), "reports of o" + i);
        }
        assertEquals(6, simulated.ledger().size());
        assertEquals(List.of(), broker.read(Topics.DEAD_LETTERS));
    }

    /** What an autoscaler reads. Neither aborted requests nor the markers of transactions may stay in it for ever. */
    @Test
    void worker_tellsHowManyRequestsWaitForTheGroup() throws Exception {
        PaymentWorker worker = start(SourceKind.SHARE);
        await().until(worker::ready);
        broker.askAndAbort(authorise("aborted"));
        broker.ask(authorise("first"));
        report("first");
        await().until(() -> waiting() == 0);
        payments(false);
        await().until(() -> switchIs(false));
        broker.ask(authorisations(0, 20));
        await().until(() -> waiting() == 20);
        payments(true);
        await().until(() -> waiting() == 0);
        assertEquals(21, simulated.ledger().size());
    }

    /** From the text that is scraped, since that and its name are what deploy/kubernetes/scaling relies on. */
    private long waiting() {
        return meters.scrape()
                .lines()
                .filter(line -> line.startsWith("onsale_payments_waiting "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void worker_takesNothing_whenItStartsWhilePaymentsAreSwitchedOff() throws Exception {
        payments(false);
        PaymentWorker first = start(SourceKind.SHARE);
        await().until(() -> switchIs(false));
        await().until(first::ready);
        broker.ask(authorise("a"));
        await().pollDelay(TestBroker.LOCK).until(() -> true);
        assertEquals(List.of(), simulated.ledger());
        payments(true);
        assertEquals(PaymentOutcome.SUCCEEDED, report("a").getOutcome());
    }
}
