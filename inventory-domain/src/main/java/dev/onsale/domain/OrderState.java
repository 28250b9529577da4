package dev.onsale.domain;

/** Where a decided order stands. */
public enum OrderState {
    REJECTED,
    HELD,
    SOLD,
    EXPIRED,
    CANCELLED,
    REFUNDED
}
