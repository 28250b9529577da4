package dev.onsale.system.faults;

import dev.onsale.domain.Order;
import dev.onsale.inventory.wire.Intake;
import dev.onsale.inventory.wire.LiveSection;
import dev.onsale.inventory.wire.States;
import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.DeadLetters;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Command;
import dev.onsale.wire.Event;
import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.Receipt;
import dev.onsale.wire.StoredOrder;
import dev.onsale.wire.StoredSection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The command log, decided once more from its first record, with nothing but the log. */
final class Replay {

    static final AvroSerde<Event> EVENTS =
            AvroSerde.of(Event.class, PinnedSchemas.released(), Topics.EVENTS.name() + "-value");

    private final Intake intake = new Intake(Commands.SERDE, Lab.PARTITIONS);
    private final Map<SectionKey, LiveSection> live = new HashMap<>();
    private final Map<String, Order> kept = new HashMap<>();

    private final Map<Receipt, Command> commands = new HashMap<>();
    private final Map<Integer, List<byte[]>> events = new TreeMap<>();
    private final Map<String, OrderStatus> statuses = new TreeMap<>();
    private final Map<String, StoredSection> sections = new TreeMap<>();
    private final Map<String, DeadLetters.Problem> deadLetters = new TreeMap<>();

    private Replay() {}

    /** @param log committed records of {@code onsale.commands}, in order for each partition */
    static Replay of(List<ConsumerRecord<byte[], byte[]>> log) {
        var replay = new Replay();
        log.forEach(replay::take);
        return replay;
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        switch (intake.read(record.key(), record.value(), record.partition())) {
            case Intake.Undecidable undecidable ->
                deadLetters.put(
                        DeadLetters.key(record.topic(), record.partition(), record.offset()), undecidable.problem());
            case Intake.Decidable(SectionKey key, Command command) -> decide(key, command, record);
        }
    }

    private void decide(SectionKey key, Command command, ConsumerRecord<byte[], byte[]> record) {
        commands.put(new Receipt(record.partition(), record.offset()), command);
        LiveSection section = live.computeIfAbsent(
                key, absent -> LiveSection.unknown(absent, id -> Optional.ofNullable(kept.get(absent + "/" + id))));
        LiveSection.Outcome outcome = section.decide(command, record.partition(), record.offset(), record.timestamp());
        outcome.events()
                .forEach(event -> events.computeIfAbsent(record.partition(), _ -> new ArrayList<>())
                        .add(EVENTS.toBytes(event)));
        outcome.orders().forEach(order -> kept.put(key + "/" + order.orderId(), order));
        outcome.statuses().forEach(status -> statuses.put(status.getOrderId(), status));
        outcome.section().ifPresent(state -> sections.put(key.toString(), States.toStored(state)));
    }

    /** Every command that could be decided, by where it stands. */
    Map<Receipt, Command> commands() {
        return commands;
    }

    /** What must be in each partition of {@code onsale.events}. */
    Map<Integer, List<byte[]>> events() {
        return events;
    }

    /** What must be the latest status of every order. */
    Map<String, OrderStatus> statuses() {
        return statuses;
    }

    /** What must be in the store of orders. */
    Map<String, StoredOrder> orders() {
        Map<String, StoredOrder> orders = new TreeMap<>();
        kept.forEach((key, order) -> orders.put(key, States.toStored(order)));
        return orders;
    }

    /** What must be in the store of sections. */
    Map<String, StoredSection> sections() {
        return sections;
    }

    /** What must be in {@code onsale.dead-letters}, by key. */
    Map<String, DeadLetters.Problem> deadLetters() {
        return deadLetters;
    }
}
