package dev.onsale.tampering;

import static dev.onsale.tampering.Values.COMMANDS;
import static dev.onsale.tampering.Values.EVENTS;
import static dev.onsale.tampering.Values.PAYMENTS;
import static dev.onsale.tampering.Values.STATUSES;
import static dev.onsale.tampering.Values.STORED_ORDERS;

import dev.onsale.wire.Command;
import dev.onsale.wire.Event;
import dev.onsale.wire.SeatsHeld;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/** What may be done to whole stretches of a log, and to all that is told of one order. */
final class SpliceDamage {

    private SpliceDamage() {}

    static List<Damage> all() {
        return List.of(
                Damage.of("events of another sale from somewhere on", 7, t -> {
                            Found<Event> event = t.pick(EVENTS, each -> inBoth(t, each));
                            t.touchEvent(event);
                            splice(t, event.place(), event.place().offset());
                        })
                        .followedBy(123456),
                Damage.of("commands of another sale from somewhere on", 7, t -> {
                            Found<Command> command = inBothWithEvents(t);
                            t.touchCommand(command.place());
                            splice(t, command.place(), command.place().offset());
                        })
                        .followedBy(123456),
                Damage.of("commands and their events of another sale from somewhere on", 7, SpliceDamage::spliceBoth)
                        .followedBy(123456),
                Damage.of("every trace of an order erased", 27, SpliceDamage::erase)
                        .followedBy(13456));
    }

    private static boolean inBoth(Tampering t, Found<?> record) {
        List<Entry> others =
                t.other().partition(record.place().topic(), record.place().partition());
        int offset = record.place().offset();
        return offset > 0 && offset < others.size() && !others.get(offset).equals(record.entry());
    }

    private static Found<Command> inBothWithEvents(Tampering t) {
        List<Found<Event>> others = Tampering.read(EVENTS, t.other());
        return t.pick(
                COMMANDS,
                each -> inBoth(t, each)
                        && !t.eventsOf(each.place()).isEmpty()
                        && others.stream()
                                .anyMatch(event -> Tampering.commandOf(event).equals(each.place())));
    }

    private static void splice(Tampering t, Place from, int fromOther) {
        List<Entry> here = t.partition(from);
        List<Entry> there = t.other().partition(from.topic(), from.partition());
        here.subList(from.offset(), here.size()).clear();
        here.addAll(there.subList(fromOther, there.size()));
    }

    private static void spliceBoth(Tampering t) {
        Found<Command> command = inBothWithEvents(t);
        Place from = t.eventsOf(command.place()).getFirst().place();
        int fromOther = Tampering.read(EVENTS, t.other()).stream()
                .filter(event -> Tampering.commandOf(event).equals(command.place()))
                .findFirst()
                .orElseThrow()
                .place()
                .offset();
        t.touchCommand(command.place());
        splice(t, command.place(), command.place().offset());
        splice(t, from, fromOther);
    }

    /** As if it had never been. What others did afterwards stays. */
    private static void erase(Tampering t) {
        Found<Event> held = t.pick(
                EVENTS,
                each -> each.value().getPayload() instanceof SeatsHeld
                        && t.all(EVENTS).stream().anyMatch(next -> isNextOfOthers(each, next)));
        String orderId = held.value().getHeader().getOrderId();
        List<Found<Event>> events = t.all(EVENTS).stream()
                .filter(each -> Tampering.isOf(orderId, each))
                .toList();
        events.forEach(each -> {
            t.touchEvent(each);
            t.lose(each.place());
        });
        t.all(EVENTS).stream()
                .filter(next -> isNextOfOthers(held, next))
                .findFirst()
                .ifPresent(t::touchEvent);
        t.all(COMMANDS).stream().filter(each -> concerns(t, each, orderId)).forEach(each -> t.lose(each.place()));
        lose(t, STATUSES, orderId);
        lose(t, PAYMENTS, orderId);
        lose(t, STORED_ORDERS, orderId);
    }

    private static boolean isNextOfOthers(Found<Event> held, Found<Event> next) {
        return Tampering.after(held, next)
                && next.entry().key().equals(held.entry().key())
                && !Tampering.isOf(held.value().getHeader().getOrderId(), next);
    }

    private static boolean concerns(Tampering t, Found<Command> command, String orderId) {
        List<Found<Event>> events = t.eventsOf(command.place());
        return command.value().getHeader().getOrderId().equals(orderId)
                || (!events.isEmpty() && events.stream().allMatch(event -> Tampering.isOf(orderId, event)));
    }

    private static <T extends SpecificRecord> void lose(Tampering t, Values<T> values, String orderId) {
        t.all(values).stream()
                .filter(each -> each.entry().key().endsWith(orderId))
                .forEach(each -> t.lose(each.place()));
    }
}
