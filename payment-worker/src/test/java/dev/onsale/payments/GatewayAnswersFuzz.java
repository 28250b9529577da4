package dev.onsale.payments;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.onsale.wire.PaymentOperation;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;

/** Whatever a gateway answers, the worker takes it for an answer or for none, and goes on. */
class GatewayAnswersFuzz {

    private static final List<PaymentOperation> OPERATIONS = List.of(
            PaymentOperation.AUTHORISE, PaymentOperation.CAPTURE, PaymentOperation.VOID, PaymentOperation.REFUND);
    private static final int[] HTTP_STATUSES = {200, 200, 200, 400, 402, 404, 409, 429, 500};
    private static final List<String> PAYMENT_STATUSES = List.of(
            "requires_capture", "succeeded", "canceled", "processing", "requires_action", "requires_payment_method");

    @FuzzTest(maxDuration = "3s")
    void answer_isUnderstood(FuzzedDataProvider data) {
        ask(data);
    }

    @Tag("long")
    @FuzzTest(maxDuration = "1h")
    void answer_isUnderstood_forAnHour(FuzzedDataProvider data) {
        ask(data);
    }

    private static void ask(FuzzedDataProvider data) {
        int operation = data.consumeInt(0, 3);
        GatewayAnswer answer =
                ScriptedStripe.ask(OPERATIONS.get(operation), () -> data.pickValue(HTTP_STATUSES), () -> body(data));
        switch (answer) {
            case GatewayAnswer.Succeeded(String reference, long amount) -> Objects.requireNonNull(reference);
            case GatewayAnswer.Declined(String code, String reference) -> {
                Objects.requireNonNull(code);
                Objects.requireNonNull(reference);
            }
            case GatewayAnswer.Conflict(String code) -> Objects.requireNonNull(code);
            case GatewayAnswer.Ambiguous ambiguous -> Objects.requireNonNull(ambiguous.detail());
        }
    }

    /** Free text, or an object that is nearly right. */
    private static String body(FuzzedDataProvider data) {
        if (data.consumeBoolean()) {
            return data.consumeString(200);
        }
        String status = data.pickValue(PAYMENT_STATUSES);
        String id = data.consumeBoolean() ? "\"id\":\"pi_1\"," : "";
        String amount = data.consumeBoolean() ? "\"amount\":" + data.consumeLong() + "," : "";
        String error = data.consumeBoolean()
                ? "\"error\":{\"type\":\"card_error\",\"code\":\"card_declined\",\"decline_code\":\"" + status + "\"},"
                : "";
        return "{" + id + amount + error + "\"object\":\"payment_intent\",\"status\":\"" + status + "\"}";
    }
}
