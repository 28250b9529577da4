package dev.onsale.tampering;

import static dev.onsale.tampering.Values.EVENTS;

import dev.onsale.wire.Event;
import java.util.List;
import java.util.function.Consumer;

/** What may be done to the records of {@code onsale.events}, and to what stands at the head of each. */
final class EventDamage {

    private static final int FAR = 70;

    private EventDamage() {}

    static List<Damage> all() {
        return List.of(
                Damage.of("event lost", 27, t -> t.lose(t.event().place())).followedBy(13456),
                Damage.of("event doubled", 27, EventDamage::repeat).followedBy(134),
                Damage.of("events swapped", 7, EventDamage::swap).followedBy(123456),
                Damage.of("event moved far", 7, EventDamage::move).followedBy(123456),
                Damage.of("event moved to another partition", 27, EventDamage::moveAcross)
                        .followedBy(13456),
                Damage.of("last events cut off", 7, EventDamage::cutOff).followedBy(123456),
                Damage.of("event garbled", 7, t -> t.cut(t.event())).followedBy(123456),
                Damage.of("event under another key", 7, EventDamage::rekey),
                Damage.of("event with a forged receipt", 7, EventDamage::forgeReceipt)
                        .followedBy(123456),
                Damage.of(
                        "count changed",
                        47,
                        alter(event ->
                                event.getHeader().setFree(event.getHeader().getFree() + 1))),
                Damage.of(
                        "version changed",
                        27,
                        alter(event -> event.getHeader()
                                .setSectionVersion(event.getHeader().getSectionVersion() + 1))),
                Damage.of("variant changed", 7, alter(event -> event.getHeader().setVariant("candidate"))),
                Damage.of(
                        "time of decision changed",
                        7,
                        alter(event -> event.getHeader()
                                .setDecidedAt(event.getHeader().getDecidedAt().plusMillis(1)))));
    }

    private static Consumer<Tampering> alter(Consumer<Event> change) {
        return t -> t.alter(EVENTS, t.event(), change);
    }

    private static void repeat(Tampering t) {
        Found<Event> event = t.event();
        t.insert(event.place().next(), event.entry());
    }

    private static void swap(Tampering t) {
        Found<Event> event = t.event();
        t.touch(event.place().next());
        t.swap(event.place());
    }

    private static void move(Tampering t) {
        Found<Event> event = t.pick(
                EVENTS,
                each -> each.place().offset() + FAR < t.partition(each.place()).size());
        int size = t.partition(event.place()).size();
        int to = event.place().offset()
                + FAR
                - 1
                + t.random().nextInt(size - event.place().offset() - FAR);
        var moved = new Place(EVENTS.topic(), event.place().partition(), to);
        t.touchEvent(event);
        t.touch(moved);
        t.closeUp(event.place());
        t.insert(moved, event.entry());
    }

    private static void moveAcross(Tampering t) {
        Found<Event> event = t.event();
        t.lose(event.place());
        int elsewhere = (event.place().partition() + 1) % t.log().partitions(EVENTS.topic());
        t.touch(t.append(new Place(EVENTS.topic(), elsewhere, 0), event.entry()));
    }

    private static void cutOff(Tampering t) {
        Found<Event> last = t.all(EVENTS).getLast();
        for (int i = 0; i < 5; i++) {
            t.partition(last.place()).removeLast();
        }
        t.all(EVENTS).reversed().subList(0, 5).forEach(t::touchEvent);
    }

    private static void rekey(Tampering t) {
        Found<Event> event = t.event();
        Entry entry = event.entry();
        t.put(event.place(), new Entry(entry.atMillis(), entry.key() + "x", entry.value()));
    }

    private static void forgeReceipt(Tampering t) {
        Found<Event> event = t.event();
        Found<Event> elsewhere = t.pick(
                EVENTS,
                each -> each.place().partition() == event.place().partition()
                        && !Tampering.commandOf(each).equals(Tampering.commandOf(event)));
        t.touchEvent(elsewhere);
        t.alter(
                EVENTS,
                event,
                each -> each.getHeader()
                        .setReceipt(elsewhere.value().getHeader().getReceipt()));
    }
}
