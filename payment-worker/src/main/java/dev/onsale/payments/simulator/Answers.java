package dev.onsale.payments.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The body with which an effect is answered, now and whenever its idempotency key comes again. */
final class Answers {

    private Answers() {}

    static ObjectNode of(Ledger.Remembered done) {
        return switch (done.entry().operation()) {
            case AUTHORISE ->
                done.entry().declined() ? declined(done) : done.after().toJson();
            case CAPTURE, VOID -> done.after().toJson();
            case REFUND -> refund(done);
        };
    }

    private static ObjectNode declined(Ledger.Remembered done) {
        ObjectNode error = Json.object()
                .put("type", "card_error")
                .put("code", "card_declined")
                .put("decline_code", done.entry().declineCode())
                .put("message", "Your card was declined.")
                .put("charge", done.after().chargeId());
        error.set("payment_intent", done.after().toJson());
        return Json.object().set("error", error);
    }

    private static ObjectNode refund(Ledger.Remembered done) {
        return Json.object()
                .put("id", "re_sim_%012d".formatted(done.entry().seq()))
                .put("object", "refund")
                .put("amount", done.entry().amount())
                .put("charge", done.after().chargeId())
                .put("created", done.entry().at().getEpochSecond())
                .put("currency", done.after().currency())
                .put("payment_intent", done.after().id())
                .put("status", "succeeded");
    }
}
