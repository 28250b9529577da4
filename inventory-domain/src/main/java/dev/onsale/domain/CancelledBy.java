package dev.onsale.domain;

/** Who cancels an order. */
public enum CancelledBy {
    BUYER,
    ORGANIZER
}
