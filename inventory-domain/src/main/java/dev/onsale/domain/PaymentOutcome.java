package dev.onsale.domain;

/** How a payment operation ended, for certain. */
public enum PaymentOutcome {
    SUCCEEDED,
    DECLINED,
    CONFLICT
}
