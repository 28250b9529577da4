package dev.onsale.fallback.control;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.audit.Audit;
import dev.onsale.audit.AuditListener;
import dev.onsale.audit.AuditOptions;
import dev.onsale.audit.AuditReport;
import dev.onsale.audit.Story;
import dev.onsale.audit.TestCluster;
import dev.onsale.fallback.CatchUp;
import dev.onsale.fallback.Database;
import dev.onsale.fallback.StateTables;
import dev.onsale.fallback.TestDatabase;
import dev.onsale.fallback.desk.Desk;
import dev.onsale.fallback.desk.Journal;
import dev.onsale.fallback.desk.NotSoldHereException;
import dev.onsale.fallback.desk.Run;
import dev.onsale.inventory.InventoryConfig;
import dev.onsale.inventory.InventoryService;
import dev.onsale.runtime.OperatorError;
import dev.onsale.runtime.Settings;
import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.Requests;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.CancelOrder;
import dev.onsale.wire.CancelledBy;
import dev.onsale.wire.Command;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.OpenSection;
import dev.onsale.wire.OrderState;
import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentOutcome;
import dev.onsale.wire.PaymentReported;
import dev.onsale.wire.PaymentRequest;
import dev.onsale.wire.PaymentState;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.SeatPreference;
import dev.onsale.wire.SectionDefinition;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sales move to PostgreSQL and back, with a real broker, a real decider and a real PostgreSQL. */
@Timeout(300)
class RoundTripTest {

    private static final SectionKey A = new SectionKey("rock", "A");
    private static final int SEATS = 50;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final AvroSerde<Command> COMMANDS =
            AvroSerde.of(Command.class, PinnedSchemas.released(), Topics.COMMANDS.name() + "-value");

    @TempDir
    Path state;

    private TestCluster cluster;
    private Database database;
    private Access access;
    private Desk desk;

    @BeforeEach
    void start() throws Exception {
        cluster = TestCluster.start();
        database = Database.open(TestDatabase.create());
        access = new Access(cluster.client(), PinnedSchemas.released(), database, PATIENCE);
        desk = new Desk(database);
    }

    @AfterEach
    void stop() throws Exception {
        database.close();
        cluster.close();
    }

    private InventoryService decider() {
        Map<String, String> settings = new HashMap<>(Map.of("state.dir", state.toString(), "standby.replicas", "0"));
        cluster.client().forEach((key, value) -> settings.put(key, value.toString()));
        return InventoryService.start(
                InventoryConfig.from(Settings.of(settings)),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                () -> {});
    }

    private static CommandHeader.Builder header() {
        return CommandHeader.newBuilder().setEventId(A.eventId()).setSectionId(A.sectionId());
    }

    private static Command purchase(String buyer) {
        CommandHeader header = header().setBuyer(buyer)
                .setRequestId("r1")
                .setOrderId(order(buyer))
                .build();
        return new Command(header, new Purchase(1, List.of(), SeatPreference.CONTIGUOUS, null, "pm_card_visa"));
    }

    private static String order(String buyer) {
        return Requests.orderId(buyer, "r1");
    }

    private static Command reported(PaymentRequest request) {
        return new Command(
                header().setOrderId(request.getOrderId()).build(),
                new PaymentReported(
                        request.getAttempt(),
                        request.getOperation(),
                        PaymentOutcome.SUCCEEDED,
                        "",
                        "pi_" + request.getOrderId(),
                        request.getOperation() == PaymentOperation.CAPTURE ? request.getAmount() : 0L));
    }

    private void publish(Command command) throws Exception {
        cluster.write(
                Topics.COMMANDS.name(), A.partition(TestCluster.PARTITIONS), A.toString(), COMMANDS.toBytes(command));
    }

    private void open() throws Exception {
        var definition = new SectionDefinition("Night", "EUR", 5, SEATS / 5, 0, 4500L, 3600, 6, null, null);
        publish(new Command(header().build(), new OpenSection(definition)));
    }

