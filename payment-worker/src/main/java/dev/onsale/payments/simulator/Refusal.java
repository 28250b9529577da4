package dev.onsale.payments.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A call that has no effect and is answered with an error object in Stripe's form; it is not remembered. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String type;
    private final String code;
    private final String param;

    private Refusal(int status, String type, String code, String param, String message) {
        super(message, null, false, false);
        this.status = status;
        this.type = type;
        this.code = code;
        this.param = param;
    }

    static Refusal malformed(String message) {
        return new Refusal(400, "invalid_request_error", "", "", message);
    }

    static Refusal missing(String param) {
        return new Refusal(
                400, "invalid_request_error", "parameter_missing", param, "Missing required param: " + param);
    }

    static Refusal invalid(String param, String message) {
        return new Refusal(400, "invalid_request_error", "parameter_invalid", param, message);
    }

    static Refusal noSuchPaymentMethod(String id) {
        return new Refusal(
                400,
                "invalid_request_error",
                "resource_missing",
                "payment_method",
                "No such PaymentMethod: '" + id + "'");
    }

    static Refusal noSuchIntent(int status, String param, String id) {
        return new Refusal(
                status, "invalid_request_error", "resource_missing", param, "No such payment_intent: '" + id + "'");
    }

    static Refusal noSuchPath(String path) {
        return new Refusal(404, "invalid_request_error", "", "", "Unrecognized request URL: " + path);
    }

    static Refusal unexpectedState(PaymentIntent intent, String verb) {
        return new Refusal(
                400,
                "invalid_request_error",
                "payment_intent_unexpected_state",
                "",
                "This PaymentIntent could not be " + verb + " because it has a status of "
                        + intent.status().wire() + ".");
    }

    static Refusal alreadyRefunded(PaymentIntent intent) {
        return new Refusal(
                400,
                "invalid_request_error",
                "charge_already_refunded",
                "",
                "Charge " + intent.chargeId() + " has already been refunded.");
    }

    static Refusal otherBody(String key) {
        return new Refusal(
                400,
                "idempotency_error",
                "",
                "",
                "Keys for idempotent requests can only be used with the same parameters they were first used with."
                        + " Try using a key other than '" + key + "' if you meant to execute a different request.");
    }

    static Refusal keyInUse(String key) {
        return new Refusal(
                409,
                "invalid_request_error",
                "idempotency_key_in_use",
                "",
                "There is currently another in-progress request using this Idempotent Key: " + key
                        + ". Please try again later.");
    }

    static Refusal unauthorized() {
        return new Refusal(
                401,
                "invalid_request_error",
                "",
                "",
                "Invalid API Key provided. The simulator takes any that begins with sk_test_ as Authorization: Bearer.");
    }

    static Refusal serverError() {
        return new Refusal(500, "api_error", "", "", "The simulator was told to fail this call.");
    }

    int status() {
        return status;
    }

    ObjectNode toJson() {
        ObjectNode error = Json.object().put("type", type).put("message", getMessage());
        if (!code.isEmpty()) {
            error.put("code", code);
        }
        if (!param.isEmpty()) {
            error.put("param", param);
        }
        return Json.object().set("error", error);
    }
}
