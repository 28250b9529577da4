package dev.onsale.tampering;

import static dev.onsale.tampering.Values.EVENTS;

import dev.onsale.wire.Event;
import dev.onsale.wire.EventHeader;
import dev.onsale.wire.HoldExpired;
import dev.onsale.wire.OrderRefunded;
import dev.onsale.wire.PaymentsState;
import dev.onsale.wire.PaymentsStateChanged;
import dev.onsale.wire.PurchaseRejected;
import dev.onsale.wire.Reason;
import dev.onsale.wire.SalesState;
import dev.onsale.wire.SalesStateChanged;
import dev.onsale.wire.SeatsHeld;
import dev.onsale.wire.SeatsRetaken;
import dev.onsale.wire.SeatsSold;
import dev.onsale.wire.SectionOpened;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What may be done to what events say was held and sold. */
final class SaleDamage {

    private SaleDamage() {}

    static List<Damage> all() {
        return List.of(
                Damage.of("event forged", 247, SaleDamage::forge).followedBy(5),
                Damage.of("second answer", 27, SaleDamage::answerAgain).followedBy(4),
                Damage.of("hold turned into a refusal", 47, t -> t.alter(EVENTS, t.held(), SaleDamage::refuse))
                        .followedBy(123),
                Damage.of("seat sold twice", 17, SaleDamage::sellTwice).followedBy(4),
                Damage.of("price changed", 37, alterHeld(held -> held.setTotal(held.getTotal() + 1))),
                Damage.of(
                        "hold ended earlier",
                        57,
                        alterHeld(
                                held -> held.setHoldEndsAt(held.getHoldEndsAt().minus(Duration.ofHours(1))))),
                Damage.of("hold never ended", 257, SaleDamage::keepHold).followedBy(1346),
                Damage.of("all holds given to one buyer", 67, SaleDamage::oneBuyer),
                Damage.of("sale to a stranger", 127, SaleDamage::sellToStranger).followedBy(3456),
                Damage.of("quantity changed", 47, alterSold(sold -> sold.setQuantity(sold.getQuantity() + 1))));
    }

    private static Consumer<Tampering> alterHeld(Consumer<SeatsHeld> change) {
        return t -> t.alter(EVENTS, t.held(), event -> change.accept((SeatsHeld) event.getPayload()));
    }

    private static Consumer<Tampering> alterSold(Consumer<SeatsSold> change) {
        return t -> t.alter(EVENTS, t.sold(), event -> change.accept((SeatsSold) event.getPayload()));
    }

    private static void refuse(Event held) {
        long hash = ((SeatsHeld) held.getPayload()).getRequestHash();
        held.setPayload(new PurchaseRejected(Reason.SOLD_OUT, List.of(), hash));
    }

    private static void answerAgain(Tampering t) {
        Found<Event> held = t.held();
        t.insert(held.place().next(), Tampering.altered(EVENTS, held, SaleDamage::refuse));
    }

    private static void sellToStranger(Tampering t) {
        String stranger = t.stranger();
        t.alter(EVENTS, t.sold(), event -> event.getHeader().setOrderId(stranger));
    }

    /** With the right version, and counted as if it were true. */
    private static void forge(Tampering t) {
        Found<Event> like = t.held();
        t.insert(like.place().next(), Tampering.altered(EVENTS, like, event -> {
            var header = event.getHeader();
            var seats = (SeatsHeld) event.getPayload();
            header.setOrderId(t.stranger());
            header.setBuyer("stranger");
            header.setSectionVersion(header.getSectionVersion() + 1);
            header.setFree(header.getFree() - 1);
            header.setHeld(header.getHeld() + 1);
            seats.setTotal(seats.getTotal() / seats.getQuantity());
            seats.setSeats(seats.getSeats().isEmpty() ? List.of() : List.of("ZZ-1"));
            seats.setQuantity(1);
        }));
    }

