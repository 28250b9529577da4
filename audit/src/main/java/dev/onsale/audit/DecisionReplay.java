package dev.onsale.audit;

import dev.onsale.audit.AuditReport.Estimate;
import dev.onsale.inventory.wire.Intake;
import dev.onsale.inventory.wire.LiveSection;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Event;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * Asks another build, or another variant, about every recorded command, and tells where it answers otherwise than was recorded.
 *
 * <p>Each command is asked in the state that the recorded events led to, and not in the one that the other build's own answers
 * would have: after the first other seat the two would never agree again. So the differences are exactly the commands that
 * the change touches. What is recorded is decided by this build once more on the way, and must come out the same.
 */
public final class DecisionReplay {

    private final LogSource source;
    private final Codecs codecs;
    private final OtherBuild other;
    private final Consumer<DecisionDifference> differences;
    private final AuditOptions options;
    private long commands;

    private DecisionReplay(
            Input input, AuditOptions options, OtherBuild other, Consumer<DecisionDifference> differences) {
        this.source = input.source();
        this.options = options;
        this.other = other;
        this.differences = differences;
        this.codecs = Codecs.of(input.ids());
    }

    /**
     * Replays all that was decided by now.
     *
     * @param options where, of which event, and what reading may cost
     * @param differences gets each difference as it is found
     * @return number of commands that were compared
     * @throws OperatorError when it cannot run: brokers away, topics missing or cut off, a log that this build does not decide
     *     as it was recorded, more to read than is allowed, another build that is too different
     */
    public static long run(
            AuditOptions options, OtherBuild other, Consumer<DecisionDifference> differences, AuditListener listener) {
        try (Input input = Input.of(options)) {
            return new DecisionReplay(input, options, other, differences).all(listener);
        }
    }

    static long run(
            LogSource source,
            AuditOptions options,
            OtherBuild other,
            Consumer<DecisionDifference> differences,
            AuditListener listener) {
        return new DecisionReplay(Input.memory(source, options), options, other, differences).all(listener);
    }

    private long all(AuditListener listener) {
        int partitions = source.partitions(Topics.COMMANDS.name());
        if (partitions == 0 || source.partitions(Topics.EVENTS.name()) != partitions) {
            throw new OperatorError(
                    "There are no recorded commands and events here; give the address of the cluster where"
                            + " tickets were sold, with --commands or --config.");
        }
        Estimate estimate =
                Estimate.of(source, List.of(Topics.COMMANDS.name(), Topics.EVENTS.name()), options.budget());
        options.budget().requireEnough("The replay", estimate);
        var reader = new Reader(source, options.maxBytes(), estimate.records(), listener);
        try {
            replay(partitions, reader);
        } catch (Reader.LimitReached e) {
            throw new OperatorError("The replay " + options.budget().stopped(estimate) + ".", e);
        }
        return commands;
    }

    private void replay(int partitions, Reader reader) {
        for (int partition = 0; partition < partitions; partition++) {
            long end =
                    source.decided(partition, source.stableEnd(Topics.COMMANDS.name(), partition), options.patience());
            if (source.start(Topics.COMMANDS.name(), partition) + source.start(Topics.EVENTS.name(), partition) > 0) {
                throw new OperatorError(
                        "The first records of partition " + partition + " were deleted, and nothing can be"
                                + " decided without them; replay a sale of which all is kept.");
            }
            try (Store store = new Store(Path.of(System.getProperty("java.io.tmpdir")));
                    LogCursor asked = reader.open(Topics.COMMANDS.name(), partition, 0, end);
                    LogCursor events = reader.open(Topics.EVENTS.name(), partition)) {
                new Partition(store, events).replay(new Intake(codecs.commands(), partitions), asked);
            }
        }
    }

    /** One partition, command by command. */
    private final class Partition {
        private final Dossiers orders;
        private final EventMatcher recorded;
        private final Map<SectionKey, LiveSection> sections = new HashMap<>();
        private final Map<SectionKey, OtherSection> others = new HashMap<>();
        /** Sections that the other build cannot follow any more, which is a difference by itself. */
        private final Set<SectionKey> lost = new HashSet<>();

