package dev.onsale.fallback.control;

import dev.onsale.domain.Order;
import dev.onsale.fallback.CatchUp;
import dev.onsale.fallback.OrderRow;
import dev.onsale.fallback.SectionRow;
import dev.onsale.fallback.StateTables;
import dev.onsale.inventory.wire.Intake;
import dev.onsale.inventory.wire.LiveSection;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;

/**
 * Whether a fallback would begin with the truth: decides every command of the log once more, from the first, and compares what
 * PostgreSQL has, row by row. It shares nothing with the exporter, which evolves sections from the events.
 *
 * <p>Sales may go on meanwhile. All orders of one partition are in memory at a time.
 */
public final class Verification {

    /**
     * What was found.
     *
     * @param rows of sections, orders and seats that were compared
     * @param differences in words, at most {@value #MOST_TOLD} of them
     * @param took without waiting for the export
     */
    public record Done(long sections, long rows, long commands, List<String> differences, Duration took) {}

    private static final int MOST_TOLD = 20;
    /** While sales go on, the export may stand between two events of one command; then it is looked at once more. */
    private static final int TRIES = 10;

    private static final StateTables TABLES = StateTables.EXPORTED;

    private final Access access;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Intake intake;
    private final List<String> differences = new ArrayList<>();
    private long sections;
    private long rows;
    private long commands;

    private Verification(Access access, KafkaConsumer<byte[], byte[]> consumer, Intake intake) {
        this.access = access;
        this.consumer = consumer;
        this.intake = intake;
    }

    /** @throws OperatorError when it cannot run */
    public static Done run(Access access) {
        try (KafkaConsumer<byte[], byte[]> consumer = access.consumer()) {
            List<PartitionInfo> partitions = consumer.partitionsFor(Topics.COMMANDS.name(), access.patience());
            var intake = new Intake(
                    AvroSerde.of(Command.class, access.ids(), Topics.COMMANDS.name() + "-value"), partitions.size());
            CatchUp.run(access.kafka(), access.ids(), access.database(), access.patience());
            long beganNanos = System.nanoTime();
            var verification = new Verification(access, consumer, intake);
            partitions.stream().map(PartitionInfo::partition).sorted().forEach(verification::partition);
            return new Done(
                    verification.sections,
                    verification.rows,
                    verification.commands,
                    verification.differences,
                    Duration.ofNanos(System.nanoTime() - beganNanos));
        } catch (KafkaException e) {
            throw new OperatorError(
                    "The brokers do not answer (" + e.getMessage() + "); correct bootstrap.servers, or start them.", e);
        }
    }

    /** What PostgreSQL has of a partition, at one moment. */
    private record Exported(
            Map<SectionKey, SectionRow> sections, Map<String, Order> orders, Map<String, String> seats) {

        /** Version of a section; 0: there is none. */
        long version(SectionKey key) {
            SectionRow row = sections.get(key);
            return row == null ? 0 : row.version();
        }

        static Exported read(Handle handle, int partition) {
            var exported = new Exported(new HashMap<>(), new HashMap<>(), new TreeMap<>());
            for (SectionRow row : TABLES.sections(handle, partition)) {
                exported.sections.put(row.key(), row);
                for (OrderRow order : TABLES.changedSince(handle, row.key(), 0)) {
                    exported.orders.put(row.key() + "/" + order.order().orderId(), order.order());
                }
                TABLES.seats(handle, row.key())
                        .forEach((seat, owner) -> exported.seats.put(row.key() + "/" + seat, owner));
            }
            return exported;
        }
    }

    /** What the log leads to. */
    private static final class Decided {
        final Map<SectionKey, LiveSection> sections = new HashMap<>();
        final Map<String, Order> orders = new HashMap<>();

        LiveSection section(SectionKey key) {
            return sections.computeIfAbsent(
                    key,
                    absent -> LiveSection.unknown(
                            absent, orderId -> Optional.ofNullable(orders.get(absent + "/" + orderId))));
        }
    }

    private void partition(int partition) {
        for (int attempt = 1; attempt <= TRIES; attempt++) {
            Exported exported = access.database()
                    .jdbi()
                    .inTransaction(
                            TransactionIsolationLevel.REPEATABLE_READ, handle -> Exported.read(handle, partition));
            var decided = new Decided();
            var stretch = new Stretch(consumer, Topics.COMMANDS.name(), partition, access.patience());
            if (stretch.begin() > 0) {
                throw new OperatorError("The first commands of partition " + partition
                        + " were deleted, and nothing can be decided without them.");
            }
            long before = commands;
            stretch.read(0, stretch.end(), message -> decide(message, exported, decided));
            boolean between = decided.sections.values().stream()
                    .anyMatch(section -> section.section().version() > exported.version(section.key()));
            if (!between || attempt == TRIES) {
                compare(exported, decided);
                return;
            }
            commands = before;
        }
    }

    /** As far as the section is exported. */
    private void decide(ConsumerRecord<byte[], byte[]> message, Exported exported, Decided decided) {
        if (intake.read(message.key(), message.value(), message.partition())
                instanceof Intake.Decidable(SectionKey key, Command command)) {
            LiveSection section = decided.section(key);
            if (!exported.sections.containsKey(key) || section.section().version() < exported.version(key)) {
                commands++;
                section.decide(command, message.partition(), message.offset(), message.timestamp())
                        .orders()
                        .forEach(order -> decided.orders.put(key + "/" + order.orderId(), order));
            }
        }
    }

    private void compare(Exported exported, Decided decided) {
        exported.sections.forEach((key, row) -> {
            sections++;
            rows++;
            SectionRow expected =
                    SectionRow.of(key, row.partition(), decided.section(key).section(), row.lastAtMillis());
            same("section " + key, expected, row);
        });
        Stream.concat(exported.orders.keySet().stream(), decided.orders.keySet().stream())
                .distinct()
                .forEach(id -> {
                    rows++;
                    same("order " + id, decided.orders.get(id), exported.orders.get(id));
                });
        Map<String, String> owned = new TreeMap<>();
        decided.orders.forEach((id, order) -> {
            String section = id.substring(0, id.lastIndexOf('/'));
            if (order.owns()) {
                order.seats()
                        .forEach(seat -> owned.put(
                                section + "/" + seat,
                                order.orderId() + " " + order.state().name()));
            }
        });
        Stream.concat(exported.seats.keySet().stream(), owned.keySet().stream())
                .distinct()
                .forEach(seat -> {
                    rows++;
                    same("seat " + seat, owned.get(seat), exported.seats.get(seat));
                });
    }

    private void same(String what, @Nullable Object log, @Nullable Object exported) {
        if (!Objects.equals(log, exported) && differences.size() < MOST_TOLD) {
            differences.add(what + " is " + exported + " in PostgreSQL, and " + log + " by the log");
        }
    }
}
