package dev.onsale.payments;

import static dev.onsale.payments.TestRequests.PRICE;
import static dev.onsale.payments.TestRequests.authorise;
import static dev.onsale.payments.TestRequests.cancel;
import static dev.onsale.payments.TestRequests.capture;
import static dev.onsale.payments.TestRequests.forgotten;
import static dev.onsale.payments.TestRequests.refund;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.onsale.payments.GatewayAnswer.Conflict;
import dev.onsale.payments.GatewayAnswer.Declined;
import dev.onsale.payments.GatewayAnswer.Succeeded;
import dev.onsale.wire.PaymentRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every payment gateway must do; the fake and the real adapter both pass it. */
abstract class PaymentGatewayContract {

    abstract PaymentGateway gateway();

    private String authorised(String order) {
        return assertInstanceOf(Succeeded.class, gateway().authorise(authorise(order)))
                .reference();
    }

    private String captured(String order) {
        String reference = authorised(order);
        assertEquals(new Succeeded(reference, PRICE), gateway().capture(capture(order, reference)));
        return reference;
    }

    @Test
    void authorise_givesReferenceAndAmount_whenCardIsGood() {
        Succeeded answer = assertInstanceOf(Succeeded.class, gateway().authorise(authorise("a")));
        assertEquals(PRICE, answer.amount());
        assertNotEquals("", answer.reference());
    }

    @Test
    void authorise_isDoneOnce_whenRepeated() {
        GatewayAnswer first = gateway().authorise(authorise("a"));
        assertEquals(first, gateway().authorise(authorise("a")));
        assertNotEquals(first, gateway().authorise(authorise("b")));
    }

    @ParameterizedTest
    @CsvSource({
        "pm_card_chargeDeclined, generic_decline",
        "pm_card_chargeDeclinedInsufficientFunds, insufficient_funds",
        "pm_nonsense, invalid_payment_method"
    })
    void authorise_isDeclined_everyTime(String token, String code) {
        for (int i = 0; i < 2; i++) {
            Declined answer = assertInstanceOf(Declined.class, gateway().authorise(authorise("a", token)));
            assertEquals(code, answer.code());
        }
    }

    @Test
    void authorise_conflicts_whenKeyWasUsedForAnotherBody() {
        authorised("a");
        PaymentRequest other = authorise("a");
        other.setSectionId("B");
        assertInstanceOf(Conflict.class, gateway().authorise(other));
    }

    @Test
    void captureVoidRefund_succeed_whenRepeatedWithKeyThatWasForgotten() {
        String captured = captured("a");
        assertEquals(new Succeeded(captured, PRICE), gateway().capture(forgotten(capture("a", captured))));
        String cancelled = authorised("b");
        assertEquals(new Succeeded(cancelled, PRICE), gateway().cancel(cancel("b", cancelled)));
        assertEquals(new Succeeded(cancelled, PRICE), gateway().cancel(cancel("b", cancelled)));
        assertEquals(new Succeeded(cancelled, PRICE), gateway().cancel(forgotten(cancel("b", cancelled))));
        assertEquals(new Succeeded(captured, PRICE), gateway().refund(refund("a", captured)));
        assertEquals(new Succeeded(captured, PRICE), gateway().refund(forgotten(refund("a", captured))));
    }

    @Test
    void capture_isDeclined_whenCancelledBefore() {
        String reference = authorised("a");
        gateway().cancel(cancel("a", reference));
        assertDeclined("payment_intent_unexpected_state", gateway().capture(capture("a", reference)));
    }

    @Test
    void cancel_isDeclined_whenCapturedBefore() {
        String reference = captured("a");
        assertDeclined("payment_intent_unexpected_state", gateway().cancel(cancel("a", reference)));
    }

    @Test
    void refund_isDeclined_whenNotCaptured() {
        String reference = authorised("a");
        assertDeclined("payment_intent_unexpected_state", gateway().refund(refund("a", reference)));
    }

    @Test
    void capture_isDeclined_whenPaymentIsUnknown() {
        assertDeclined("resource_missing", gateway().capture(capture("a", "pi_nobody_knows")));
    }

    private static void assertDeclined(String code, GatewayAnswer answer) {
        assertEquals(code, assertInstanceOf(Declined.class, answer).code());
    }
}