    /** Ten orders are decided, then the decider goes, and ten more are accepted. */
    private void sellUntilTheDeciderGoes() throws Exception {
        try (InventoryService decider = decider()) {
            open();
            for (int i = 0; i < 10; i++) {
                publish(purchase("early" + i));
            }
            await().atMost(Duration.ofMinutes(1)).until(() -> decider.live() && exported("early9"));
        }
        for (int i = 0; i < 10; i++) {
            publish(purchase("late" + i));
        }
    }

    private boolean exported(String buyer) {
        CatchUp.run(cluster.client(), PinnedSchemas.released(), database, PATIENCE);
        return database.jdbi()
                .withHandle(handle ->
                        !StateTables.EXPORTED.withId(handle, order(buyer)).isEmpty());
    }

    private Activation.Done activate() throws InterruptedException {
        return Activation.run(access, "olga", "the decider is gone", false, System.out::println);
    }

    private GivingBack.Done giveBack() throws InterruptedException {
        return GivingBack.run(access, System.out::println);
    }

    private OrderStatus buy(String buyer) {
        return desk.decide(A, purchase(buyer)).orElseThrow();
    }

    private void payAll() {
        for (List<Journal.Asked> asked = take(); !asked.isEmpty(); asked = take()) {
            asked.forEach(each -> desk.decide(A, reported(each.request())));
        }
    }

    private List<Journal.Asked> take() {
        return database.jdbi().inTransaction(handle -> Journal.take(handle, 10));
    }

    private OrderStatus shown(String buyer) {
        return desk.find(order(buyer), Optional.of(buyer)).orElseThrow();
    }

    @Test
    void sales_goOnInPostgres_andComeBack_withNothingSoldTwice() throws Exception {
        sellUntilTheDeciderGoes();

        Activation.Done activated = activate();

        assertEquals(10, activated.backlog());
        assertEquals(20, activated.payments(), "operations that were under way");
        assertEquals(SEATS - 20, activated.seats());
        assertEquals(Map.of(), activated.withheld());
        assertEquals(OrderState.HELD, shown("late9").getState(), "accepted before, decided now");

        OrderStatus first = buy("ada");
        assertEquals(OrderState.HELD, first.getState());
        assertEquals(first, buy("ada"), "the same request, the same answer");
        payAll();
        assertEquals(PaymentState.CAPTURED, shown("ada").getPayment());
        assertEquals(PaymentState.CAPTURED, shown("early0").getPayment());
        for (int i = 0; i < SEATS - 21; i++) {
            assertEquals(OrderState.HELD, buy("buyer" + i).getState());
        }
        assertEquals("SOLD_OUT", buy("toolate").getReason());
        desk.decide(
                A,
                new Command(
                        header().setOrderId(order("buyer0")).setBuyer("buyer0").build(), cancel(CancelledBy.BUYER)));
        desk.decide(A, new Command(header().setOrderId(order("ada")).build(), cancel(CancelledBy.ORGANIZER)));
        assertEquals(OrderState.REFUNDED, shown("ada").getState());
        // A gateway that publishes straight to the log, and a buyer who has bought in PostgreSQL already.
        publish(purchase("publisher"));
        publish(purchase("buyer1"));

        OperatorError noDecider = assertThrows(OperatorError.class, this::giveBackImpatiently);
        assertTrue(String.valueOf(noDecider.getMessage()).contains("Start inventory-stream"), noDecider::getMessage);
        assertEquals(OrderState.HELD, buy("eve").getState(), "sales stay in PostgreSQL");

        try (InventoryService decider = decider()) {
            GivingBack.Done back = giveBack();
            assertTrue(decider.live());
            assertEquals(2, back.sentAgain());
            assertThrows(NotSoldHereException.class, () -> buy("zoe"));
            await().atMost(Duration.ofMinutes(1)).until(() -> exported("publisher"));
        }
        assertEquals(OrderState.HELD, logged("publisher"));
        assertEquals(OrderState.REFUNDED, logged("ada"));
        assertEquals(OrderState.HELD, logged("buyer1"));
        AuditReport report = Audit.run(AuditOptions.of(cluster.client()), AuditListener.SILENT, Story.none());
        assertEquals(List.of(), report.violations());
        assertTrue(report.proven());
        assertThrows(OperatorError.class, this::giveBack, "there is none any more");
        assertVerified();
    }

