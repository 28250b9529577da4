package dev.onsale.system.linearizability;

import java.util.List;

/**
 * What a caller was told of an order.
 *
 * @param orderId empty: not told
 * @param seats those that the order has or had; of a rejected one those that were taken
 * @param reason why it was rejected; empty in any other status
 */
public record Told(String orderId, Status status, List<String> seats, String reason) {

    /** The life of an order, as buyers see it while no organizer refunds anything. */
    public enum Status {
        ABSENT,
        QUEUED,
        REJECTED,
        HELD,
        SOLD,
        EXPIRED,
        CANCELLED;

        /** Whether an order that was seen in this status may be seen in that one later. */
        boolean leadsTo(Status later) {
            return this == later
                    || switch (this) {
                        case ABSENT -> false;
                        case QUEUED -> later != ABSENT;
                        case HELD -> later.compareTo(HELD) > 0;
                        // A payment that came late, for seats that are free.
                        case EXPIRED -> later == SOLD;
                        case REJECTED, SOLD, CANCELLED -> false;
                    };
        }

        /** Whether the order is bound to change. */
        public boolean pending() {
            return this == QUEUED || this == HELD;
        }

        boolean ended() {
            return this != ABSENT && !pending();
        }

        boolean hasHeld() {
            return compareTo(HELD) >= 0;
        }
    }

    public Told {
        seats = List.copyOf(seats);
    }
}
