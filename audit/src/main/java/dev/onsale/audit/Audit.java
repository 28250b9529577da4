package dev.onsale.audit;

import dev.onsale.audit.AuditReport.Estimate;
import dev.onsale.audit.AuditReport.Run;
import dev.onsale.inventory.wire.Intake;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
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
    private final LogSource source;
    private final Codecs codecs;
    private final Findings findings;
    private final int partitions;
    private final String name;
    private final Instant startedAt = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private final long startedNanos = System.nanoTime();

    private Audit(AuditOptions options, Input input, int partitions, Story story) {
        this.options = options;
        this.source = input.source();
        this.name = input.name();
        this.partitions = partitions;
        this.codecs = Codecs.of(input.ids());
        this.findings = new Findings(options, story);
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
            return run(input, options, listener, story);
        }
    }

    static AuditReport run(LogSource source, AuditOptions options, AuditListener listener, Story story) {
        return run(new Input(source, Input.registered(options), "memory"), options, listener, story);
    }

    private static AuditReport run(Input input, AuditOptions options, AuditListener listener, Story story) {
        var audit = new Audit(options, input, requireTopics(input.source()), story);
        Estimate estimate = Estimate.of(input.source(), TOPICS, options.budget());
        if (options.estimateOnly()) {
            return Findings.estimated(estimate, audit.ran(0));
        }
        options.budget().requireEnough("The audit", estimate);
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
                name,
                BuildVersion.THIS,
                options.budget().cost(bytesRead));
    }

    private AuditReport read(Estimate estimate, AuditListener listener) {
        long[] ends = new long[partitions];
        long[] stable = IntStream.range(0, partitions)
                .mapToLong(partition -> source.stableEnd(Topics.COMMANDS.name(), partition))
                .toArray();
        long undecided = 0;
        for (int partition = 0; partition < partitions; partition++) {
            requireUncut(Topics.COMMANDS.name(), partition);
            requireUncut(Topics.EVENTS.name(), partition);
            ends[partition] = source.decided(partition, stable[partition], options.patience());
            undecided += stable[partition] - ends[partition];
        }
        Optional<String> incomplete = Optional.empty();
        var reader = new Reader(source, options.maxBytes(), estimate.records(), listener);
        try (Store store = Store.open()) {
            read(store, reader, listener, ends);
        } catch (Reader.LimitReached e) {
            incomplete = Optional.of(options.budget().stopped(estimate));
        }
        long bytesRead = source.bytesRead();
        return findings.report(
                bytesRead,
                undecided,
                incomplete.isPresent() ? estimate : estimate.compared(bytesRead),
                ran(bytesRead),
                reader.inputs(),
                incomplete);
    }

    private void requireUncut(String topic, int partition) {
        long start = source.start(topic, partition);
        if (start > 0) {
            throw new OperatorError("Records of " + topic + "/" + partition + " before offset " + start
                    + " were deleted, so nothing can be proven; restore them, and set retention.ms=-1.");
        }
    }

    /** Requests, statuses and stores are read before the events, so that there are events to explain all of them. */
    private void read(Store store, Reader reader, AuditListener listener, long[] ends) {
        var later = new Later(store);
        var payments = new PaymentLog(findings, codecs.payments(), new Repairs(reader), store);
        var statuses = new StatusLog(findings, codecs.statuses(), store);
        var ledger = new LedgerCheck(findings, store, !options.eventId().isEmpty());
        payments.load(reader, options.eventId());
        statuses.load(reader, options.eventId());
        for (int partition = 0; partition < partitions; partition++) {
            int here = partition;
            try (Store own = Store.open()) {
                var stores = new StoreLog(findings, codecs, own);
                stores.load(reader, partition, options.eventId());
                var replay = new Replay(options, codecs, findings, payments, statuses, later, own);
                try (LogCursor commands = reader.open(Topics.COMMANDS.name(), partition, 0, ends[partition]);
                        LogCursor events = reader.open(Topics.EVENTS.name(), partition)) {
                    replay.run(
                            new Intake(codecs.commands(), partitions),
                            commands,
                            events,
                            ends[partition],
                            () -> source.end(Topics.COMMANDS.name(), here));
                }
                replay.end(partition, stores);
                replay.facts().end(partition, listener, (orderId, facts) -> ledger.take(here, orderId, facts));
            }
        }
        payments.end(later);
        statuses.end(later);
        if (!options.ledgers().isEmpty()) {
            ledger.compare(options.ledgers(), later);
        }
    }
}
