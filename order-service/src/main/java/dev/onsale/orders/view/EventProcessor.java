package dev.onsale.orders.view;

import dev.onsale.wire.CommandRejected;
import dev.onsale.wire.Event;
import dev.onsale.wire.HoldCancelled;
import dev.onsale.wire.HoldExpired;
import dev.onsale.wire.OrderRefunded;
import dev.onsale.wire.SalesStateChanged;
import dev.onsale.wire.SeatsHeld;
import dev.onsale.wire.SeatsRetaken;
import dev.onsale.wire.SeatsSold;
import dev.onsale.wire.SectionOpened;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Keeps every section and its seats. All that an event says is absolute, so applying a stretch of events again, in order,
 * ends in the same state: that is what at-least-once needs, and why no event is skipped for its version.
 */
final class EventProcessor implements Processor<String, Event, Void, Void> {

    private @Nullable KeyValueStore<String, Section> sections;
    private @Nullable KeyValueStore<String, String> seats;

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        sections = context.getStateStore(ViewTopology.SECTIONS);
        seats = context.getStateStore(ViewTopology.SEATS);
    }

    @Override
    public void process(Record<String, Event> record) {
        Event event = record.value();
        if (event == null) {
            return;
        }
        moveSeats(record.key(), event.getPayload());
        KeyValueStore<String, Section> store = Objects.requireNonNull(sections, "init was called");
        Section known = store.get(record.key());
        Section section = known == null
                ? Section.unknown(
                        event.getHeader().getEventId(), event.getHeader().getSectionId())
                : known;
        Section changed = next(section, event);
        if (!changed.equals(section)) {
            store.put(record.key(), changed);
        }
    }

    private static Section next(Section section, Event event) {
        return switch (event.getPayload()) {
            case SectionOpened opened -> section.after(event, Section.Definition.of(opened.getDefinition()));
            case SalesStateChanged changed ->
                section.after(event, section.definition()).withSales(changed.getState(), changed.getNote());
            case CommandRejected rejected ->
                section.refused(
                        event.getHeader().getReceipt().getOffset(),
                        rejected.getReason().name());
            case Object other when section.definition() == null -> section;
            case Object other -> section.after(event, section.definition());
        };
    }

    private void moveSeats(String section, Object payload) {
        switch (payload) {
            case SeatsHeld held -> put(section, held.getSeats(), SeatState.HELD);
            case SeatsSold sold -> put(section, sold.getSeats(), SeatState.SOLD);
            case SeatsRetaken retaken -> put(section, retaken.getSeats(), SeatState.HELD);
            case HoldExpired expired -> free(section, expired.getSeats());
            case HoldCancelled cancelled -> free(section, cancelled.getSeats());
            case OrderRefunded refunded -> free(section, refunded.getSeats());
            default -> {}
        }
    }

    private void put(String section, List<String> names, SeatState state) {
        KeyValueStore<String, String> store = Objects.requireNonNull(seats, "init was called");
        names.forEach(seat -> store.put(seatKey(section, seat), state.name()));
    }

    private void free(String section, List<String> names) {
        KeyValueStore<String, String> store = Objects.requireNonNull(seats, "init was called");
        names.forEach(seat -> store.delete(seatKey(section, seat)));
    }

    /** {@code event/section#SEAT}: ids have no {@code #}, so a section's seats are one range of keys. */
    static String seatKey(String section, String seat) {
        return section + "#" + seat;
    }
}
