package dev.onsale.fallback.desk;

import dev.onsale.fallback.Database;
import dev.onsale.fallback.DatabaseConfig;
import dev.onsale.fallback.desk.Journal.Asked;
import dev.onsale.runtime.OperatorError;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A desk that stands by in a service which has no use for PostgreSQL until a fallback is under way. PostgreSQL may be away
 * when the service starts and later on: what was last known counts until it answers again. Safe for use by several threads.
 */
public final class Standby implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Standby.class);

    /** How often it is looked whether a fallback is under way. */
    public static final Duration LOOK = Duration.ofMillis(500);

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private record Opened(Database database, Desk desk) {}

    private final DatabaseConfig config;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("fallback-watch").factory());

    private volatile @Nullable Opened opened;
    private volatile Optional<Run.State> state = Optional.empty();
    private volatile boolean away;

    private Standby(DatabaseConfig config) {
        this.config = config;
    }

    /** Begins to look; returns at once, whether PostgreSQL is there or not. */
    public static Standby watch(DatabaseConfig config) {
        var standby = new Standby(config);
        var _ = standby.timer.scheduleWithFixedDelay(standby::look, 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
        return standby;
    }

    private void look() {
        try {
            Optional<Run> run = open().desk().run();
            Optional<Run.State> now = run.map(Run::state);
            if (!now.equals(state)) {
                log.info("{}", run.map(known -> known + " is " + known.state()).orElse("no fallback is under way"));
            }
            state = now;
            away = false;
        } catch (OperatorError | JdbiException e) {
            if (!away) {
                log.warn(
                        "Whether a fallback is under way is not known now; as last known: {}. {}",
                        state.map(Enum::name).orElse("none"),
                        e.getMessage());
            }
            away = true;
        } catch (RuntimeException e) {
            log.error("Whether a fallback is under way could not be looked up", e);
        }
    }

    private Opened open() {
        Opened present = opened;
        if (present == null) {
            Database database = Database.open(config);
            present = new Opened(database, new Desk(database));
            opened = present;
        }
        return present;
    }

    /** How far the fallback is that is under way, as last known; empty: none is. */
    public Optional<Run.State> state() {
        return state;
    }

    /** The desk. @throws IllegalStateException when PostgreSQL has never answered, and so no {@link #state} is known */
    public Desk desk() {
        return known().desk();
    }

    private Opened known() {
        Opened present = opened;
        if (present == null) {
            throw new IllegalStateException("PostgreSQL has not answered yet");
        }
        return present;
    }

    /**
     * Takes payment operations that nobody is at, for a minute; none while no fallback is active.
     *
     * @throws JdbiException when PostgreSQL fails
     */
    public List<Asked> take(int most) {
        return known().database()
                .jdbi()
                .inTransaction(handle -> Run.current(handle)
                        .filter(run -> run.state() == Run.State.ACTIVE)
                        .map(_ -> Journal.take(handle, most))
                        .orElse(List.of()));
    }

    @Override
    public void close() {
        timer.shutdownNow();
        try {
            if (!timer.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("PostgreSQL does not answer, and is no longer waited for");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Opened present = opened;
        if (present != null) {
            present.database().close();
        }
    }
}