        Partition(Store store, LogCursor events) {
            this.orders = new Dossiers(store, codecs, Room.USUAL.orders());
            this.recorded = new EventMatcher(() -> next(events));
        }

        void replay(Intake intake, LogCursor asked) {
            for (LogRecord message = asked.next(); message != null; message = asked.next()) {
                if (concerns(message)
                        && intake.read(message.key(), message.value(), message.partition())
                                instanceof Intake.Decidable decidable) {
                    commands++;
                    command(decidable, message);
                }
            }
        }

        private boolean concerns(LogRecord message) {
            return options.eventId().isEmpty() || message.keyText().startsWith(options.eventId() + "/");
        }

        private @Nullable Logged next(LogCursor events) {
            LogRecord message = events.next();
            while (message != null && !concerns(message)) {
                message = events.next();
            }
            byte[] value = message == null ? null : message.value();
            try {
                return message == null
                        ? null
                        : new Logged(
                                message, value == null ? null : codecs.events().read(value));
            } catch (SerializationException e) {
                return new Logged(message, null);
            }
        }

        private void command(Intake.Decidable decidable, LogRecord message) {
            SectionKey key = decidable.section();
            LiveSection section = sections.computeIfAbsent(
                    key, absent -> LiveSection.unknown(absent, orderId -> orders.order(absent + "/" + orderId)));
            LiveSection.Outcome outcome =
                    section.decide(decidable.command(), message.partition(), message.offset(), message.atMillis());
            requireRecorded(outcome.events(), message);
            if (!lost.contains(key)) {
                ask(key, decidable.command().getHeader().getOrderId(), outcome.decided(), message);
            }
            outcome.orders().forEach(order -> orders.change(key + "/" + order.orderId(), each -> each.decide(order)));
        }

        private void requireRecorded(List<Event> decided, LogRecord message) {
            List<Logged> logged =
                    recorded.match(message.offset(), decided.size()).events();
            boolean same = logged.size() == decided.size();
            for (int i = 0; same && i < decided.size(); i++) {
                byte[] value = logged.get(i).message().value();
                same = value != null
                        && logged.get(i).readable()
                        && codecs.events()
                                .same(
                                        value,
                                        logged.get(i).event(),
                                        codecs.events().write(decided.get(i)));
            }
            if (!same) {
                throw new OperatorError("This build does not decide the command at " + message.receipt()
                        + " as it was recorded, so there is nothing to compare with; run onsale audit for what differs, and"
                        + " replay with the build that sold these tickets.");
            }
        }

        private void ask(SectionKey key, String orderId, LiveSection.Decided decided, LogRecord message) {
            List<Record> events = decided.recorded().stream()
                    .map(each -> (Record) each.event())
                    .toList();
            try {
                OtherSection section =
                        others.computeIfAbsent(key, absent -> other.section(id -> orders.order(absent + "/" + id)));
                List<Record> answer = section.answer((Record) decided.command(), decided.stamp(), events);
                DecisionDifference.cause(events, answer)
                        .ifPresent(cause -> tell(cause, key, orderId, message, events, lines(answer)));
            } catch (LinkageError e) {
                throw other.tooDifferent(e);
            } catch (RuntimeException e) {
                if (e instanceof OperatorError) {
                    throw e;
                }
                lost.add(key);
                tell(
                        "the section cannot be followed from here on",
                        key,
                        orderId,
                        message,
                        events,
                        List.of(e.toString()));
            }
        }

        private void tell(
                String cause,
                SectionKey key,
                String orderId,
                LogRecord message,
                List<Record> events,
                List<String> answer) {
            differences.accept(
                    new DecisionDifference(cause, key.toString(), orderId, message.receipt(), lines(events), answer));
        }

        private static List<String> lines(List<Record> events) {
            return events.stream().map(Record::toString).toList();
        }
    }
}
