package dev.onsale.system.faults;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.inventory.InventoryService;
import dev.onsale.inventory.InventoryTopology;
import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.DeadLetters;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.Requests;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.system.stack.Ledger;
import dev.onsale.system.stack.OnsaleProcess;
import dev.onsale.wire.Command;
import dev.onsale.wire.Event;
import dev.onsale.wire.OrderState;
import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.Receipt;
import dev.onsale.wire.StoredOrder;
import dev.onsale.wire.StoredSection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * What must be true after every fault: each command has exactly one outcome, a seat at most one owner at every offset, the
 * gateway's own ledger took the value of the tickets, and what is stored equals what the log gives when it is decided again.
 */
final class Oracle {

    /** No hold may be stuck for longer, once the fault has healed; a machine that is busy otherwise may be given more. */
    private static final Duration HEALS_WITHIN = Duration.ofSeconds(Integer.getInteger("faults.heal.seconds", 60));

    /** For the second look, when the first one took all the time. */
    private static final Duration LEAST_WAIT = Duration.ofSeconds(10);

    private static final PinnedSchemas IDS = PinnedSchemas.released();

    private final String bootstrap;
    private final URI gateway;

    Oracle(String bootstrap, URI gateway) {
        this.bootstrap = bootstrap;
        this.gateway = gateway;
    }

    /**
     * What was proven.
     *
     * @param commands in the log, each with one outcome
     * @param orders how many orders ended in each state
     */
    record Proof(int commands, Map<OrderState, Long> orders) {
        @Override
        public String toString() {
            return "%,d commands decided once, orders %s".formatted(commands, orders);
        }
    }

    /** Waits until every order has ended and every payment is settled, then proves the log. */
    Proof awaitProof() {
        return awaitProof(() -> {});
    }

    /** @param healthy throws when waiting is of no use any more */
    Proof awaitProof(Runnable healthy) {
        long deadline = System.nanoTime() + HEALS_WITHIN.toNanos();
        try (OpenOrders open = new OpenOrders(bootstrap)) {
            patiently(deadline).untilAsserted(() -> {
                healthy.run();
                assertTrue(open.none(), open::toString);
            });
        }
        patiently(deadline).pollInterval(Duration.ofSeconds(1)).untilAsserted(this::assertSettled);
        Proof proof = prove();
        var audit = OnsaleProcess.run("audit", "--bootstrap", bootstrap);
        assertEquals(0, audit.exitCode(), audit.output());
        return proof;
    }

