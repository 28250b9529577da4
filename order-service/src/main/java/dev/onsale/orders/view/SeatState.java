package dev.onsale.orders.view;

/** Where a seat stands. */
public enum SeatState {
    FREE,
    HELD,
    SOLD
}
