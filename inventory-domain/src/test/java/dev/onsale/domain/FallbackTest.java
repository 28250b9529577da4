package dev.onsale.domain;

import static dev.onsale.domain.Story.NOON;
import static dev.onsale.domain.Story.SEATS;
import static dev.onsale.domain.Story.authorised;
import static dev.onsale.domain.Story.buys;
import static dev.onsale.domain.Story.buysSeats;
import static dev.onsale.domain.Story.cancels;
import static dev.onsale.domain.Story.opens;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.domain.Decider.Recorded;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A section whose decider goes away, is decided elsewhere, and comes back. */
final class FallbackTest {

    private static final long EPOCH = 7;
    private static final long EXPIRED = NOON + Story.HOLD + 1;

    /** The section in the log, and the one elsewhere. */
    private final Section here = Section.unknown(Orders.inMemory());

    private final Section elsewhere = Section.unknown(Orders.inMemory());
    private long offset;

    @BeforeEach
    void enter() {
        for (Section section : List.of(here, elsewhere)) {
            offset = 0;
            handle(section, opens(SEATS), NOON);
            handle(section, buysSeats("ada1", "A-1"), NOON);
            handle(section, buys("eve1", 2), NOON);
            assertEquals(
                    List.of(new Event.FallbackEntered(EPOCH)), handle(section, new Command.EnterFallback(EPOCH), NOON));
        }
    }

    @Test
    void commands_areLeftToTheFallback_andLeaveNoTrace() {
        assertEquals(List.of(refused("bob1", Reason.IN_FALLBACK)), handle(here, buysSeats("bob1", "B-1"), NOON));
        assertEquals(List.of(refused("ada1", Reason.IN_FALLBACK)), handle(here, authorised("ada1", 1), EXPIRED));
        assertEquals(List.of(refused("", Reason.IN_FALLBACK)), handle(here, Story.expires("ada1"), EXPIRED));

        assertTrue(here.order("bob1").isEmpty());
        assertEquals(OrderState.HELD, here.order("ada1").orElseThrow().state());
        assertAlike();
    }

    @Test
    void whatWasDecidedElsewhere_isAdopted_andAgainChangesNothing() {
        List<Command.Adopt> decisions = new ArrayList<>();
        decisions.add(decide(buysSeats("bob1", "A-1"), NOON + 1));
        decisions.add(decide(buysSeats("bob2", "B-1"), NOON + 2));
        decisions.add(decide(authorised("ada1", 1), NOON + 3));
        decisions.add(decide(cancels("bob2"), NOON + 4));
        decisions.add(decide(new Command.ExpireHolds(List.of()), EXPIRED));
        decisions.add(decide(new Command.RetryPayment("eve1", "eve", "card", 0), EXPIRED));

        for (Command.Adopt decision : decisions) {
            assertEquals(decision.events(), adopt(decision));
            assertEquals(List.of(refused("zoe1", Reason.IN_FALLBACK)), handle(here, buys("zoe1", 1), NOON));
        }
        decisions.subList(0, 5).forEach(decision -> assertEquals(List.of(), adopt(decision)));
        assertAlike();
        assertEquals(
                List.of(new Event.FallbackLeft(EPOCH)),
                handle(here, new Command.LeaveFallback(EPOCH, elsewhere.version()), EXPIRED));

        assertFalse(here.inFallback());
        assertEquals(OrderState.EXPIRED, here.order("eve1").orElseThrow().state());
        assertEquals(
                "SEATS_TAKEN", here.order("bob1").orElseThrow().reason(), "an answer that was given elsewhere is kept");
        assertEquals(List.of(), handle(here, buysSeats("bob1", "A-1"), EXPIRED), "the same request again");
    }

    @Test
    void nothingIsAdopted_thatWouldNotBeDecidedHere() {
        Command.Adopt decision = decide(buysSeats("bob1", "B-1"), NOON + 1);
        Command.Purchase taken = buysSeats("bob2", "A-1");
        Event stolen = new Event.SeatsHeld("bob2", "bob", List.of("A-1"), 1, Story.PRICE, NOON, taken.requestHash());

        assertRefused(new Command.Adopt(taken, EPOCH, here.version(), here.version(), List.of(stolen)));
        assertRefused(with(decision, EPOCH + 1, decision.base(), decision.version()));
        assertRefused(with(decision, EPOCH, decision.base() + 1, decision.version()));
        assertRefused(with(decision, EPOCH, decision.base(), decision.version() + 1));
        assertRefused(new Command.Adopt(
                decision.decided(),
                EPOCH,
                decision.base(),
                decision.version(),
                decision.events().subList(0, 1)));
        assertRefused(
                new Command.Adopt(new Command.EnterFallback(9), EPOCH, here.version(), here.version(), List.of()));
        assertEquals(decision.events(), adopt(decision), "what was refused before is in nobody's way");
    }

