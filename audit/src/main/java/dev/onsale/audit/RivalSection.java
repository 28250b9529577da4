package dev.onsale.audit;

import dev.onsale.domain.Command;
import dev.onsale.domain.Decider;
import dev.onsale.domain.Event;
import dev.onsale.domain.Order;
import dev.onsale.domain.Orders;
import dev.onsale.domain.Section;
import dev.onsale.domain.Stamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A section decided by the domain that it finds itself with: {@link OtherBuild} loads this class once more, beside the other
 * build's domain. Public for that reason only.
 */
public final class RivalSection implements OtherSection {

    private final Section section;
    private final String variant;
    private final Map<String, Order> changed = new HashMap<>();

    /**
     * @param kept finds an order as it was before the command under way, a record of the caller's build
     * @param variant the variant that decides; empty: the recorded one
     */
    public RivalSection(Function<String, Optional<? extends Record>> kept, String variant) {
        this.variant = variant;
        this.section = Section.unknown(new Orders() {
            @Override
            public Optional<Order> find(String orderId) {
                return Optional.ofNullable(changed.get(orderId))
                        .or(() -> kept.apply(orderId).map(order -> here(order, Order.class)));
            }

            @Override
            public void put(Order order) {
                changed.put(order.orderId(), order);
            }
        });
    }

    @Override
    public List<Record> answer(Record command, Record stamp, List<? extends Record> recorded) {
        changed.clear();
        Stamp now = here(stamp, Stamp.class);
        List<Event> events =
                recorded.stream().map(event -> here(event, Event.class)).toList();
        List<Event> answers = new ArrayList<>(Decider.endedBefore(section, now));
        // In a fallback no hold ends by itself, and endings are what a command leads to.
        long expired = section.inFallback()
                ? 0
                : events.stream().takeWhile(Event.HoldExpired.class::isInstance).count();
        List<Event> endings = events.subList(0, (int) expired);
        endings.forEach(event -> section.evolve(event, now));
        var decidedBy = variant.isEmpty() ? now : new Stamp(now.partition(), now.offset(), now.atMillis(), variant);
        answers.addAll(answer(here(command, Command.class), decidedBy, !events.isEmpty()));
        events.subList(endings.size(), events.size()).forEach(event -> section.evolve(event, now));
        return answers.stream().map(Record.class::cast).toList();
    }

    /** What was decided in a fallback is asked about as any other command; what was adopted again is not. */
    private List<Event> answer(Command command, Stamp stamp, boolean led) {
        return led && section.inFallback() && command instanceof Command.Adopt adopt
                ? Decider.answerElsewhere(section, adopt.decided(), stamp)
                : Decider.answer(section, command, stamp);
    }

    private static <T> T here(Record value, Class<T> type) {
        return type.cast(Transplant.to(RivalSection.class.getClassLoader(), value));
    }
}
