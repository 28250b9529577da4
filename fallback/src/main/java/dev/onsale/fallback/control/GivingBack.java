package dev.onsale.fallback.control;

import dev.onsale.domain.SectionState.Fallback;
import dev.onsale.fallback.CatchUp;
import dev.onsale.fallback.SectionRow;
import dev.onsale.fallback.StateTables;
import dev.onsale.fallback.desk.Journal;
import dev.onsale.fallback.desk.Run;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.SectionKey;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Moves sales back to the log. The decider must be back first; then every decision is sent to it, in order and with its proof, and
 * it takes each of them once more and adopts it only when the same comes out. What was sent to the log meanwhile, and refused there
 * because the section was decided elsewhere, is sent again at last.
 *
 * <p>It may be run again after any failure: what was adopted is not adopted twice.
 */
public final class GivingBack {

    /**
     * What was done.
     *
     * @param decisions that the decider has adopted
     * @param sentAgain commands that had been sent to the log meanwhile
     */
    public record Done(Run run, long decisions, long sentAgain, Duration took) {}

    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Access access;
    private final Run run;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Markers markers;
    private final Consumer<String> progress;

    private GivingBack(
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
     * Ends the fallback that is under way.
     *
     * @param progress gets a sentence for each step
     * @throws OperatorError when it cannot be done now: until the decider has taken all sections over, sales go on from PostgreSQL
     */
    public static Done run(Access access, Consumer<String> progress) throws InterruptedException {
        long beganNanos = System.nanoTime();
        Run run = access.database()
                .jdbi()
                .inTransaction(Run::current)
                .filter(current -> current.state() != Run.State.ACTIVATING)
                .orElseThrow(() -> new OperatorError(
                        "There is no active fallback to return from; ./onsale fallback status says what there is."));
        try (KafkaConsumer<byte[], byte[]> consumer = access.consumer();
                KafkaProducer<byte[], byte[]> producer = access.producer()) {
            var back = new GivingBack(access, run, consumer, new Markers(producer, access.ids()), progress);
            return back.all(beganNanos);
        } catch (KafkaException e) {
            throw new OperatorError(
                    "The brokers do not answer (" + e.getMessage() + "); run return again when they do.", e);
        }
    }

    private Done all(long beganNanos) throws InterruptedException {
        requireTakenOver();
        access.database().jdbi().useTransaction(handle -> run.become(handle, Run.State.RETURNING));
        progress.accept("nothing more is decided in PostgreSQL");
        List<SectionRow> mine = entered();
        var adoption = new Adoption(consumer, access, run.epoch());
        adoption.begin();
        long decisions = access.inLongTransaction(this::send);
        mine.forEach(row -> markers.leave(row.key(), row.partition(), run.epoch(), row.version()));
        markers.await();
        progress.accept("sent " + decisions + " decisions to the log");
        adoption.await(mine);
        progress.accept("the decider has adopted all of them");
        long again = new PutOff(consumer, access, run.epoch()).sendAgain(markers);
        markers.await();
        access.database().jdbi().useTransaction(handle -> run.become(handle, Run.State.RETURNED));
        return new Done(run, decisions, again, Duration.ofNanos(System.nanoTime() - beganNanos));
    }

    /** The decider must be there, and must have come to the same before the fallback as was come to here. */
    private void requireTakenOver() throws InterruptedException {
        Map<SectionKey, SectionRow> mine = byKey(StateTables.FALLBACK);
        Map<SectionKey, String> missing = new TreeMap<>(Comparator.comparing(SectionKey::toString));
        long deadline = System.nanoTime() + access.patience().toNanos();
        do {
            CatchUp.run(access.kafka(), access.ids(), access.database(), access.patience());
            missing.clear();
            Map<SectionKey, SectionRow> log = byKey(StateTables.EXPORTED);
            mine.forEach((key, row) -> difference(row, log.get(key)).ifPresent(why -> missing.put(key, why)));
            if (missing.isEmpty()) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        } while (System.nanoTime() < deadline);
        throw new OperatorError(
                "Sales stay in PostgreSQL, because the decider has not taken over " + missing.size() + " of "
                        + mine.size() + " sections, such as "
                        + missing.entrySet().iterator().next()
                        + ". Start inventory-stream, of the build that was fenced or one that decides alike, and run return again.");
    }

    /** What is to be given back: what was sold here, and what was to be and then withheld, in which nothing was decided. */
    private List<SectionRow> entered() {
        Map<SectionKey, SectionRow> sections = byKey(StateTables.EXPORTED);
        sections.values().removeIf(row -> row.state().fallback().epoch() != run.epoch());
        sections.putAll(byKey(StateTables.FALLBACK));
        return List.copyOf(sections.values());
    }

    private Map<SectionKey, SectionRow> byKey(StateTables tables) {
        Map<SectionKey, SectionRow> sections = new HashMap<>();
        access.database()
                .jdbi()
                .useTransaction(handle -> tables.sections(handle).forEach(row -> sections.put(row.key(), row)));
        return sections;
    }

    private Optional<String> difference(SectionRow mine, @Nullable SectionRow log) {
        Fallback here = mine.state().fallback();
        if (log == null || log.state().fallback().epoch() != here.epoch()) {
            return Optional.of("it has not come to the command that enters fallback " + here.epoch());
        }
        return log.state().fallback().base() == here.base()
                ? Optional.empty()
                : Optional.of("it came to version " + log.state().fallback().base() + " before the fallback, and "
                        + here.base() + " was come to here");
    }

    private long send(Handle handle) {
        try (Stream<Journal.Entry> entries = Journal.toSend(handle, run.epoch())) {
            Map<SectionKey, Integer> partitions = new HashMap<>();
            StateTables.FALLBACK.sections(handle).forEach(row -> partitions.put(row.key(), row.partition()));
            return entries.peek(entry ->
                            markers.send(entry.section(), partitions.getOrDefault(entry.section(), 0), entry.command()))
                    .count();
        }
    }
}
