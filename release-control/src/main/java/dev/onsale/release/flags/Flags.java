package dev.onsale.release.flags;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onsale.runtime.OperatorError;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The flags of a service: evaluated here, followed from {@code onsale.flags} within milliseconds, and at hand without a
 * broker, from the snapshot of what was known last. Safe for use by several threads.
 */
public final class Flags implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Flags.class);
    private static final Duration EFFECTIVE = Duration.ofSeconds(1);

    private final FlagsConfig config;
    private final SnapshotFile snapshot;
    private final FlagdFeed feed;
    private final FlagTable table;
    private final Evaluation evaluation;
    private final TopicReader reader;
    private final FlagChanges changes;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    /** Two threads, since the one that asks the broker may have to wait for it. */
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2, daemon("flags-timer"));

    private final ExecutorService files = Executors.newSingleThreadExecutor(daemon("flags-snapshot"));
    /** One change at a time, so that none is written twice or in another order than it was made. */
    private final Object writing = new Object();

    private final AtomicBoolean snapshotIsDue = new AtomicBoolean();
    private volatile boolean behind;
    private volatile BooleanSupplier ready = () -> false;
    private volatile Consumer<FlagChange> follower = change -> {};

    private Flags(FlagsConfig config, Map<String, Object> kafka) {
        this.config = config;
        this.snapshot = new SnapshotFile(config.snapshotFile());
        this.feed = new FlagdFeed(this::tellListeners);
        this.table = new FlagTable(snapshot.read(), this::tableChanged);
        feed.offer(table.definitions());
        this.behind = table.nextUnlogged().isPresent();
        this.evaluation = new Evaluation(
                feed,
                config.managed()
                        ? Optional.of(ProviderFactory.create(config.provider(), config.providerProperties()))
                        : Optional.empty());
        this.changes = new FlagChanges(kafka, config.writeTimeout());
        this.reader = TopicReader.start(kafka, table);
        var _ = timer.scheduleWithFixedDelay(this::tellListeners, 1, 1, TimeUnit.SECONDS);
        var _ = timer.scheduleWithFixedDelay(this::writeLeftovers, 1, 1, TimeUnit.SECONDS);
    }

    /**
     * Opens the flags. Returns at once, with the last known flags if the broker is away.
     *
     * @param kafka properties of every Kafka client
     * @throws OperatorError when the managed service that is configured cannot be made
     */
    public static Flags open(FlagsConfig config, Map<String, Object> kafka) {
        return new Flags(config, kafka);
    }

    private static ThreadFactory daemon(String name) {
        return Thread.ofPlatform().daemon().name(name).factory();
    }

    private void tableChanged(Map<String, JsonNode> definitions) {
        feed.offer(definitions);
        if (snapshotIsDue.compareAndSet(false, true)) {
            files.execute(this::writeSnapshot);
        }
    }

    private void writeSnapshot() {
        snapshotIsDue.set(false);
        snapshot.write(table.state());
    }

    private void tellListeners() {
        for (Runnable listener : listeners) {
            try {
                listener.run();
            } catch (RuntimeException e) {
                log.error("A listener to flags failed", e);
            }
        }
    }

    /**
     * Calls a listener after flags have changed, and once a second: schedules and managed services change without telling.
     * It may be called by several threads and must return soon.
     */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    /**
     * Says who follows the changes that are made through this instance. Changes that could not be written while the broker
     * was away, which may be from before a restart, are written only while somebody is ready to follow them.
     *
     * @param ready whether the follower can do its work
     * @param follower called after a change is written and effective, with one change at a time
     */
    public void onWritten(BooleanSupplier ready, Consumer<FlagChange> follower) {
        this.follower = follower;
        this.ready = ready;
    }

    /** Which variant of a canaried path a buyer gets: {@code stable} or {@code candidate}, the same each time. */
    String variant(KnownFlag flag, String buyer) {
        return evaluation.variant(flag.flag(), buyer);
    }

    /** Whether a switch is on; false: it is killed. */
    boolean on(String flag) {
        return evaluation.on(flag);
    }

    /** Whether a managed service is asked first. */
    boolean managed() {
        return config.managed();
    }

    /** Whether the topic has been read; until then the flags are those of the snapshot. */
    public boolean live() {
        return reader.live();
    }

    /** The latest change of every flag that was ever changed, in order of names. */
    public List<FlagChange> latest() {
        return table.latest();
    }

    /** The definition that holds now; null: none. */
    public @Nullable JsonNode definition(String flag) {
        return table.definitions().get(flag);
    }

    /** Whether a change holds in this instance only, so far. */
    public boolean hereOnly(FlagChange change) {
        return table.isUnlogged(change);
    }

    /**
     * Makes a change. It holds here before anything is written, so that a switch works while the broker is away.
     *
     * @return whether it holds everywhere when this returns
     */
    public Outcome change(FlagChange change) throws InterruptedException {
        table.madeHere(change);
        Outcome outcome = write(change);
        if (outcome instanceof Outcome.HereOnly) {
            awaitEffect(change);
            keep();
        }
        return outcome;
    }

    private void awaitEffect(FlagChange change) throws InterruptedException {
        if (!feed.awaitStored(EFFECTIVE)) {
            log.warn("The change of {} was not effective within {} ms", change.flag(), EFFECTIVE.toMillis());
        }
    }

    private Outcome write(FlagChange change) throws InterruptedException {
        synchronized (writing) {
            // Those that were made while the broker was away come first, in order.
            while (table.isUnlogged(change)) {
                try {
                    writeNext();
                } catch (OperatorError e) {
                    behind = true;
                    return new Outcome.HereOnly(String.valueOf(e.getMessage()));
                }
            }
        }
        return new Outcome.Everywhere();
    }

    /** Waits until what is known is in the snapshot. */
    private void keep() throws InterruptedException {
        try {
            files.submit(this::writeSnapshot).get();
        } catch (ExecutionException e) {
            log.error("The snapshot of flags could not be written", e);
        }
    }

    private void writeLeftovers() {
        try {
            if (behind && ready.getAsBoolean() && reader.isAtTheEnd()) {
                catchUp();
            }
        } catch (OperatorError e) {
            log.info("A change of flags still waits to be written: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.error("A change of flags could not be written", e);
        }
    }

    private void catchUp() throws InterruptedException {
        synchronized (writing) {
            while (table.nextUnlogged().isPresent()) {
                writeNext();
            }
            behind = false;
        }
    }

    /** A change that the topic has overtaken is only logged. */
    private void writeNext() throws InterruptedException {
        Optional<FlagChange> next = table.nextUnlogged();
        if (next.isEmpty()) {
            return;
        }
        FlagChange change = next.get();
        boolean holds = table.isInTopic(change) || table.holdsHere(change);
        if (!holds) {
            changes.writeEntry(change);
        } else if (!table.isInTopic(change)) {
            changes.write(change);
        }
        table.written(change);
        if (!holds) {
            return;
        }
        awaitEffect(change);
        log.info("{} was changed by {}: {}", change.flag(), change.who(), change.why());
        follower.accept(change);
    }

    @Override
    public String toString() {
        return config.toString();
    }

    @Override
    public void close() {
        timer.shutdownNow();
        reader.close();
        evaluation.close();
        changes.close();
        files.close();
    }
}
