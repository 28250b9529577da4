package dev.onsale.domain;

/** How best-available seats are chosen. */
public enum SeatPreference {
    CONTIGUOUS,
    ANY
}
