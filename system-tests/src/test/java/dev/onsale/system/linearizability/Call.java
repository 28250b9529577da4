package dev.onsale.system.linearizability;

import java.util.List;
import java.util.Optional;

/**
 * A call about an order, as its caller saw it.
 *
 * @param caller who called; calls of one caller follow each other
 * @param order buyer and request id
 * @param seats that the order asks for, each with its section
 * @param invoked when it was sent, in nanoseconds of a monotonic clock
 * @param answered when its answer was there; {@link Operation#NEVER}: there was none, or one that says nothing
 * @param told empty: nothing is known of what the call did
 */
public record Call(
        Kind kind, String caller, String order, List<String> seats, long invoked, long answered, Optional<Told> told) {

    /** {@code POST /orders}, {@code GET /orders/ID}, {@code DELETE /orders/ID}. */
    public enum Kind {
        BUY,
        READ,
        CANCEL
    }

    public Call {
        seats = List.copyOf(seats);
        if (answered == Operation.NEVER && told.isPresent()) {
            throw new IllegalArgumentException("an answer comes at some time");
        }
    }

    /** As it was known at a moment between its beginning and its end. */
    Call asOf(long moment) {
        return answered <= moment
                ? this
                : new Call(kind, caller, order, seats, invoked, Operation.NEVER, Optional.empty());
    }

    /** One line. */
    String text(long since) {
        String end = answered == Operation.NEVER ? "?" : millis(answered - since);
        return "%10s - %10s ms  %-10s %-6s %-24s %s"
                .formatted(
                        millis(invoked - since),
                        end,
                        caller,
                        kind,
                        order + " " + String.join(",", seats),
                        told.map(Call::text).orElse("-> unknown"));
    }

    private static String text(Told told) {
        return "-> " + told.status() + " " + told.seats() + " " + told.reason() + " " + told.orderId();
    }

    private static String millis(long nanos) {
        return "%.3f".formatted(nanos / 1e6);
    }
}
