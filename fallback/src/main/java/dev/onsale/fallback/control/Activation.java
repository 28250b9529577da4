package dev.onsale.fallback.control;

import dev.onsale.fallback.CatchUp;
import dev.onsale.fallback.Offsets;
import dev.onsale.fallback.SectionRow;
import dev.onsale.fallback.StateTables;
import dev.onsale.fallback.desk.Journal;
import dev.onsale.fallback.desk.Run;
import dev.onsale.inventory.wire.Intake;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Command;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.jdbi.v3.core.Handle;

/**
 * Moves sales to PostgreSQL. The decider is fenced first; what it has committed is exported to the end; every section is told, by
 * a command in its own log, that it is decided elsewhere from there on; and what stands before that command and was never decided
 * is decided first, in the order of the log. Then the first buyer is served.
 *
 * <p>A partition of which that cannot be done is withheld: nothing of it is sold until sales are back to normal.
 */
public final class Activation {

    /**
     * What was done.
     *
     * @param seats tickets that are free to be sold
     * @param withheld partitions of which nothing is sold, and why
     * @param withheldSeats tickets of theirs that seemed free
     * @param backlog commands that were accepted before and decided now
     * @param payments operations that were under way and are asked for once more
     */
    public record Done(
            Run run,
            int sections,
            long seats,
            Map<Integer, String> withheld,
            long withheldSeats,
            long backlog,
            long payments,
            Duration took) {}

    private static final StateTables COPY = StateTables.FALLBACK;
    /** While a decider lives that was to be dead, the export may stand in the middle of a command. */
    private static final int TRIES = 10;

    private final Access access;
    private final Run run;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Markers markers;
    private final Consumer<String> progress;
    private final Map<Integer, String> withheld = new TreeMap<>();
    private long backlog;

    private Activation(
            Access access,
            Run run,
            KafkaConsumer<byte[], byte[]> consumer,
            Markers markers,
            Consumer<String> progress) {
        this.access = access;
        this.run = run;
        this.consumer = consumer;
        this.markers = markers;
        this.progress = progress;
    }

    /**
     * Activates a fallback, or goes on with one that was being activated.
     *
     * @param by who does so
     * @param why for the record
     * @param evenIfAlive whether to do so even if the decider seems to be alive
     * @param progress gets a sentence for each step
     * @throws OperatorError when it cannot be done; nothing is sold from PostgreSQL then
     */
    public static Done run(Access access, String by, String why, boolean evenIfAlive, Consumer<String> progress)
            throws InterruptedException {
        long beganNanos = System.nanoTime();
        requireNone(access);
        try (Admin admin = access.admin();
                KafkaConsumer<byte[], byte[]> consumer = access.consumer();
                KafkaProducer<byte[], byte[]> producer = access.producer()) {
            var fence = new Fence(admin, access.patience().toMillis());
            if (!evenIfAlive) {
                fence.requireDown();
            }
            progress.accept("fenced the decider: " + fence.fence() + " transactional ids");
            Run run = access.database()
                    .jdbi()
                    .inTransaction(handle -> Run.current(handle).orElseGet(() -> Run.begin(handle, by, why)));
            var activation = new Activation(access, run, consumer, new Markers(producer, access.ids()), progress);
            return activation.all(beganNanos);
        } catch (KafkaException e) {
            throw new OperatorError(
                    "The brokers do not answer (" + e.getMessage() + "); run activate again when they do.", e);
        }
    }

    private static void requireNone(Access access) {
        access.database()
                .jdbi()
                .inTransaction(Run::current)
                .filter(run -> run.state() != Run.State.ACTIVATING)
                .ifPresent(run -> {
                    throw new OperatorError("There is one already: " + run + ", which is " + run.state()
                            + ". To end it run ./onsale fallback return.");
                });
    }

    private Done all(long beganNanos) {
        access.database().jdbi().useTransaction(this::begin);
        List<PartitionInfo> partitions = consumer.partitionsFor(Topics.COMMANDS.name(), access.patience());
        var intake = new Intake(
                AvroSerde.of(Command.class, access.ids(), Topics.COMMANDS.name() + "-value"), partitions.size());
        for (PartitionInfo each : partitions) {
            partition(each, intake);
        }
        if (withheld.size() == partitions.size()) {
            throw new OperatorError("Nothing could be sold: " + withheld + ". Mend that, and run activate again.");
        }
        long payments = access.inLongTransaction(this::openRequests);
        return access.database().jdbi().inTransaction(handle -> {
            // Without it, what PostgreSQL knows of the tables is that they are empty, and it reads all for one.
            handle.execute("ANALYZE fallback.sections, fallback.orders, fallback.seats, fallback.payments");
            run.become(handle, Run.State.ACTIVE);
            List<SectionRow> sold = COPY.sections(handle);
            long withheldSeats = StateTables.EXPORTED.sections(handle).stream()
                    .filter(row -> withheld.containsKey(row.partition()))
                    .mapToLong(SectionRow::free)
                    .sum();
            return new Done(
                    run,
                    sold.size(),
                    sold.stream().mapToLong(SectionRow::free).sum(),
                    withheld,
                    withheldSeats,
                    backlog,
                    payments,
                    Duration.ofNanos(System.nanoTime() - beganNanos));
        });
    }

