package dev.onsale.fallback.desk;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.domain.Order;
import dev.onsale.fallback.Database;
import dev.onsale.fallback.DatabaseConfig;
import dev.onsale.fallback.SectionRow;
import dev.onsale.fallback.StateTables;
import dev.onsale.fallback.TestDatabase;
import dev.onsale.inventory.wire.LiveSection;
import dev.onsale.schemas.Requests;
import dev.onsale.schemas.SectionKey;
import dev.onsale.wire.CancelOrder;
import dev.onsale.wire.CancelledBy;
import dev.onsale.wire.Command;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.EnterFallback;
import dev.onsale.wire.OpenSection;
import dev.onsale.wire.OrderState;
import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.SeatPreference;
import dev.onsale.wire.SectionDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Selling from a real PostgreSQL, and whether the decider comes to the same. */
@Timeout(120)
class DeskTest {

    private static final SectionKey A = new SectionKey("rock", "A");
    private static final SectionKey B = new SectionKey("rock", "B");
    private static final int SEATS = 60;
    private static final int HOLD_SECONDS = 600;

    private final long seed = new Random().nextLong();
    private DatabaseConfig config;
    private Database database;
    private Desk desk;
    /** The section in the log, which hears of everything at last. */
    private LiveSection log;

    private final Map<String, Order> logged = new HashMap<>();
    private long offset;

    @BeforeEach
    void enter() {
        System.out.println("seed " + seed);
        config = TestDatabase.create();
        database = Database.open(config);
        desk = new Desk(database);
        sellFromHere(HOLD_SECONDS);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void sellFromHere(int holdSeconds) {
        log = LiveSection.unknown(A, orderId -> Optional.ofNullable(logged.get(orderId)));
        var definition = new SectionDefinition("Night", "EUR", 6, SEATS / 6, 0, 4500L, holdSeconds, 6, null, null);
        send(new Command(header().build(), new OpenSection(definition)));
        send(new Command(header().build(), new EnterFallback(1L)));
        database.jdbi().useTransaction(handle -> {
            Run run = Run.current(handle).orElseGet(() -> Run.begin(handle, "olga", "the decider is gone"));
            run.become(handle, Run.State.ACTIVE);
            StateTables.FALLBACK.write(handle, List.of(SectionRow.of(A, 0, log.section(), 0)), List.of());
        });
    }

    private LiveSection.Outcome send(Command command) {
        LiveSection.Outcome outcome = log.decide(command, 0, offset++, System.currentTimeMillis());
        outcome.orders().forEach(order -> logged.put(order.orderId(), order));
        return outcome;
    }

    private static CommandHeader.Builder header() {
        return CommandHeader.newBuilder().setEventId(A.eventId()).setSectionId(A.sectionId());
    }

    private static String order(String buyer) {
        return Requests.orderId(buyer, "r1");
    }

    private static Command purchase(String buyer, String... seats) {
        CommandHeader header = header().setBuyer(buyer)
                .setRequestId("r1")
                .setOrderId(order(buyer))
                .build();
        return new Command(
                header,
                new Purchase(
                        seats.length == 0 ? 1 : 0, List.of(seats), SeatPreference.CONTIGUOUS, null, "pm_card_visa"));
    }

    private static Command cancellation(String buyer) {
        return new Command(
                header().setBuyer(buyer).setOrderId(order(buyer)).build(), new CancelOrder(CancelledBy.BUYER, ""));
    }

    private OrderStatus buy(String buyer, String... seats) {
        return desk.decide(A, purchase(buyer, seats)).orElseThrow();
    }

    /** The decider takes up every decision, and ends where PostgreSQL is. */
    private void assertAdopted() {
        database.jdbi().useTransaction(handle -> {
            try (var entries = Journal.toSend(handle, 1)) {
                entries.forEach(entry -> assertEquals(
                        entry.command().getHeader().getAdopted().getEvents().size(),
                        send(entry.command()).events().size(),
                        () -> "decision " + entry.number() + ", seed " + seed));
            }
            SectionRow row = StateTables.FALLBACK.section(handle, A).orElseThrow();
            assertEquals(row.version(), log.section().version());
            assertEquals(row.state(), log.section().state());
            assertEquals(
                    List.of(row.free(), row.held(), row.sold()),
                    List.of(
                            log.section().free(),
                            log.section().held(),
                            log.section().sold()));
        });
    }

    /** Two programs, each with memory of its own, and many buyers at each. */
    @Test
    void noSeat_isSoldTwice_andTheDeciderComesToTheSame_whenTwoProgramsSell() throws Exception {
        try (Database other = Database.open(config);
                ExecutorService buyers = Executors.newFixedThreadPool(8)) {
            List<Desk> desks = List.of(desk, new Desk(other));
            List<Future<OrderStatus>> answers = new ArrayList<>();
            for (int i = 0; i < 2 * SEATS; i++) {
                Desk here = desks.get(i % 2);
                String buyer = "buyer" + i;
                boolean cancels = i % 7 == 0;
                String[] seats = i % 3 == 0 ? new String[] {"A-" + (1 + i % 10)} : new String[0];
                answers.add(buyers.submit(() -> {
                    OrderStatus answer = here.decide(A, purchase(buyer, seats)).orElseThrow();
                    return cancels ? desks.get(1).decide(A, cancellation(buyer)).orElseThrow() : answer;
                }));
            }
            Set<String> held = new HashSet<>();
            for (Future<OrderStatus> answer : answers) {
                if (answer.get().getState() == OrderState.HELD) {
                    assertTrue(held.addAll(answer.get().getSeats()), "a seat was sold twice");
                }
            }
            assertTrue(held.size() >= SEATS / 2, held::toString);
        }
        assertAdopted();
    }

    @Test
    void answer_isTheSame_whenItWasLostAndTheRequestComesAgain() throws Exception {
        Map<String, OrderStatus> first = new HashMap<>();
        Random random = new Random(seed);
        for (int i = 0; i < 30; i++) {
            String buyer = "buyer" + i;
            try (ExecutorService saboteur = Executors.newSingleThreadExecutor()) {
                boolean sabotaged = random.nextInt(3) == 0;
                Future<?> ended = saboteur.submit(() -> {
                    if (sabotaged) {
                        TestDatabase.terminate(config);
                    }
                });
                try {
                    first.put(buyer, buy(buyer));
                } catch (JdbiException e) {
                    // The buyer knows nothing, and asks again.
                }
                ended.get();
            }
        }
        for (int i = 0; i < 30; i++) {
            String buyer = "buyer" + i;
            OrderStatus again = await().ignoreExceptionsInstanceOf(JdbiException.class)
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> buy(buyer), answer -> true);
            assertEquals(OrderState.HELD, again.getState());
            assertEquals(first.getOrDefault(buyer, again).getSeats(), again.getSeats(), buyer + ", seed " + seed);
        }
        assertAdopted();
    }

