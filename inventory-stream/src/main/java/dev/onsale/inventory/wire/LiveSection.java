package dev.onsale.inventory.wire;

import dev.onsale.domain.Decider;
import dev.onsale.domain.Decider.Recorded;
import dev.onsale.domain.Event;
import dev.onsale.domain.Order;
import dev.onsale.domain.Orders;
import dev.onsale.domain.Section;
import dev.onsale.domain.SectionDefinition;
import dev.onsale.domain.SectionState;
import dev.onsale.domain.SectionState.Fallback;
import dev.onsale.domain.Stamp;
import dev.onsale.schemas.SectionKey;
import dev.onsale.wire.Adopted;
import dev.onsale.wire.Command;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.PaymentRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A section that decides commands from the wire. The decider and the audit both decide through this class.
 *
 * <p>Orders are looked up where they are kept, and what a decision changes is handed back, not written: whoever calls
 * {@link #decide} writes the whole {@link Outcome} or nothing.
 */
public final class LiveSection {

    /** Offset in the receipt of what was decided elsewhere. */
    private static final long NOT_IN_THE_LOG = -1;

    /**
     * All that must be written for one command.
     *
     * @param events in order
     * @param orders every order that changed, once
     * @param statuses for {@code onsale.orders}: the changed orders, and after a pause every hold, since its end moved
     * @param payments for {@code onsale.payments}
     * @param section the section's own state, if it changed
     * @param decided the decision in the domain's words
     */
    public record Outcome(
            List<dev.onsale.wire.Event> events,
            List<Order> orders,
            List<OrderStatus> statuses,
            List<PaymentRequest> payments,
            Optional<SectionState> section,
            Decided decided) {}

    /**
     * What was decided in the decider's stead.
     *
     * @param command as it is sent to the log later, for the decider to adopt
     */
    public record Elsewhere(Command command, Outcome outcome) {}

    /** A command, when and by which variant it was decided, and what it led to. */
    public record Decided(dev.onsale.domain.Command command, Stamp stamp, List<Recorded> recorded) {}

    /** Orders as kept, beneath what the command under way has changed. What is kept is looked up once for a command. */
    private static final class Changes implements Orders {
        private final Function<String, Optional<Order>> kept;
        private final Map<String, Optional<Order>> found = new HashMap<>();
        private final Map<String, Order> changed = new LinkedHashMap<>();

        Changes(Function<String, Optional<Order>> kept) {
            this.kept = kept;
        }

        @Override
        public Optional<Order> find(String orderId) {
            Order order = changed.get(orderId);
            return order == null ? found.computeIfAbsent(orderId, kept) : Optional.of(order);
        }

        @Override
        public void put(Order order) {
            changed.put(order.orderId(), order);
        }

        void begin() {
            found.clear();
            changed.clear();
        }
    }

    private final SectionKey key;
    private final Changes orders;
    private final Section section;

    private LiveSection(SectionKey key, Changes orders, Section section) {
        this.key = key;
        this.orders = orders;
        this.section = section;
    }

    /**
     * A section that is not on sale yet.
     *
     * @param kept looks up an order of this section by id
     */
    public static LiveSection unknown(SectionKey key, Function<String, Optional<Order>> kept) {
        var orders = new Changes(kept);
        return new LiveSection(key, orders, Section.unknown(orders));
    }

    /** A section as it was kept; every one of its orders must follow by {@link #restore}. */
    public static LiveSection restored(SectionKey key, SectionState state, Function<String, Optional<Order>> kept) {
        var orders = new Changes(kept);
        return new LiveSection(key, orders, Section.restored(orders, state));
    }

    /** A section as it was kept, and its orders that own seats; the others are of no account until they are looked up. */
    public static LiveSection restored(
            SectionKey key,
            SectionState state,
            long version,
            Collection<Order> owning,
            Function<String, Optional<Order>> kept) {
        var orders = new Changes(kept);
        var live = new LiveSection(key, orders, Section.restored(orders, state, version));
        owning.forEach(live::restore);
        return live;
    }

    public void restore(Order order) {
        section.restore(order);
    }

    /** What buyers are told of an order. */
    public OrderStatus status(Order order) {
        return States.status(key, section.state(), order);
    }

    public Section section() {
        return section;
    }

    public SectionKey key() {
        return key;
    }

    /**
     * Decides a command that {@link Intake} has let pass, and evolves the section.
     *
     * @param atMillis the record's timestamp; what was decided elsewhere is decided at the time of then
     */
    public Outcome decide(Command command, int partition, long offset, long atMillis) {
        orders.begin();
        Adopted adopted = section.inFallback() ? command.getHeader().getAdopted() : null;
        long decidedAt = adopted == null ? atMillis : adopted.getAt().toEpochMilli();
        Stamp stamp = new Stamp(partition, offset, decidedAt, Commands.variant(command));
        return handle(command, Commands.toDomain(command), stamp);
    }

    /**
     * Decides a command in the decider's stead, in a section that is in fallback. Whoever calls it sends
     * {@code ExpireHolds} first when holds have ended by then.
     *
     * @param command one that {@link Intake} would let pass
     * @param partition of the section's key
     * @param atMillis now, not before any decision of this section, epoch milliseconds
     */
    public Elsewhere decideElsewhere(Command command, int partition, long atMillis) {
        orders.begin();
        Stamp stamp = new Stamp(partition, NOT_IN_THE_LOG, atMillis, Commands.variant(command));
        dev.onsale.domain.Command asked = Commands.toDomain(command);
        Fallback fallback = section.state().fallback();
        long version = section.version();
        List<Event> answer = Decider.answerElsewhere(section, asked, stamp);
        Outcome outcome = handle(
                command,
                new dev.onsale.domain.Command.Adopt(asked, fallback.epoch(), fallback.base(), version, answer),
                stamp);
        CommandHeader header = CommandHeader.newBuilder(command.getHeader())
                .setAdopted(new Adopted(
                        fallback.epoch(), fallback.base(), version, Instant.ofEpochMilli(atMillis), outcome.events()))
                .build();
        return new Elsewhere(new Command(header, command.getPayload()), outcome);
    }

    private Outcome handle(Command command, dev.onsale.domain.Command asked, Stamp stamp) {
        SectionState before = section.state();
        List<Recorded> recorded = Decider.handle(section, asked, stamp);
        List<dev.onsale.wire.Event> events = new ArrayList<>(recorded.size());
        List<PaymentRequest> payments = new ArrayList<>(1);
        for (Recorded each : recorded) {
            events.add(Events.toWire(key, section, each, stamp));
            if (each.event() instanceof Event.PaymentRequested requested) {
                payments.add(payment(requested, command, stamp));
            }
        }
        SectionState after = section.state();
        return new Outcome(
                events,
                List.copyOf(orders.changed.values()),
                statuses(before, after),
                payments,
                after.equals(before) ? Optional.empty() : Optional.of(after),
                new Decided(asked, stamp, recorded));
    }

    private List<OrderStatus> statuses(SectionState before, SectionState after) {
        Set<String> told = new LinkedHashSet<>(orders.changed.keySet());
        if (before.pausedMillis() != after.pausedMillis()) {
            told.addAll(section.heldOrders());
        }
        return told.stream()
                .map(orderId -> orders.find(orderId).orElseThrow())
                .map(this::status)
                .toList();
    }

    private PaymentRequest payment(Event.PaymentRequested requested, Command command, Stamp stamp) {
        String orderId = requested.orderId();
        String operation = requested.operation().name().toLowerCase(Locale.ROOT);
        return new PaymentRequest(
                orderId,
                key.eventId(),
                key.sectionId(),
                orders.find(orderId).orElseThrow().buyer(),
                Enums.operation(requested.operation()),
                requested.attempt(),
                requested.amount(),
                section.definition().map(SectionDefinition::currency).orElseThrow(),
                orderId + ":" + requested.attempt() + ":" + operation,
                requested.paymentToken(),
                requested.gatewayReference(),
                command.getHeader().getVariants(),
                Events.receipt(stamp));
    }
}