    /** The copy of an earlier fallback, or of an earlier try, is of no use any more. */
    private void begin(Handle handle) {
        handle.execute("TRUNCATE fallback.sections, fallback.orders, fallback.seats, fallback.payments");
        handle.execute("DELETE FROM fallback.partitions WHERE epoch = ?", run.epoch());
        handle.execute("DELETE FROM fallback.decisions WHERE epoch = ?", run.epoch());
    }

    private void partition(PartitionInfo info, Intake intake) {
        int partition = info.partition();
        Optional<String> problem = leaderless(info);
        if (problem.isEmpty()) {
            try {
                backlog += take(partition, intake);
                return;
            } catch (OperatorError | KafkaException e) {
                problem = Optional.of(String.valueOf(e.getMessage()));
            }
        }
        String why = problem.get();
        withheld.put(partition, why);
        progress.accept("partition " + partition + " is withheld: " + why);
        access.database()
                .jdbi()
                .useHandle(handle -> handle.execute(
                        "INSERT INTO fallback.partitions (epoch, partition, withheld) VALUES (?, ?, ?)",
                        run.epoch(),
                        partition,
                        why));
    }

    private static Optional<String> leaderless(PartitionInfo info) {
        return info.leader() == null || info.leader().isEmpty()
                ? Optional.of(info.topic() + "-" + info.partition() + " has no leader")
                : Optional.empty();
    }

    /** @return number of commands decided */
    private long take(int partition, Intake intake) {
        for (int attempt = 1; attempt <= TRIES; attempt++) {
            CatchUp.run(access.kafka(), access.ids(), access.database(), access.patience(), each -> each == partition);
            try {
                return access.inLongTransaction(handle -> take(handle, partition, intake));
            } catch (MidCommandException e) {
                progress.accept("partition " + partition + ": the decider is alive, looking at it once more");
            }
        }
        throw new OperatorError("somebody goes on deciding partition " + partition);
    }

    /** The export stands between two events of one command, since the decider is alive. */
    private static final class MidCommandException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Copies a partition, tells its sections, and decides what was left over. @return number of commands decided */
    private long take(Handle handle, int partition, Intake intake) {
        copy(handle, partition);
        long eventsFrom = Offsets.all(handle).getOrDefault(partition, 0L);
        var events = new LastEvent(consumer, access, partition);
        long from = events.commandBefore(eventsFrom) + 1;
        if (events.commandFrom(eventsFrom) == from - 1) {
            throw new MidCommandException();
        }
        var backlogOf = new Backlog(handle, run.epoch(), partition, intake);
        var commands = new Stretch(consumer, Topics.COMMANDS.name(), partition, access.patience());
        // A command that is left over may put a section on sale that nobody knew of.
        Set<SectionKey> told = new HashSet<>();
        long at = from;
        do {
            backlogOf.outside().stream().filter(told::add).forEach(key -> markers.enter(key, partition, run.epoch()));
            markers.await();
            long end = commands.end();
            commands.read(at, end, backlogOf::decide);
            at = end;
        } while (!backlogOf.outside().isEmpty());
        handle.execute(
                "INSERT INTO fallback.partitions (epoch, partition, commands_from, events_from) VALUES (?, ?, ?, ?)",
                run.epoch(),
                partition,
                from,
                eventsFrom);
        long decided = backlogOf.write();
        progress.accept("partition " + partition + ": exported to event " + eventsFrom + ", " + decided
                + " accepted commands decided");
        return decided;
    }

    private static void copy(Handle handle, int partition) {
        handle.execute("INSERT INTO fallback.sections SELECT * FROM exported.sections WHERE partition = ?", partition);
        for (String table : List.of("orders", "seats")) {
            handle.execute(
                    "INSERT INTO fallback." + table + " SELECT t.* FROM exported." + table
                            + " t JOIN exported.sections s USING (event_id, section_id) WHERE s.partition = ?",
                    partition);
        }
    }

    private long openRequests(Handle handle) {
        int missing = new OpenRequests(handle, access.ids()).find(consumer, access.patience());
        if (missing > 0) {
            progress.accept(missing + " payment operations that are under way are no longer in "
                    + Topics.PAYMENTS.name() + "; they are settled when sales are back to normal");
        }
        return Journal.payments(handle);
    }
}
