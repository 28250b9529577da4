package dev.onsale.payments;

/** How an attempt at a payment operation ended. */
public sealed interface GatewayAnswer {

    /** An answer that is certain and stays the same however often the operation is repeated. */
    sealed interface Definite extends GatewayAnswer {}

    /**
     * It was done.
     *
     * @param reference the gateway's id of the payment
     * @param amount in minor units: what was authorised, captured, voided or refunded
     */
    record Succeeded(String reference, long amount) implements Definite {}

    /**
     * The gateway refused it and nothing was done.
     *
     * @param code the gateway's reason, such as {@code insufficient_funds}
     * @param reference the gateway's id of the payment; empty when there is none
     */
    record Declined(String code, String reference) implements Definite {}

    /** The idempotency key was used before with another body; nothing was done for this one. */
    record Conflict(String code) implements Definite {}

    /**
     * Nobody knows whether it was done: only the same operation with the same key can tell.
     *
     * @param detail what happened, for people
     * @param cause why there is no answer
     */
    record Ambiguous(String detail, Cause cause) implements GatewayAnswer {}

    /** Why there is no definite answer. */
    enum Cause {
        /** Timeout, broken connection, 5xx, 429: the gateway is in trouble, and more calls make it worse. */
        GATEWAY_IN_TROUBLE,
        /** An earlier call with the same key is still being answered. */
        IN_FLIGHT,
        /** The gateway does not accept our key; an operator must mend the settings. */
        KEY_REFUSED
    }
}
