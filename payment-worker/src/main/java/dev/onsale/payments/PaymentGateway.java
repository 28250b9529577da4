package dev.onsale.payments;

import dev.onsale.wire.PaymentRequest;

/**
 * What a payment gateway does for us. Every method makes one attempt and sends the request's idempotency key with the
 * same body every time, so that a repeated call changes nothing and gets the answer of the first. Implementations are safe
 * for use by several threads.
 */
public interface PaymentGateway {

    /** Reserves the amount on the means of payment. The answer's reference names the payment from then on. */
    GatewayAnswer authorise(PaymentRequest request);

    /** Takes the reserved amount. Succeeds as well when it was taken before. */
    GatewayAnswer capture(PaymentRequest request);

    /** Gives up the reservation. Succeeds as well when it was given up before. */
    GatewayAnswer cancel(PaymentRequest request);

    /** Gives the taken amount back. Succeeds as well when it was given back before. */
    GatewayAnswer refund(PaymentRequest request);
}
