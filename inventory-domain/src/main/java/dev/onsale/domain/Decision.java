package dev.onsale.domain;

import java.util.List;

/** What a command leads to. Refusals are data; an exception is a bug. */
public sealed interface Decision {

    /** Events in order; none when the command repeats what was decided before. */
    record Accepted(List<Event> events) implements Decision {
        static Accepted of(Event... events) {
            return new Accepted(List.of(events));
        }
    }

    /** @param seats the seats that were in the way, if seats were the reason */
    record Rejected(Reason reason, List<String> seats) implements Decision {
        static Rejected because(Reason reason) {
            return new Rejected(reason, List.of());
        }
    }
}