    /** PostgreSQL has what the log says; and that is not said of anything else. */
    private void assertVerified() {
        Verification.Done verified = Verification.run(access);
        assertEquals(List.of(), verified.differences());
        assertTrue(verified.rows() > 2 * SEATS, verified::toString);

        database.jdbi()
                .useHandle(handle -> handle.execute(
                        "UPDATE exported.orders SET total = total + 1 WHERE order_id = ?", order("buyer1")));
        assertEquals(1, Verification.run(access).differences().size());
        database.jdbi().useHandle(handle -> {
            handle.execute("DELETE FROM exported.sections");
            handle.execute("DELETE FROM exported.orders");
        });
        assertTrue(Verification.run(access).differences().size() > 2);
    }

    private static CancelOrder cancel(CancelledBy by) {
        return new CancelOrder(by, "");
    }

    private void giveBackImpatiently() throws InterruptedException {
        GivingBack.run(
                new Access(access.kafka(), access.ids(), access.database(), Duration.ofSeconds(1)), progress -> {});
    }

    private OrderState logged(String buyer) {
        return database.jdbi().withHandle(handle -> StateTables.EXPORTED.withId(handle, order(buyer))).stream()
                .map(row -> OrderState.valueOf(row.order().state().name()))
                .findFirst()
                .orElse(OrderState.UNKNOWN);
    }

    @Test
    void activate_isRefused_whileTheDeciderLives_andWhileThereIsAFallback() throws Exception {
        try (InventoryService decider = decider()) {
            open();
            await().atMost(Duration.ofMinutes(1)).until(() -> decider.ready());
            OperatorError alive = assertThrows(OperatorError.class, this::activate);
            assertTrue(String.valueOf(alive.getMessage()).contains("The decider is not down"), alive::getMessage);
            assertTrue(desk.run().isEmpty());
        }
        activate();

        OperatorError twice = assertThrows(OperatorError.class, this::activate);

        assertTrue(String.valueOf(twice.getMessage()).contains("which is ACTIVE"), twice::getMessage);
        assertEquals(Run.State.ACTIVE, desk.run().orElseThrow().state());
    }

    /** Whoever activates knows better than the brokers that it must not decide any more; it goes on for a while. */
    @Test
    void deciderThatLives_andIsActivatedAgainst_comesToTheSame() throws Exception {
        try (InventoryService decider = decider()) {
            open();
            for (int i = 0; i < 10; i++) {
                publish(purchase("early" + i));
            }
            await().atMost(Duration.ofMinutes(1)).until(() -> decider.live() && exported("early9"));
            for (int i = 0; i < 30; i++) {
                publish(purchase("late" + i));
            }
            Activation.run(access, "olga", "it decides wrongly", true, System.out::println);

            assertEquals(OrderState.HELD, shown("late29").getState());
            for (int i = 0; i < SEATS - 40; i++) {
                assertEquals(OrderState.HELD, buy("buyer" + i).getState());
            }
            assertEquals("SOLD_OUT", buy("toolate").getReason());
            GivingBack.Done back = giveBack();
            assertEquals(SEATS - 40 + 1, back.decisions());
        }
        AuditReport report = Audit.run(AuditOptions.of(cluster.client()), AuditListener.SILENT, Story.none());
        assertEquals(List.of(), report.violations());
    }

    /** A decider that is started by mistake, or that was not dead, decides nothing of what is sold from PostgreSQL. */
    @Test
    void decider_thatComesBack_leavesSectionsToTheFallback() throws Exception {
        sellUntilTheDeciderGoes();
        activate();
        try (InventoryService decider = decider()) {
            publish(purchase("publisher"));
            await().atMost(Duration.ofMinutes(1)).until(() -> decider.live() && exported("late9"));
            assertEquals(
                    OrderState.HELD, logged("late9"), "what stood before the fallback, it decides as it was decided");

            assertEquals(OrderState.HELD, buy("ada").getState());
            GivingBack.Done back = giveBack();
            assertEquals(1, back.decisions());
            assertEquals(1, back.sentAgain());
        }
    }
}
