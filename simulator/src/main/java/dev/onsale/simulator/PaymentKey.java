package dev.onsale.simulator;

import dev.onsale.domain.PaymentOperation;

/** Names a payment request. */
record PaymentKey(String section, String orderId, int attempt, PaymentOperation operation) {

    /** What the gateway tells repetitions by. It does not know the section: decision 0003. */
    String idempotencyKey() {
        return orderId + ":" + attempt + ":" + operation;
    }

    @Override
    public String toString() {
        return operation + " " + section + "/" + orderId + ":" + attempt;
    }
}
