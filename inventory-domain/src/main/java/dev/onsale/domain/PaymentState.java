package dev.onsale.domain;

/** Where the money of an order stands. FAILED: a void or refund was refused and needs a person. */
public enum PaymentState {
    NONE,
    AUTHORISING,
    DECLINED,
    CAPTURING,
    CAPTURED,
    VOIDING,
    VOIDED,
    REFUNDING,
    REFUNDED,
    FAILED
}
