package dev.onsale.audit;

import dev.onsale.audit.AuditReport.Estimate;
import dev.onsale.audit.AuditReport.Run;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Proves what was sold and charged: decides the commands again, partition by partition, holds everything the cluster wrote
 * against that, and checks the other invariants by code of its own.
 *
 * <p>It audits up to the end that the command log has when it begins, so it may run while sales go on. It always begins at
 * the first command, since nothing can be decided again without what was before.
 */
public final class Audit {

    private static final List<String> TOPICS = List.of(
            Topics.COMMANDS.name(),
            Topics.EVENTS.name(),
            Topics.PAYMENTS.name(),
            Topics.ORDERS.name(),
            StoreLog.ORDERS,
            StoreLog.SECTIONS,
            Topics.RELEASE_LOG);

    private final AuditOptions options;
    private final Input input;
    private final LogSource source;
    private final Story story;
    private final int partitions;
    private final Room room;
    private final Instant startedAt = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private final long startedNanos = System.nanoTime();

    private Audit(AuditOptions options, Input input, int partitions, Room room, Story story) {
        this.options = options;
        this.input = input;
        this.source = input.source();
        this.story = story;
        this.partitions = partitions;
        this.room = room;
    }

    /**
     * Audits a cluster, or an archive of one.
     *
     * <p>When {@code maxBytes} is less than the estimate, nothing is read. When it is reached on the way, reading stops, and
     * the report says so in {@link AuditReport#incomplete}; what was found until then is in it.
     *
     * @throws OperatorError when it cannot run: brokers away, topics missing or cut off, the estimate above the limit
     */
    public static AuditReport run(AuditOptions options, AuditListener listener) {
        return run(options, listener, Story.none());
    }

    /**
     * The same, telling a story on the way.
     *
     * @param story a new one; it is told when this returns, unless only the estimate was asked for
     */
    public static AuditReport run(AuditOptions options, AuditListener listener, Story story) {
        try (Input input = Input.of(options)) {
            return run(input, options, Room.USUAL, listener, story);
        }
    }

    static AuditReport run(LogSource source, AuditOptions options, AuditListener listener, Story story) {
        return run(Input.memory(source, options), options, Room.USUAL, listener, story);
    }

    static AuditReport run(Input input, AuditOptions options, Room room, AuditListener listener, Story story) {
        var audit = new Audit(options, input, requireTopics(input.source()), room, story);
        Estimate estimate = Estimate.of(input.source(), TOPICS, options.budget());
        if (options.estimateOnly()) {
            return Findings.estimated(estimate, audit.ran(0));
        }
        options.budget().requireEnough("The audit", estimate);
        requireTellable(options, story);
        return audit.read(estimate, listener);
    }

    /** @return the number of partitions of the commands */
    static int requireTopics(LogSource source) {
        int partitions = source.partitions(Topics.COMMANDS.name());
        for (String topic : TOPICS) {
            int found = source.partitions(topic);
            if (topic.equals(Topics.RELEASE_LOG)) {
                continue; // Its one partition may be missing: then nobody has changed anything.
            }
            if (found == 0) {
                throw new OperatorError("The topic " + topic + " does not exist here; give the address of the cluster"
                        + " where tickets are sold, with --bootstrap or --config, and let inventory-stream run there"
                        + " once.");
            }
            boolean aligned = !topic.equals(Topics.ORDERS.name()) && !topic.equals(Topics.PAYMENTS.name());
            if (aligned && found != partitions) {
                throw new OperatorError("The topic " + topic + " has " + found + " partitions, "
                        + Topics.COMMANDS.name() + " has " + partitions + "; they must have the same number, or"
                        + " events cannot be told by the partition of their commands.");
            }
        }
        return partitions;
    }

    /** This run, up to now. */
    private Run ran(long bytesRead) {
        return new Run(
                startedAt,
                Duration.ofNanos(System.nanoTime() - startedNanos),
                input.name(),
                BuildVersion.THIS,
                options.budget().cost(bytesRead));
    }

    private static void requireTellable(AuditOptions options, Story story) {
        if (options.work().isPresent() && story.isTold()) {
            throw new OperatorError("A story is not kept, so it cannot be gone on with;"
                    + " leave out --work, or the order or seat whose story is told.");
        }
    }

    private AuditReport read(Estimate estimate, AuditListener listener) {
        for (int partition = 0; partition < partitions; partition++) {
            requireUncut(Topics.COMMANDS.name(), partition);
            requireUncut(Topics.EVENTS.name(), partition);
        }
        var reader = new Reader(source, options.maxBytes(), estimate.records(), listener);
        try (Work work = work(estimate)) {
            var crew = new Crew(work, reader, () -> new Findings(options, story), threads());
            boolean whole = new Course(input, options, partitions, work.plan(), work.folder(), room, crew)
                    .run(new Repairs(reader), reader, listener, story);
            if (whole) {
                work.finished();
            }
            long bytesRead = source.bytesRead();
            return crew.findings()
                    .report(
                            bytesRead,
                            work.plan().undecided(),
                            whole ? estimate.compared(bytesRead) : estimate,
                            ran(bytesRead),
                            crew.inputs(),
                            whole
                                    ? Optional.empty()
                                    : Optional.of(options.budget().stopped(estimate)));
        }
    }

    /** A story comes about step by step, so one thread collects it. */
    private int threads() {
        return story.isTold() ? 1 : Runtime.getRuntime().availableProcessors();
    }

    private Work work(Estimate estimate) {
        return options.work()
                .map(folder -> Work.kept(folder, () -> plan(estimate), plan -> plan.requireSame(about(), source)))
                .orElseGet(() -> Work.passing(plan(estimate)));
    }

    private String about() {
        return "%s by %s, event '%s' from %s to %s, ledgers %s, holds tolerated for %s"
                .formatted(
                        input.identity(),
                        BuildVersion.THIS,
                        options.eventId(),
                        options.from(),
                        options.to(),
                        options.ledgers(),
                        options.expiryTolerance());
    }

    private Plan plan(Estimate estimate) {
        Map<String, List<Long>> ends = new TreeMap<>();
        for (String topic : TOPICS) {
            ends.put(
                    topic,
                    IntStream.range(0, source.partitions(topic))
                            .mapToObj(partition -> source.end(topic, partition))
                            .toList());
        }
        List<Long> decided = new ArrayList<>();
        long undecided = 0;
        long[] stable = IntStream.range(0, partitions)
                .mapToLong(partition -> source.stableEnd(Topics.COMMANDS.name(), partition))
                .toArray();
        for (int partition = 0; partition < partitions; partition++) {
            decided.add(source.decided(partition, stable[partition], options.patience()));
            undecided += stable[partition] - decided.get(partition);
        }
        return new Plan(about(), Plan.buckets(estimate.records()), decided, undecided, ends);
    }

    private void requireUncut(String topic, int partition) {
        long start = source.start(topic, partition);
        if (start > 0) {
            throw new OperatorError("Records of " + topic + "/" + partition + " before offset " + start
                    + " were deleted, so nothing can be proven; restore them, and set retention.ms=-1.");
        }
    }
}
