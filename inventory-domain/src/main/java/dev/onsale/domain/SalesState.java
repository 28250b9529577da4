package dev.onsale.domain;

/** Whether seats can be taken. PAUSED also stops the clocks of holds. */
public enum SalesState {
    OPEN,
    PAUSED,
    CLOSED
}