    @Test
    void decisionElsewhere_isRefused_whenHoldsThatHadEndedStoodInItsWay() {
        Command.Purchase purchase = buysSeats("bob1", "A-1");
        Stamp late = stamp(EXPIRED);
        List<Event> withoutEnding = Decider.answerElsewhere(elsewhere, purchase, late);

        var decision = new Command.Adopt(purchase, EPOCH, here.version(), here.version(), withoutEnding);
        assertEquals(List.of(refused("bob1", Reason.NOT_ADOPTED)), handle(here, decision, EXPIRED));
    }

    @Test
    void fallback_isNotLeft_whileDecisionsAreMissing() {
        decide(buysSeats("bob1", "B-1"), NOON + 1);

        List<Event> refused = handle(here, new Command.LeaveFallback(EPOCH, elsewhere.version()), NOON + 2);

        assertEquals(List.of(refused("", Reason.NOT_ADOPTED)), refused);
        assertTrue(here.inFallback());
    }

    @Test
    void entering_isRepeatable_butNotForAnEarlierOrOtherFallback() {
        assertEquals(List.of(), handle(here, new Command.EnterFallback(EPOCH), NOON));
        assertEquals(
                List.of(refused("", Reason.NOT_ADOPTED)), handle(here, new Command.EnterFallback(EPOCH + 1), NOON));
        handle(here, new Command.LeaveFallback(EPOCH, here.version()), NOON);
        assertEquals(List.of(refused("", Reason.NOT_ADOPTED)), handle(here, new Command.EnterFallback(EPOCH), NOON));
        assertEquals(List.of(), handle(here, new Command.LeaveFallback(EPOCH, 0), NOON), "left already");
        assertEquals(
                List.of(new Event.FallbackEntered(EPOCH + 1)),
                handle(here, new Command.EnterFallback(EPOCH + 1), NOON));
        assertEquals(
                List.of(refused("", Reason.UNKNOWN_SECTION)),
                handle(Section.unknown(Orders.inMemory()), new Command.EnterFallback(EPOCH), NOON));
    }

    @Test
    void evolve_refuses_aForgedFallback() {
        assertThrows(IllegalStateException.class, () -> here.evolve(new Event.FallbackEntered(EPOCH + 1), stamp(NOON)));
        assertThrows(IllegalStateException.class, () -> here.evolve(new Event.FallbackLeft(EPOCH + 1), stamp(NOON)));
    }

    private Command.Adopt decide(Command command, long atMillis) {
        Stamp stamp = stamp(atMillis);
        var decision = new Command.Adopt(
                command,
                EPOCH,
                elsewhere.state().fallback().base(),
                elsewhere.version(),
                Decider.answerElsewhere(elsewhere, command, stamp));
        times.put(decision, atMillis);
        Decider.handle(elsewhere, decision, stamp);
        return decision;
    }

    private final java.util.Map<Command.Adopt, Long> times = new java.util.HashMap<>();

    private List<Event> adopt(Command.Adopt decision) {
        return handle(here, decision, times.getOrDefault(decision, NOON));
    }

    private void assertRefused(Command.Adopt decision) {
        List<Event> events = adopt(decision);
        assertEquals(1, events.size());
        assertEquals(Reason.NOT_ADOPTED, ((Event.CommandRejected) events.getFirst()).reason());
    }

    private static Command.Adopt with(Command.Adopt decision, long epoch, long base, long version) {
        return new Command.Adopt(decision.decided(), epoch, base, version, decision.events());
    }

    private static Event refused(String orderId, Reason reason) {
        return new Event.CommandRejected(orderId, reason);
    }

    private List<Event> handle(Section section, Command command, long atMillis) {
        return Decider.handle(section, command, stamp(atMillis)).stream()
                .map(Recorded::event)
                .toList();
    }

    private Stamp stamp(long atMillis) {
        return new Stamp(0, offset++, atMillis, Stamp.STABLE);
    }

    private void assertAlike() {
        assertEquals(elsewhere.version(), here.version());
        assertEquals(elsewhere.state(), here.state());
        assertEquals(
                List.of(elsewhere.free(), elsewhere.held(), elsewhere.sold()),
                List.of(here.free(), here.held(), here.sold()));
    }
}
