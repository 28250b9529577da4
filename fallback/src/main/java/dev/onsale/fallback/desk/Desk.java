package dev.onsale.fallback.desk;

import dev.onsale.domain.Order;
import dev.onsale.fallback.Database;
import dev.onsale.fallback.OrderRow;
import dev.onsale.fallback.SectionRow;
import dev.onsale.fallback.StateTables;
import dev.onsale.fallback.desk.NotSoldHereException.Cause;
import dev.onsale.inventory.wire.LiveSection;
import dev.onsale.inventory.wire.States;
import dev.onsale.schemas.SectionKey;
import dev.onsale.wire.Command;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.ExpireHolds;
import dev.onsale.wire.OrderStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;

/**
 * Sells from PostgreSQL while the decider is away, by the decider's own rules. Each command is decided in one transaction that
 * holds the lock of its section's row, so any number of programs may do so at once. What it leads to, the decision as it goes
 * back to the log later, and the payment operations that it asks for are written together or not at all.
 *
 * <p>A command whose answer was lost on the way, because PostgreSQL or the caller went away, is sent again: the same request
 * gets the same answer.
 */
public final class Desk {

    private static final StateTables TABLES = StateTables.FALLBACK;

    private final Database database;
    private final Map<SectionKey, DeskSection> sections = new ConcurrentHashMap<>();

    public Desk(Database database) {
        this.database = database;
    }

    /** The run that is under way, if one is. @throws org.jdbi.v3.core.JdbiException when PostgreSQL fails */
    public Optional<Run> run() {
        return database.jdbi().inTransaction(Run::current);
    }

    /**
     * Decides a command.
     *
     * @param command with all that the decider would have filled in, such as the order's id
     * @return what the order that it names is then; empty when there is no such order
     * @throws NotSoldHereException when it cannot be decided here
     * @throws org.jdbi.v3.core.JdbiException when PostgreSQL fails; the command may or may not be decided then
     */
    public Optional<OrderStatus> decide(SectionKey key, Command command) {
        DeskSection section = sections.computeIfAbsent(key, DeskSection::new);
        synchronized (section) {
            try {
                return database.jdbi().inTransaction(handle -> decide(handle, section, command));
            } catch (RuntimeException e) {
                // What is in memory may be ahead of what was committed.
                section.forget();
                throw e;
            }
        }
    }

    private Optional<OrderStatus> decide(Handle handle, DeskSection section, Command command) {
        Run run = activeRun(handle);
        DeskSection.Locked locked = section.lock(handle, run);
        if (!locked.live().section().holdsEndedBy(locked.nowMillis(), 1).isEmpty()) {
            apply(handle, run, locked, section, expiry(section.key()));
        }
        apply(handle, run, locked, section, command);
        return locked.live().section().order(command.getHeader().getOrderId()).map(locked.live()::status);
    }

    private static Run activeRun(Handle handle) {
        Run run = Run.held(handle)
                .orElseThrow(() -> new NotSoldHereException(
                        Cause.NO_FALLBACK, "There is no fallback under way; send the call again."));
        if (run.state() != Run.State.ACTIVE) {
            throw new NotSoldHereException(
                    Cause.CHANGING, "The fallback is " + run.state() + "; send the same call again in some seconds.");
        }
        return run;
    }

    private static void apply(Handle handle, Run run, DeskSection.Locked locked, DeskSection section, Command command) {
        LiveSection.Elsewhere decided =
                locked.live().decideElsewhere(command, locked.row().partition(), locked.nowMillis());
        section.write(handle, locked, decided.outcome());
        Journal.note(handle, run.epoch(), section.key(), decided.command(), decided.outcome(), false);
    }

    static Command expiry(SectionKey key) {
        var header = CommandHeader.newBuilder()
                .setEventId(key.eventId())
                .setSectionId(key.sectionId())
                .build();
        return new Command(header, new ExpireHolds(List.of()));
    }

    /** Ends the holds whose time is over, in every section. To be called every now and then, by anybody. */
    public void endHolds() {
        for (SectionKey key : database.jdbi().inTransaction(Desk::withHolds)) {
            decide(key, expiry(key));
        }
    }

    private static List<SectionKey> withHolds(Handle handle) {
        long now = handle.select("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")
                .mapTo(Long.class)
                .one();
        Map<SectionKey, Long> firstDeadlines = TABLES.firstDeadlines(handle);
        return TABLES.sections(handle).stream()
                .filter(row -> firstDeadlines.getOrDefault(row.key(), Long.MAX_VALUE)
                        <= row.state().clock(now))
                .map(SectionRow::key)
                .toList();
    }

    /**
     * An order of a buyer, wherever it stands.
     *
     * @param buyer whose it must be; empty: anybody's
     */
    public Optional<OrderStatus> find(String orderId, Optional<String> buyer) {
        return database.jdbi()
                .inTransaction(handle -> find(handle, TABLES, orderId, buyer)
                        .or(() -> find(handle, StateTables.EXPORTED, orderId, buyer)));
    }

    private static Optional<OrderStatus> find(
            Handle handle, StateTables tables, String orderId, Optional<String> buyer) {
        return tables.withId(handle, orderId).stream()
                .filter(row -> buyer.isEmpty() || row.order().buyer().equals(buyer.get()))
                .findFirst()
                .map(row -> status(tables.section(handle, row.section()).orElseThrow(), row));
    }

    private static OrderStatus status(SectionRow section, OrderRow row) {
        Order order = row.order();
        return States.status(section.key(), section.state(), order);
    }

    /** All sections that are sold from here. */
    public List<SectionRow> sections() {
        return database.jdbi().inTransaction(TABLES::sections);
    }
}
