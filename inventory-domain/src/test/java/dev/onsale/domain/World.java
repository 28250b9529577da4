package dev.onsale.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.domain.Decider.Recorded;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A section, its orders, and the log's next offset. */
final class World {

    /** Orders that can be listed, as the decider's store can. */
    static final class KeptOrders implements Orders {
        final Map<String, Order> byId = new TreeMap<>();

        @Override
        public Optional<Order> find(String orderId) {
            return Optional.ofNullable(byId.get(orderId));
        }

        @Override
        public void put(Order order) {
            byId.put(order.orderId(), order);
        }
    }

    private final String variant;
    private final KeptOrders orders;
    private final Section section;
    private long offset;

    World() {
        this(Stamp.STABLE);
    }

    /** @param variant stamped on all commands */
    World(String variant) {
        this.variant = variant;
        orders = new KeptOrders();
        section = Section.unknown(orders);
    }

    private World(World kept) {
        variant = kept.variant;
        orders = new KeptOrders();
        orders.byId.putAll(kept.orders.byId);
        section = Section.restored(orders, kept.section.state());
        kept.orders.byId.values().forEach(section::restore);
        offset = kept.offset;
    }

    /** Takes a command through, and checks that deciding it has changed nothing and that the tickets add up. */
    List<Recorded> handle(Command command, long atMillis) {
        var stamp = new Stamp(3, offset++, atMillis, variant);
        String before = fingerprint();
        Decision first = Decider.decide(section, command, stamp);
        Decision second = Decider.decide(section, command, stamp);
        assertEquals(first, second, "the same decision twice");
        assertEquals(before, fingerprint(), "deciding changes nothing");
        int capacity = section.definition().map(SectionDefinition::capacity).orElse(0);
        long version = section.version();
        List<Recorded> recorded = Decider.handle(section, command, stamp);
        for (Recorded each : recorded) {
            if (each.event() instanceof Event.SectionOpened opened) {
                capacity = opened.definition().capacity();
            }
            assertEquals(capacity, each.free() + each.held() + each.sold(), "tickets add up");
            assertTrue(each.version() >= version, "versions rise");
            version = each.version();
        }
        assertEquals(version, section.version(), "the last event's version");
        assertEquals(
                orders.byId.values().stream()
                        .filter(order -> order.state() == OrderState.HELD)
                        .map(Order::orderId)
                        .sorted()
                        .toList(),
                section.heldOrders().stream().sorted().toList(),
                "holds");
        return recorded;
    }

    /** A decision in the decider's stead, as it is adopted later. */
    Command.Adopt decidedElsewhere(Command command, long atMillis) {
        var stamp = new Stamp(3, -1, atMillis, variant);
        return new Command.Adopt(
                command,
                section.state().fallback().epoch(),
                section.state().fallback().base(),
                section.version(),
                Decider.answerElsewhere(section, command, stamp));
    }

    /** The same section, built from what is kept. */
    World rebuilt() {
        return new World(this);
    }

    void assertRebuilt() {
        assertEquals(fingerprint(), rebuilt().fingerprint(), "a section that is built anew is the same");
    }

    Section section() {
        return section;
    }

    Map<String, Order> orders() {
        return orders.byId;
    }

    /** What buyers are told, wherever it is decided. */
    List<String> told() {
        return orders.byId.values().stream()
                .map(order -> order.orderId() + " " + order.state() + " " + order.payment() + " " + order.seats() + " "
                        + order.reason() + " " + order.version())
                .toList();
    }

    /** Everything that can be seen of the section. */
    String fingerprint() {
        var text = new StringBuilder();
        text.append(section.state()).append('\n').append(section.version()).append(' ');
        text.append(section.free() + "/" + section.held() + "/" + section.sold())
                .append('\n');
        text.append(section.heldOrders()).append('\n');
        SeatMap seats = section.seats();
        for (int row = 0; row < seats.rows(); row++) {
            text.append(seats.freeInRow(row)).append(' ');
            for (int seat = 0; seat < seats.seatsPerRow(); seat++) {
                text.append(seats.isTaken(row * seats.seatsPerRow() + seat) ? 'x' : '.');
            }
            text.append('\n');
        }
        orders.byId
                .values()
                .forEach(order -> text.append(order)
                        .append(' ')
                        .append(section.ticketsOf(order.buyer()))
                        .append('\n'));
        return text.toString();
    }
}
