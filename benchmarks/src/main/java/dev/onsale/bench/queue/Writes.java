package dev.onsale.bench.queue;

import dev.onsale.domain.Order;
import dev.onsale.inventory.InventoryTopology;
import dev.onsale.inventory.wire.Intake;
import dev.onsale.inventory.wire.LiveSection;
import dev.onsale.inventory.wire.States;
import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.SchemaIds;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Command;
import dev.onsale.wire.Event;
import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.PaymentRequest;
import dev.onsale.wire.StoredOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/**
 * What the decider writes for commands: the bytes of every record and store entry, found by deciding. Keys are left out, since
 * whoever writes this again writes them under keys of its own.
 *
 * @param events values for {@code onsale.events}
 * @param statuses values for {@code onsale.orders}
 * @param payments values for {@code onsale.payments}
 * @param orders values of the store of orders
 */
record Writes(List<byte[]> events, List<byte[]> statuses, List<byte[]> payments, List<byte[]> orders) {

    /** As of a clock that moves by a millisecond with every command. */
    private static final long BEGIN_MILLIS = 1_800_000_000_000L;

    int records() {
        return events.size() + statuses.size() + payments.size() + orders.size();
    }

    /** Bytes of all values, those of the store's changelog among them. */
    long bytes() {
        return List.of(events, statuses, payments, orders).stream()
                .flatMap(List::stream)
                .mapToLong(value -> value.length)
                .sum();
    }

    /** Decides purchases one after the other, in memory. */
    static final class Source {

        private final SchemaIds ids = PinnedSchemas.released();
        private final AvroSerde<Command> commands = serde(Command.class, Topics.COMMANDS.name());
        private final AvroSerde<Event> events = serde(Event.class, Topics.EVENTS.name());
        private final AvroSerde<OrderStatus> statuses = serde(OrderStatus.class, Topics.ORDERS.name());
        private final AvroSerde<PaymentRequest> payments = serde(PaymentRequest.class, Topics.PAYMENTS.name());
        private final AvroSerde<StoredOrder> storedOrders = serde(StoredOrder.class, InventoryTopology.ORDERS_STORE);
        private final Intake intake = new Intake(commands, 1);
        private final Map<SectionKey, LiveSection> sections = new HashMap<>();
        private final Map<String, Order> orders = new HashMap<>();
        private long offset;

        private <T extends SpecificRecord> AvroSerde<T> serde(Class<T> type, String topic) {
            return AvroSerde.of(type, ids, topic + "-value");
        }

        /** Takes a command through all that the decider does with it but for the stores and the broker. */
        Writes decide(Command asked) {
            SectionKey at = Workload.key(asked);
            byte[] key = at.toString().getBytes(StandardCharsets.UTF_8);
            if (!(intake.read(key, commands.toBytes(asked), 0) instanceof Intake.Decidable(var section, var command))) {
                throw new IllegalStateException("the benchmark's own command cannot be decided: " + asked);
            }
            LiveSection.Outcome outcome = sections.computeIfAbsent(
                            section,
                            absent -> LiveSection.unknown(
                                    absent, orderId -> Optional.ofNullable(orders.get(absent + "/" + orderId))))
                    .decide(command, 0, offset, BEGIN_MILLIS + offset);
            offset++;
            outcome.orders().forEach(order -> orders.put(section + "/" + order.orderId(), order));
            return new Writes(
                    outcome.events().stream().map(events::toBytes).toList(),
                    outcome.statuses().stream().map(statuses::toBytes).toList(),
                    outcome.payments().stream().map(payments::toBytes).toList(),
                    outcome.orders().stream()
                            .map(order -> storedOrders.toBytes(States.toStored(order)))
                            .toList());
        }
    }

    /** Those of some purchases of a workload, evenly spread from its first to its last. */
    static List<Writes> of(Workload workload, int purchases, int count) {
        var source = new Source();
        workload.openings(purchases).forEach(source::decide);
        int distance = Math.max(1, purchases / count);
        List<Writes> writes = new ArrayList<>();
        for (int i = 0; i < purchases; i++) {
            Writes decided = source.decide(workload.purchase(purchases, i));
            if (i % distance == 0) {
                writes.add(decided);
            }
        }
        return writes;
    }
}
