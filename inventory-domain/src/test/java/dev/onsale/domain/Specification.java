package dev.onsale.domain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.onsale.domain.Decider.Recorded;
import java.util.ArrayList;
import java.util.List;

/**
 * One row of a table: given commands, when a command, then events. Times are milliseconds after {@link Story#NOON}, and a
 * command comes at the time of the one before it unless it says otherwise.
 *
 * <p>{@link #verify} also checks what holds for every row: deciding changes nothing, the tickets add up after every event, and
 * a section that is built anew from what is kept is the same.
 */
final class Specification {

    /** A command and when it is in the log. */
    record Timed(long at, Command command) {}

    /** What a row says must come out. */
    private sealed interface Expected {
        record Events(List<Event> events) implements Expected {}

        record Refusal(Reason reason, List<String> seats) implements Expected {}
    }

    private final String name;
    private final List<Timed> given = new ArrayList<>();
    private Expected expected = new Expected.Events(List.of());

    private Specification(String name) {
        this.name = name;
    }

    static Specification spec(String name) {
        return new Specification(name);
    }

    Specification given(Command... commands) {
        return given(lastAt(), commands);
    }

    Specification given(long at, Command... commands) {
        for (Command command : commands) {
            given.add(new Timed(at, command));
        }
        return this;
    }

    Specification when(Command command) {
        return given(command);
    }

    Specification when(long at, Command command) {
        return given(at, command);
    }

    /** All events that the last command leads to, in order. */
    Specification then(Event... events) {
        expected = new Expected.Events(List.of(events));
        return this;
    }

    Specification thenNothing() {
        return then();
    }

    /** The last command is refused, and that is all that it leads to. */
    Specification thenRefused(Reason reason, String... seats) {
        expected = new Expected.Refusal(reason, List.of(seats));
        return this;
    }

    List<Command> commands() {
        return given.stream().map(Timed::command).toList();
    }

    /** Goes through all commands and checks the last one's events; returns all events. */
    List<Event> verify() {
        var world = new World();
        List<Event> all = new ArrayList<>();
        List<Event> last = List.of();
        for (Timed timed : given) {
            last = world.handle(timed.command(), Story.NOON + timed.at()).stream()
                    .map(Recorded::event)
                    .toList();
            all.addAll(last);
        }
        switch (expected) {
            case Expected.Events(List<Event> events) -> assertEquals(lines(events), lines(last));
            case Expected.Refusal(Reason reason, List<String> seats) -> {
                assertEquals(1, last.size(), () -> "a refusal was expected, and nothing else");
                assertRefused(reason, seats, last.getFirst());
            }
        }
        world.assertRebuilt();
        verifyCandidate();
        return all;
    }

    /** Rows name the stable allocator's seats; the candidate's are others, but what holds for every row holds for them too. */
    private void verifyCandidate() {
        var world = new World(Stamp.CANDIDATE);
        given.forEach(timed -> world.handle(timed.command(), Story.NOON + timed.at()));
        world.assertRebuilt();
    }

    private void assertRefused(Reason reason, List<String> seats, Event event) {
        if (given.getLast().command() instanceof Command.Purchase purchase) {
            var rejected = assertInstanceOf(Event.PurchaseRejected.class, event);
            assertEquals(
                    new Event.PurchaseRejected(
                            purchase.orderId(), purchase.buyer(), reason, seats, purchase.requestHash()),
                    rejected);
        } else {
            assertEquals(
                    reason, assertInstanceOf(Event.CommandRejected.class, event).reason());
        }
    }

    /** One event a line, so that a difference is easy to see. */
    private static String lines(List<Event> events) {
        return String.join("\n", events.stream().map(Event::toString).toList());
    }

    private long lastAt() {
        return given.isEmpty() ? 0 : given.getLast().at();
    }

    @Override
    public String toString() {
        return name;
    }
}
