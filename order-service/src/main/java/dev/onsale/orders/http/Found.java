package dev.onsale.orders.http;

import dev.onsale.orders.view.InFlight;
import dev.onsale.wire.OrderState;
import dev.onsale.wire.OrderStatus;

/** What this instance knows of an order. */
sealed interface Found {

    /** It was decided. */
    record Decided(OrderStatus status) implements Found {}

    /** It was accepted here and is not decided yet, as far as is known here. */
    record Queued(InFlight.Entry entry) implements Found {}

    /** Nothing is known of it. */
    record Nothing() implements Found {}

    /** Whether the order may still change without anybody asking: it is queued or held. */
    default boolean pending() {
        return switch (this) {
            case Decided decided -> decided.status().getState() == OrderState.HELD;
            case Queued queued -> true;
            case Nothing nothing -> false;
        };
    }

    /** Whether a buyer may know of it. */
    default boolean belongsTo(String buyer) {
        return switch (this) {
            case Decided decided -> decided.status().getBuyer().equals(buyer);
            case Queued queued -> queued.entry().buyer().equals(buyer);
            case Nothing nothing -> false;
        };
    }

    /** @throws Problem 422 when the request id stands for another purchase than the one with this hash */
    default void requireSameContent(long hash) {
        boolean same = switch (this) {
            case Decided decided -> decided.status().getRequestHash() == hash;
            case Queued queued -> queued.entry().hash() == hash;
            case Nothing nothing -> true;
        };
        if (!same) {
            throw Problem.of(
                    422,
                    "idempotency-key-reused",
                    "The Idempotency-Key stands for another purchase",
                    "Send the purchase with a new Idempotency-Key; this one was used before with another body.");
        }
    }

    /** Changes with every change of the order. */
    default String etag() {
        return switch (this) {
            case Decided decided -> ETags.of(Long.toString(decided.status().getVersion()));
            case Queued queued -> ETags.of("queued");
            case Nothing nothing -> ETags.of("none");
        };
    }
}
