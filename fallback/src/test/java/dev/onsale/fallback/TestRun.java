package dev.onsale.fallback;

import dev.onsale.fallback.desk.Desk;
import dev.onsale.fallback.desk.Run;
import dev.onsale.inventory.wire.LiveSection;
import dev.onsale.schemas.SectionKey;
import dev.onsale.wire.Command;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.EnterFallback;
import dev.onsale.wire.OpenSection;
import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentOutcome;
import dev.onsale.wire.PaymentReported;
import dev.onsale.wire.SectionDefinition;
import java.util.List;
import java.util.Optional;

/** A fallback as activation leaves it, without any log, and what a test asks of it. */
public final class TestRun implements AutoCloseable {

    private static final long EPOCH = 1;
    private static final long PRICE = 4500;

    private final Database database;
    private final Desk desk;

    private TestRun(Database database) {
        this.database = database;
        this.desk = new Desk(database);
    }

    /** The one that is there. */
    public static TestRun existing(DatabaseConfig config) {
        return new TestRun(Database.open(config));
    }

    /** One that is active. */
    public TestRun(DatabaseConfig config) {
        this(Database.open(config));
        database.jdbi()
                .useHandle(handle -> handle.execute(
                        "INSERT INTO fallback.runs (epoch, state, activated_by, reason)"
                                + " VALUES (?, 'ACTIVE', 'ada', 'the decider is gone')",
                        EPOCH));
    }

    /** Puts a section of numbered seats into fallback. */
    public void sell(SectionKey key, int rows, int seatsPerRow, int holdSeconds) {
        LiveSection section = LiveSection.unknown(key, orderId -> Optional.empty());
        var definition = SectionDefinition.newBuilder()
                .setEventName(key.eventId())
                .setCurrency("EUR")
                .setRows(rows)
                .setSeatsPerRow(seatsPerRow)
                .setCapacity(0)
                .setPrice(PRICE)
                .setHoldSeconds(holdSeconds)
                .setMaxPerBuyer(10)
                .build();
        var _ = section.decide(command(key, "", new OpenSection(definition)), 0, 0, 1);
        var _ = section.decide(command(key, "", new EnterFallback(EPOCH)), 0, 1, 1);
        database.jdbi()
                .useTransaction(handle -> StateTables.FALLBACK.write(
                        handle, List.of(SectionRow.of(key, 0, section.section(), 1)), List.of()));
    }

    /** Lets the export know a section of which nothing is sold, because its partition is withheld. */
    public void withhold(SectionKey key, String why) {
        sell(key, 1, 1, 60);
        database.jdbi().useTransaction(handle -> {
            handle.execute(
                    "INSERT INTO exported.sections SELECT * FROM fallback.sections WHERE event_id = ?", key.eventId());
            handle.execute("UPDATE exported.sections SET partition = 1 WHERE event_id = ?", key.eventId());
            handle.execute("DELETE FROM fallback.sections WHERE event_id = ?", key.eventId());
            handle.execute("INSERT INTO fallback.partitions (epoch, partition, withheld) VALUES (?, 1, ?)", EPOCH, why);
        });
    }

    private static Command command(SectionKey key, String orderId, Object payload) {
        var header = CommandHeader.newBuilder()
                .setEventId(key.eventId())
                .setSectionId(key.sectionId())
                .setOrderId(orderId)
                .build();
        return new Command(header, payload);
    }

    /** What a payment worker would report of an order. */
    public OrderStatus report(SectionKey key, String orderId, PaymentOperation operation, PaymentOutcome outcome) {
        int attempt = find(orderId).getAttempt();
        boolean succeeded = outcome == PaymentOutcome.SUCCEEDED;
        var report = PaymentReported.newBuilder()
                .setAttempt(attempt)
                .setOperation(operation)
                .setOutcome(outcome)
                .setReason(succeeded ? "" : "card_declined")
                .setGatewayReference(succeeded ? "pi_" + orderId : "")
                .setAmount(succeeded ? find(orderId).getTotal() : 0)
                .build();
        return desk.decide(key, command(key, orderId, report)).orElseThrow();
    }

    /** The authorisation and the capture of an order succeed. */
    public OrderStatus pay(SectionKey key, String orderId) {
        report(key, orderId, PaymentOperation.AUTHORISE, PaymentOutcome.SUCCEEDED);
        return report(key, orderId, PaymentOperation.CAPTURE, PaymentOutcome.SUCCEEDED);
    }

    /** Decides a command. */
    public OrderStatus decide(SectionKey key, Command command) {
        return desk.decide(key, command).orElseThrow();
    }

    public OrderStatus find(String orderId) {
        return desk.find(orderId, Optional.empty()).orElseThrow();
    }

    public void become(Run.State state) {
        database.jdbi()
                .useTransaction(handle ->
                        handle.execute("UPDATE fallback.runs SET state = ? WHERE epoch = ?", state.name(), EPOCH));
    }

    /** A number that a query finds. */
    public long count(String sql, Object... arguments) {
        return database.jdbi()
                .withHandle(handle ->
                        handle.select(sql, arguments).mapTo(Long.class).one());
    }

    /** Any statement. */
    public void execute(String sql, Object... arguments) {
        database.jdbi().useHandle(handle -> handle.execute(sql, arguments));
    }

    @Override
    public void close() {
        database.close();
    }
}