    private static ConditionFactory patiently(long deadline) {
        return Awaitility.await()
                // A stream thread that is replaced ends with one.
                .dontCatchUncaughtExceptions()
                .atMost(Duration.ofNanos(Math.max(LEAST_WAIT.toNanos(), deadline - System.nanoTime())))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50));
    }

    /** Everything is decided, also what the latest statuses do not show. */
    private void assertSettled() {
        Replay replay = replay();
        assertEquals(
                List.of(),
                replay.statuses().values().stream()
                        .filter(OpenOrders::isOpen)
                        .limit(5)
                        .toList());
        assertEquals(replay.statuses(), latest(Topics.ORDERS.name(), OrderStatus.class));
        assertEquals(replay.deadLetters(), deadLetters());
    }

    private Replay replay() {
        return Replay.of(TopicReader.committed(bootstrap, Topics.COMMANDS.name()));
    }

    private Proof prove() {
        Replay replay = replay();
        List<ConsumerRecord<byte[], byte[]>> events = TopicReader.committed(bootstrap, Topics.EVENTS.name());
        assertEventsEqual(replay.events(), events);
        Map<String, Long> sold = assertSeatsHaveOneOwner(replay.commands(), events);
        assertEquals(replay.statuses(), latest(Topics.ORDERS.name(), OrderStatus.class));
        assertEquals(replay.sections(), latest(changelog(InventoryTopology.SECTIONS_STORE), StoredSection.class));
        assertEquals(replay.orders(), latest(changelog(InventoryTopology.ORDERS_STORE), StoredOrder.class));
        assertEquals(replay.deadLetters(), deadLetters());
        assertLedger(sold);
        return new Proof(
                replay.commands().size(),
                replay.statuses().values().stream()
                        .collect(Collectors.groupingBy(OrderStatus::getState, TreeMap::new, Collectors.counting())));
    }

    private static String changelog(String store) {
        return InventoryService.APPLICATION_ID + "-" + store + "-changelog";
    }

    /** Byte for byte, in order: so no command was decided twice, or not at all, or on another state. */
    private static void assertEventsEqual(
            Map<Integer, List<byte[]>> expected, List<ConsumerRecord<byte[], byte[]>> events) {
        Map<Integer, List<byte[]>> actual = new TreeMap<>();
        events.forEach(record -> actual.computeIfAbsent(record.partition(), _ -> new ArrayList<>())
                .add(record.value()));
        assertEquals(expected.keySet(), actual.keySet());
        expected.forEach((partition, values) -> {
            List<byte[]> found = Objects.requireNonNull(actual.get(partition));
            for (int i = 0; i < Math.min(values.size(), found.size()); i++) {
                int at = i;
                assertArrayEquals(
                        values.get(i),
                        found.get(i),
                        () -> "event " + at + " of partition " + partition + " is "
                                + Replay.EVENTS.fromBytes(found.get(at)) + ", but deciding again gives "
                                + Replay.EVENTS.fromBytes(values.get(at)));
            }
            assertEquals(values.size(), found.size(), "events in partition " + partition);
        });
    }

    private static Map<String, Long> assertSeatsHaveOneOwner(
            Map<Receipt, Command> commands, List<ConsumerRecord<byte[], byte[]>> events) {
        Map<SectionKey, SeatBook> books = new HashMap<>();
        Map<Integer, Long> decided = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : events) {
            Event event = Replay.EVENTS.fromBytes(record.value());
            Receipt receipt = event.getHeader().getReceipt();
            long before = decided.merge(receipt.getPartition(), receipt.getOffset(), Math::max);
            assertEquals(receipt.getOffset(), before, () -> "decided out of order: " + event);
            var key = new SectionKey(
                    event.getHeader().getEventId(), event.getHeader().getSectionId());
            Optional<Purchase> purchase =
                    Objects.requireNonNull(commands.get(receipt)).getPayload() instanceof Purchase asked
                            ? Optional.of(asked)
                            : Optional.empty();
            books.computeIfAbsent(key, _ -> new SeatBook()).apply(event, purchase);
        }
        Set<String> answered = new TreeSet<>();
        books.values().forEach(book -> answered.addAll(book.answeredOrders()));
        assertEquals(askedFor(commands), answered, "orders that were asked for, and orders that have an answer");
        Map<String, Long> sold = new TreeMap<>();
        books.values().forEach(book -> sold.putAll(book.sold()));
        return sold;
    }

    private static Set<String> askedFor(Map<Receipt, Command> commands) {
        return commands.values().stream()
                .filter(command -> command.getPayload() instanceof Purchase)
                .map(command -> Requests.orderId(
                        command.getHeader().getBuyer(), command.getHeader().getRequestId()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Map<String, DeadLetters.Problem> deadLetters() {
        Map<String, DeadLetters.Problem> found = new TreeMap<>();
        TopicReader.committed(bootstrap, Topics.DEAD_LETTERS)
                .forEach(record -> found.put(
                        new String(record.key(), StandardCharsets.UTF_8),
                        DeadLetters.Problem.valueOf(TopicReader.header(record, DeadLetters.PROBLEM))));
        return found;
    }

    /** The gateway's own books: it took the price of what is sold, and lets go of every other authorisation. */
    private void assertLedger(Map<String, Long> sold) {
        Ledger ledger = Ledger.of(gateway);
        assertEquals(sold, new TreeMap<>(ledger.paid()));
        int open = ledger.succeeded("authorise").size()
                - ledger.succeeded("capture").size()
                - ledger.succeeded("void").size();
        assertTrue(open == 0, () -> open + " authorisations are neither captured nor voided");
    }

    private <T extends SpecificRecord> Map<String, T> latest(String topic, Class<T> type) {
        AvroSerde<T> serde = AvroSerde.of(type, IDS, topic + "-value");
        Map<String, T> latest = new TreeMap<>();
        TopicReader.latest(bootstrap, topic).forEach((key, bytes) -> latest.put(key, serde.fromBytes(bytes)));
        return latest;
    }
}