    @Test
    void holds_end_andTheirSeatsAreSoldAgain() {
        logged.clear();
        offset = 0;
        sellFromHere(1);
        desk = new Desk(database);
        assertEquals(List.of("A-1"), buy("ada", "A-1").getSeats());
        assertEquals("SEATS_TAKEN", buy("bob", "A-1").getReason());

        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            desk.endHolds();
            assertEquals(
                    OrderState.EXPIRED,
                    desk.find(order("ada"), Optional.of("ada")).orElseThrow().getState());
        });

        assertEquals(OrderState.HELD, buy("eve", "A-1").getState());
        assertTrue(desk.find(order("ada"), Optional.of("eve")).isEmpty(), "somebody else's order is nobody's");
        assertAdopted();
    }

    @Test
    void nothingIsDecided_whenTheFallbackEnds_orTheSectionIsWithheld() {
        database.jdbi().useHandle(handle -> {
            StateTables.EXPORTED.write(
                    handle, List.of(new SectionRow(B, 3, log.section().state(), 2, 9, 0, 0, 0)), List.of());
            handle.execute(
                    "INSERT INTO fallback.partitions (epoch, partition, withheld) VALUES (1, 3, 'it has no leader')");
        });
        var withheld = assertThrows(NotSoldHereException.class, () -> desk.decide(B, purchase("ada")));
        assertEquals(NotSoldHereException.Cause.WITHHELD, withheld.why());
        assertTrue(String.valueOf(withheld.getMessage()).contains("it has no leader"), withheld::getMessage);
        var unknown = assertThrows(
                NotSoldHereException.class, () -> desk.decide(new SectionKey("rock", "Z"), purchase("ada")));
        assertEquals(NotSoldHereException.Cause.UNKNOWN_SECTION, unknown.why());

        database.jdbi()
                .useTransaction(handle -> Run.current(handle).orElseThrow().become(handle, Run.State.RETURNING));
        var returning = assertThrows(NotSoldHereException.class, () -> buy("ada"));
        assertEquals(NotSoldHereException.Cause.CHANGING, returning.why());
        database.jdbi()
                .useTransaction(handle -> Run.current(handle).orElseThrow().become(handle, Run.State.RETURNED));
        var none = assertThrows(NotSoldHereException.class, () -> buy("ada"));
        assertEquals(NotSoldHereException.Cause.NO_FALLBACK, none.why());
    }

    @Test
    void payments_areTakenByOneWorkerAtATime() {
        buy("ada");
        buy("bob");

        List<Journal.Asked> first = take();
        assertEquals(2, first.size());
        assertEquals(List.of(), take(), "somebody is at them");
        database.jdbi().useHandle(handle -> handle.execute("UPDATE fallback.payments SET taken_until = now()"));
        assertEquals(2, take().size(), "whoever took them has not come back");
    }

    private List<Journal.Asked> take() {
        return database.jdbi().inTransaction(handle -> Journal.take(handle, 10));
    }
}
