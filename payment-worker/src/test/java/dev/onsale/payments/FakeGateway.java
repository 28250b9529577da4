package dev.onsale.payments;

import dev.onsale.payments.GatewayAnswer.Conflict;
import dev.onsale.payments.GatewayAnswer.Declined;
import dev.onsale.payments.GatewayAnswer.Definite;
import dev.onsale.payments.GatewayAnswer.Succeeded;
import dev.onsale.wire.PaymentRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** A gateway in memory that passes the same contract as the real one. */
final class FakeGateway implements PaymentGateway {

    private enum State {
        AUTHORISED,
        CAPTURED,
        CANCELLED,
        REFUNDED
    }

    private record Remembered(PaymentRequest request, Definite answer) {}

    private final Map<String, State> payments = new HashMap<>();
    private final Map<String, Remembered> byKey = new HashMap<>();

    @Override
    public GatewayAnswer authorise(PaymentRequest request) {
        return once(request, () -> switch (request.getPaymentToken()) {
            case "pm_card_visa" -> {
                String reference = "pi_fake_" + payments.size();
                payments.put(reference, State.AUTHORISED);
                yield new Succeeded(reference, request.getAmount());
            }
            case "pm_card_chargeDeclined" -> new Declined("generic_decline", "");
            case "pm_card_chargeDeclinedInsufficientFunds" -> new Declined("insufficient_funds", "");
            default -> new Declined("invalid_payment_method", "");
        });
    }

    @Override
    public GatewayAnswer capture(PaymentRequest request) {
        return move(request, State.AUTHORISED, State.CAPTURED);
    }

    @Override
    public GatewayAnswer cancel(PaymentRequest request) {
        return move(request, State.AUTHORISED, State.CANCELLED);
    }

    @Override
    public GatewayAnswer refund(PaymentRequest request) {
        return move(request, State.CAPTURED, State.REFUNDED);
    }

    private GatewayAnswer move(PaymentRequest request, State from, State to) {
        return once(request, () -> {
            String reference = request.getGatewayReference();
            State state = payments.get(reference);
            if (state == null) {
                return new Declined("resource_missing", reference);
            }
            if (state != from && state != to) {
                return new Declined("payment_intent_unexpected_state", reference);
            }
            payments.put(reference, to);
            return new Succeeded(reference, request.getAmount());
        });
    }

    private synchronized Definite once(PaymentRequest request, Supplier<Definite> effect) {
        Remembered before = byKey.get(request.getIdempotencyKey());
        if (before == null) {
            Definite answer = effect.get();
            byKey.put(request.getIdempotencyKey(), new Remembered(request, answer));
            return answer;
        }
        return before.request().equals(request) ? before.answer() : new Conflict("idempotency_error");
    }
}
