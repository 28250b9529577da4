package dev.onsale.audit;

import dev.onsale.inventory.wire.Intake;
import dev.onsale.schemas.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * The course of an audit: in which pieces all is read, decided again and held against each other.
 *
 * <p>Commands, their events and the decider's stores are parted alike, so each partition is decided again by itself. What must meet
 * across topics, by order, is written to buckets on the way, and each bucket is held against itself in the end. So at any time there is
 * in memory what belongs to the partitions, or to the buckets, that are being worked on.
 */
final class Course {

    private final Input input;
    private final LogSource source;
    private final AuditOptions options;
    private final int partitions;
    private final Plan plan;
    private final Path scratch;
    private final Room room;
    private final Crew crew;

    /**
     * @param partitions of the commands
     * @param scratch where databases may be
     * @param room of each partition
     */
    Course(Input input, AuditOptions options, int partitions, Plan plan, Path scratch, Room room, Crew crew) {
        this.input = input;
        this.source = input.source();
        this.options = options;
        this.partitions = partitions;
        this.plan = plan;
        this.scratch = scratch;
        this.room = room;
        this.crew = crew;
    }

    /**
     * Requests, statuses and stores are read before the events, so that there are events to explain all of them, and ledgers at last.
     *
     * @return false: the limit of bytes was reached on the way
     */
    boolean run(Repairs repairs, Reader reader, AuditListener listener, Story story) {
        boolean whole = crew.all(loads(repairs)) && crew.all(replays());
        if (whole) {
            tellOwners(listener);
        }
        return whole && crew.all(ledgers(story)) && crew.all(buckets(repairs, reader));
    }

    private SequencedMap<String, Crew.Piece> loads(Repairs repairs) {
        SequencedMap<String, Crew.Piece> pieces = new LinkedHashMap<>();
        for (int each = 0; each < source.partitions(PaymentLog.TOPIC); each++) {
            int partition = each;
            pieces.put(
                    "payments-" + partition,
                    (findings, reader, rows) -> new PaymentLog(findings, codecs().payments(), repairs, rows)
                            .read(reader, partition, options.eventId()));
        }
        for (int each = 0; each < source.partitions(StatusLog.TOPIC); each++) {
            int partition = each;
            pieces.put(
                    "statuses-" + partition,
                    (findings, reader, rows) -> new StatusLog(findings, codecs().statuses(), rows)
                            .read(reader, partition, options.eventId()));
        }
        return pieces;
    }

    /** Of schemas, each piece has its own readers: those of Avro are slow when several threads share them. */
    private Codecs codecs() {
        return Codecs.of(input.ids());
    }

    private SequencedMap<String, Crew.Piece> replays() {
        SequencedMap<String, Crew.Piece> pieces = new LinkedHashMap<>();
        for (int each = 0; each < partitions; each++) {
            int partition = each;
            pieces.put("partition-" + partition, (findings, reader, rows) -> replay(partition, findings, reader, rows));
        }
        return pieces;
    }

    private void replay(int partition, Findings findings, Reader reader, RowFile rows) {
        Codecs codecs = codecs();
        var stores = new StoreLog(findings, codecs.storedSections(), rows);
        stores.read(reader, partition, options.eventId());
        long end = plan.decided().get(partition);
        try (Store store = new Store(scratch)) {
            var replay = new Replay(options, codecs, findings, rows, store, room);
            try (LogCursor commands = reader.open(Topics.COMMANDS.name(), partition, 0, end);
                    LogCursor events = reader.open(Topics.EVENTS.name(), partition)) {
                replay.run(
                        new Intake(codecs.commands(), partitions),
                        commands,
                        events,
                        end,
                        () -> source.end(Topics.COMMANDS.name(), partition));
            }
            replay.end(partition, stores);
        }
    }

    private void tellOwners(AuditListener listener) {
        try {
            crew.rows(plan.buckets(), row -> listener.owned(FactCheck.owned(row)));
        } catch (IOException e) {
            throw Work.unusable(scratch, e);
        }
    }

    private SequencedMap<String, Crew.Piece> ledgers(Story story) {
        SequencedMap<String, Crew.Piece> pieces = new LinkedHashMap<>();
        if (!options.ledgers().isEmpty()) {
            pieces.put("ledgers", (findings, reader, rows) -> new LedgerLog(story, rows).read(options.ledgers()));
        }
        return pieces;
    }

    private SequencedMap<String, Crew.Piece> buckets(Repairs repairs, Reader reader) {
        SequencedMap<String, Crew.Piece> pieces = new LinkedHashMap<>();
        for (int each = 0; each < plan.buckets(); each++) {
            int number = each;
            pieces.put("bucket-" + number, (findings, own, rows) -> {
                reader.tell("orders " + (number + 1) + "/" + plan.buckets());
                var bucket = new Bucket(findings, options, codecs(), repairs, source.partitions(PaymentLog.TOPIC));
                crew.rows(number, bucket::take);
                bucket.end();
            });
        }
        return pieces;
    }
}
