package dev.onsale.payments;

import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentRequest;
import dev.onsale.wire.Receipt;
import java.util.Locale;
import java.util.Map;

/** Payment requests as the decider writes them. */
final class TestRequests {

    static final String GOOD_CARD = "pm_card_visa";
    static final long PRICE = 4500;

    private TestRequests() {}

    static PaymentRequest authorise(String order, String paymentToken) {
        return request(order, PaymentOperation.AUTHORISE, paymentToken, "");
    }

    static PaymentRequest authorise(String order) {
        return authorise(order, GOOD_CARD);
    }

    static PaymentRequest capture(String order, String reference) {
        return request(order, PaymentOperation.CAPTURE, "", reference);
    }

    static PaymentRequest cancel(String order, String reference) {
        return request(order, PaymentOperation.VOID, "", reference);
    }

    static PaymentRequest refund(String order, String reference) {
        return request(order, PaymentOperation.REFUND, "", reference);
    }

    /** The same request under another idempotency key, as if the gateway had forgotten the first. */
    static PaymentRequest forgotten(PaymentRequest request) {
        PaymentRequest again = request(
                request.getOrderId(), request.getOperation(), request.getPaymentToken(), request.getGatewayReference());
        again.setIdempotencyKey(request.getIdempotencyKey() + ":again");
        return again;
    }

    private static PaymentRequest request(
            String order, PaymentOperation operation, String paymentToken, String reference) {
        return PaymentRequest.newBuilder()
                .setOrderId(order)
                .setEventId("rock-night")
                .setSectionId("A")
                .setBuyer("alice")
                .setOperation(operation)
                .setAttempt(1)
                .setAmount(PRICE)
                .setCurrency("EUR")
                .setIdempotencyKey(order + ":1:" + operation.name().toLowerCase(Locale.ROOT))
                .setPaymentToken(paymentToken)
                .setGatewayReference(reference)
                .setVariants(Map.of())
                .setReceipt(new Receipt(0, 0L))
                .build();
    }
}
