package dev.onsale.domain;

/** What a payment worker can be asked to do. */
public enum PaymentOperation {
    AUTHORISE,
    CAPTURE,
    VOID,
    REFUND
}
