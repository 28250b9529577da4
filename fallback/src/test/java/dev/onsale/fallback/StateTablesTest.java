package dev.onsale.fallback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.domain.Order;
import dev.onsale.domain.OrderState;
import dev.onsale.domain.PaymentState;
import dev.onsale.domain.PaymentsState;
import dev.onsale.domain.SalesState;
import dev.onsale.domain.SectionDefinition;
import dev.onsale.domain.SectionState;
import dev.onsale.domain.SectionState.Fallback;
import dev.onsale.domain.Stamp;
import dev.onsale.schemas.SectionKey;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StateTablesTest {

    private static final SectionKey KEY = new SectionKey("rock", "A");
    private static final StateTables TABLES = StateTables.FALLBACK;

    private Database database;
    private Handle handle;

    @BeforeAll
    void open() {
        database = Database.open(TestDatabase.create());
    }

    @AfterAll
    void close() {
        database.close();
    }

    @BeforeEach
    void begin() {
        handle = database.jdbi().open().begin();
    }

    @AfterEach
    void rollback() {
        handle.rollback().close();
    }

    static OrderRow order(String id, OrderState state, long version, String... seats) {
        var order = new Order(
                id,
                "ada",
                Long.MIN_VALUE,
                state,
                PaymentState.CAPTURING,
                2,
                List.of(seats),
                3,
                13_500,
                1_796_119_200_123L,
                "it's a \\0 \"reason\"",
                "pi_\u0000",
                new Stamp(1, 2, 3, Stamp.CANDIDATE),
                version);
        return new OrderRow(KEY, order, OptionalLong.of(version * 10));
    }

    private List<String> seats() {
        return handle.select("SELECT seat || ' ' || order_id || ' ' || state FROM fallback.seats ORDER BY 1")
                .mapTo(String.class)
                .list();
    }

    @Test
    void order_isReadAsItWasWritten_whateverItsTexts() {
        OrderRow asked = order("o1", OrderState.REJECTED, 7, "A-1", "", "{\"a\",b}", "\\\u0000\\0", "NULL", "東京");
        var notAsked = new OrderRow(KEY, order("o2", OrderState.EXPIRED, 8).order(), OptionalLong.empty());

        TABLES.write(handle, List.of(), List.of(asked, notAsked));

        assertEquals(Optional.of(asked), TABLES.order(handle, KEY, "o1"));
        assertEquals(Optional.of(notAsked), TABLES.order(handle, KEY, "o2"));
        assertEquals(Optional.empty(), TABLES.order(handle, KEY, "o3"));
        assertEquals(Optional.empty(), StateTables.EXPORTED.order(handle, KEY, "o1"));
    }

    @Test
    void section_isReadAsItWasWritten() {
        var definition = new SectionDefinition(
                "Größe \u0000", "EUR", 20, 25, 0, 4500, 300, 6, OptionalLong.of(5), OptionalLong.empty());
        var state = new SectionState(
                Optional.of(definition),
                SalesState.PAUSED,
                PaymentsState.STOPPED,
                17,
                OptionalLong.of(18),
                new Fallback(7, true, 3),
                4);
        var first = new SectionRow(KEY, 1, state, 9, 497, 2, 1, 1_796_119_200_123L);
        var unknown = new SectionState(
                Optional.empty(), SalesState.OPEN, PaymentsState.RUNNING, 0, OptionalLong.empty(), Fallback.NONE, 0);
        var second = new SectionRow(new SectionKey("rock", "B"), 2, unknown, 3, 0, 0, 0, -1);

        TABLES.write(handle, List.of(first, second), List.of());

        assertEquals(Optional.of(first), TABLES.section(handle, KEY));
        assertEquals(List.of(second), TABLES.sections(handle, 2));

        var later = new SectionRow(KEY, 1, state, 10, 500, 0, 0, 0);
        TABLES.write(handle, List.of(later), List.of());

        assertEquals(Optional.of(later), TABLES.section(handle, KEY));
    }

    @Test
    void seats_followFromOrders() {
        TABLES.write(
                handle,
                List.of(),
                List.of(
                        order("o1", OrderState.HELD, 1, "A-1", "A-2"),
                        order("o2", OrderState.HELD, 2, "A-3"),
                        order("o3", OrderState.REJECTED, 3, "A-1", "A-1")));
        assertEquals(List.of("A-1 o1 HELD", "A-2 o1 HELD", "A-3 o2 HELD"), seats());

        TABLES.write(
                handle,
                List.of(),
                List.of(
                        order("o2", OrderState.SOLD, 4, "A-3"),
                        order("o4", OrderState.HELD, 6, "A-2"),
                        order("o1", OrderState.EXPIRED, 5, "A-1", "A-2")));
        assertEquals(List.of("A-2 o4 HELD", "A-3 o2 SOLD"), seats());
    }

    @Test
    void seat_isRefused_whenAnotherOrderOwnsIt() {
        TABLES.write(handle, List.of(), List.of(order("o1", OrderState.SOLD, 1, "A-1")));

        var error = assertThrows(
                UnableToExecuteStatementException.class,
                () -> TABLES.write(handle, List.of(), List.of(order("o2", OrderState.HELD, 2, "A-1"))));

        assertTrue(String.valueOf(error.getMessage()).contains("seats_pkey"), error.getMessage());
    }

    @Test
    void orders_areFound_byNameByOwnershipAndByVersion() {
        OrderRow held = order("o1", OrderState.HELD, 5, "A-1");
        OrderRow sold = order("o2", OrderState.SOLD, 4, "A-2");
        OrderRow rejected = order("o3", OrderState.REJECTED, 6);
        TABLES.write(handle, List.of(), List.of(held, sold, rejected));

        assertEquals(
                List.of(rejected),
                TABLES.orders(
                        handle,
                        Set.of(
                                new OrderKey(KEY, "o3"),
                                new OrderKey(KEY, "o4"),
                                new OrderKey(new SectionKey("rock", "B"), "o1"))));
        assertEquals(
                List.of(sold, held),
                TABLES.owning(handle, KEY).stream()
                        .sorted(Comparator.comparingLong(row -> row.order().version()))
                        .toList());
        assertEquals(List.of(held, rejected), TABLES.changedSince(handle, KEY, 4));
    }
}
