package dev.onsale.orders.fallback;

import dev.onsale.fallback.DatabaseConfig;
import dev.onsale.fallback.SectionRow;
import dev.onsale.fallback.desk.NotSoldHereException;
import dev.onsale.fallback.desk.Run;
import dev.onsale.fallback.desk.Standby;
import dev.onsale.orders.view.Elsewhere;
import dev.onsale.orders.view.Section;
import dev.onsale.orders.view.Section.Definition;
import dev.onsale.schemas.SectionKey;
import dev.onsale.wire.Command;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.StoredSection;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a fallback is under way, and what can be done then. While one is active, holds whose time is over are ended from
 * here; other instances do so as well, and that does no harm. Safe for use by several threads.
 *
 * <p>Every method that asks PostgreSQL throws {@link JdbiException} when it fails.
 */
public final class Fallback implements Elsewhere, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Fallback.class);

    private final Standby standby;
    private final Counter decisions;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("fallback-holds").factory());

    /** As of the timer's last round, so that those who only look cost PostgreSQL nothing. */
    private volatile Optional<List<Section>> sections = Optional.empty();

    private Fallback(Standby standby, MeterRegistry meters) {
        this.standby = standby;
        Gauge.builder("onsale.fallback.active", this, fallback -> fallback.active() ? 1 : 0)
                .description("1 while sales go on from PostgreSQL, as far as is known here.")
                .register(meters);
        decisions = Counter.builder("onsale.fallback.decisions")
                .description("Commands of callers that were decided in PostgreSQL.")
                .register(meters);
    }

    /** Begins to look whether a fallback is under way; PostgreSQL need not be there. */
    public static Fallback watch(DatabaseConfig config, MeterRegistry meters) {
        var fallback = new Fallback(Standby.watch(config), meters);
        long millis = Standby.LOOK.toMillis();
        var _ = fallback.timer.scheduleWithFixedDelay(fallback::round, millis, millis, TimeUnit.MILLISECONDS);
        return fallback;
    }

    private void round() {
        try {
            if (active()) {
                standby.desk().endHolds();
            }
            sections = underWay() ? Optional.of(sectionsNow()) : Optional.empty();
        } catch (JdbiException | NotSoldHereException e) {
            log.debug("sections are as they were last known: {}", e.toString());
        } catch (RuntimeException e) {
            log.error("Holds could not be ended", e);
        }
    }

    /** Whether orders are with the desk and not with the log: from the first step of a fallback to its last. */
    public boolean underWay() {
        return standby.state().isPresent();
    }

    private boolean active() {
        return standby.state().filter(Run.State.ACTIVE::equals).isPresent();
    }

    /** Whether the desk has every order that was accepted before the fallback. */
    public boolean complete() {
        return standby.state().filter(state -> state != Run.State.ACTIVATING).isPresent();
    }

    /**
     * Decides a command at once.
     *
     * @return what the order that it names is then; empty when there is no such order
     * @throws NotSoldHereException when it cannot be decided here now
     */
    public Optional<OrderStatus> decide(SectionKey section, Command command) {
        Optional<OrderStatus> status = standby.desk().decide(section, command);
        decisions.increment();
        return status;
    }

    /** The same where nobody asks for an order. */
    public void send(SectionKey section, CommandHeader header, Object payload) {
        var _ = decide(section, new Command(header, payload));
    }

    /** An order, wherever it stands. */
    public Optional<OrderStatus> find(String orderId) {
        return standby.desk().find(orderId, Optional.empty());
    }

    @Override
    public Optional<List<Section>> sections() {
        return underWay() ? sections.or(() -> Optional.of(sectionsNow())) : Optional.empty();
    }

    @Override
    public Optional<List<Section>> asOfNow() {
        return underWay() ? Optional.of(sectionsNow()) : Optional.empty();
    }

    private List<Section> sectionsNow() {
        return standby.desk().sections().stream().map(Fallback::section).toList();
    }

    private static Section section(SectionRow row) {
        StoredSection stored = row.stored();
        return new Section(
                row.key().eventId(),
                row.key().sectionId(),
                stored.getDefinition() == null ? null : Definition.of(stored.getDefinition()),
                stored.getSales().name(),
                false,
                row.free(),
                row.held(),
                row.sold(),
                row.version(),
                -1,
                "");
    }

    /** How long callers who wait for an order wait before they look again. */
    public Duration pause() {
        return Standby.LOOK;
    }

    @Override
    public void close() {
        timer.shutdownNow();
        standby.close();
    }
}