    /** The seats of an order that has them are held for another one. */
    private static void sellTwice(Tampering t) {
        List<Runnable> possible = new ArrayList<>();
        for (Found<Event> held : t.all(EVENTS)) {
            if (held.value().getPayload() instanceof SeatsHeld seats
                    && !seats.getSeats().isEmpty()) {
                t.all(EVENTS).stream()
                        .filter(owner -> owns(t, owner, held, seats.getQuantity()))
                        .forEach(owner -> possible.add(() -> {
                            t.touchEvent(held);
                            List<String> taken = ((SeatsSold) owner.value().getPayload()).getSeats();
                            t.alter(
                                    EVENTS,
                                    held,
                                    event -> ((SeatsHeld) event.getPayload())
                                            .setSeats(taken.subList(0, seats.getQuantity())));
                        }));
            }
        }
        t.pick(possible).run();
    }

    private static boolean owns(Tampering t, Found<Event> owner, Found<Event> at, int seats) {
        return owner.value().getPayload() instanceof SeatsSold sold
                && sold.getSeats().size() >= seats
                && owner.entry().key().equals(at.entry().key())
                && Tampering.after(owner, at)
                && t.all(EVENTS).stream()
                        .noneMatch(each -> each.value().getPayload() instanceof OrderRefunded
                                && Tampering.isOf(owner.value().getHeader().getOrderId(), each)
                                && each.entry().key().equals(at.entry().key())
                                && Tampering.after(each, at));
    }

    /** The end of a hold is lost, and its section goes on for longer than the clock of holds may be late. */
    private static void keepHold(Tampering t) {
        Found<Event> end = t.pick(
                EVENTS,
                each -> each.value().getPayload() instanceof HoldExpired
                        && !takenAgain(t, each)
                        && clockRunsUntilLate(t, each));
        String orderId = end.value().getHeader().getOrderId();
        t.touchEvent(end);
        t.all(EVENTS).stream()
                .filter(each -> each.value().getPayload() instanceof SeatsHeld && Tampering.isOf(orderId, each))
                .forEach(each -> t.touch(each.place()));
        t.lose(end.place());
    }

    private static boolean takenAgain(Tampering t, Found<Event> end) {
        return t.all(EVENTS).stream()
                .anyMatch(each -> each.value().getPayload() instanceof SeatsRetaken
                        && Tampering.isOf(end.value().getHeader().getOrderId(), each));
    }

    private static boolean clockRunsUntilLate(Tampering t, Found<Event> end) {
        List<Found<Event>> section = t.all(EVENTS).stream()
                .filter(each -> each.entry().key().equals(end.entry().key()))
                .toList();
        boolean salesRun = true;
        boolean paymentsRun = true;
        for (Found<Event> each : section) {
            switch (each.value().getPayload()) {
                case SalesStateChanged sales -> salesRun = sales.getState() != SalesState.PAUSED;
                case PaymentsStateChanged payments -> paymentsRun = payments.getState() == PaymentsState.RUNNING;
                default -> {}
            }
            if (Tampering.after(end, each)) {
                if (!salesRun || !paymentsRun) {
                    return false;
                }
                if (each.entry().atMillis() > end.entry().atMillis() + 11_000) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Of a section in which more tickets were taken at a time than one buyer may have. */
    private static void oneBuyer(Tampering t) {
        String key =
                t.pick(EVENTS, each -> taken(each) > limit(t, each)).entry().key();
        t.all(EVENTS).stream()
                .filter(each -> each.value().getPayload() instanceof SeatsHeld
                        && each.entry().key().equals(key))
                .forEach(each -> {
                    t.touchEvent(each);
                    t.alter(EVENTS, each, event -> event.getHeader().setBuyer("greedy"));
                });
    }

    private static int taken(Found<Event> event) {
        EventHeader header = event.value().getHeader();
        return header.getHeld() + header.getSold();
    }

    private static int limit(Tampering t, Found<Event> event) {
        return t.all(EVENTS).stream()
                .filter(each -> each.entry().key().equals(event.entry().key()))
                .map(each -> each.value().getPayload())
                .filter(SectionOpened.class::isInstance)
                .mapToInt(opened -> ((SectionOpened) opened).getDefinition().getMaxPerBuyer())
                .max()
                .orElse(Integer.MAX_VALUE);
    }
}
