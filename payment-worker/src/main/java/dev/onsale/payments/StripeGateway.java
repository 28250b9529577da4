package dev.onsale.payments;

import com.stripe.StripeClient;
import com.stripe.exception.AuthenticationException;
import com.stripe.exception.CardException;
import com.stripe.exception.IdempotencyException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.PermissionException;
import com.stripe.exception.StripeException;
import com.stripe.model.PaymentIntent;
import com.stripe.model.StripeError;
import com.stripe.net.RequestOptions;
import com.stripe.param.PaymentIntentCancelParams;
import com.stripe.param.PaymentIntentCaptureParams;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.RefundCreateParams;
import dev.onsale.payments.GatewayAnswer.Ambiguous;
import dev.onsale.payments.GatewayAnswer.Cause;
import dev.onsale.payments.GatewayAnswer.Conflict;
import dev.onsale.payments.GatewayAnswer.Declined;
import dev.onsale.payments.GatewayAnswer.Succeeded;
import dev.onsale.wire.PaymentRequest;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Stripe's PaymentIntents API, or whatever speaks it. One call to a method is at most one POST: retrying is not done here. */
public final class StripeGateway implements PaymentGateway, AutoCloseable {

    private static final String INVALID_PAYMENT_METHOD = "invalid_payment_method";
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int IN_FLIGHT = 409;

    private static final String STATUS = "its status";

    private final StripeClient client;
    private final Runnable closing;

    /**
     * @param url where the API is, such as {@code https://api.stripe.com}
     * @param key secret key
     * @param timeout of one call, from connecting to the last byte of the answer
     */
    public StripeGateway(URI url, String key, Duration timeout) {
        this(url, key, new StripeHttp(timeout));
    }

    private StripeGateway(URI url, String key, StripeHttp http) {
        this(url, key, http, http::close);
    }

    /**
     * @param http how it is called
     * @param closing called when the gateway is closed
     */
    StripeGateway(URI url, String key, com.stripe.net.HttpClient http, Runnable closing) {
        this.closing = closing;
        this.client = StripeClient.builder()
                .setApiKey(key)
                .setApiBase(url.toString())
                .setHttpClient(http)
                .setMaxNetworkRetries(0)
                .build();
    }

    @Override
    public GatewayAnswer authorise(PaymentRequest request) {
        PaymentIntentCreateParams params = PaymentIntentCreateParams.builder()
                .setAmount(request.getAmount())
                .setCurrency(request.getCurrency().toLowerCase(Locale.ROOT))
                .setPaymentMethod(request.getPaymentToken())
                .addPaymentMethodType("card")
                .setCaptureMethod(PaymentIntentCreateParams.CaptureMethod.MANUAL)
                .setConfirm(true)
                .putMetadata("orderId", request.getOrderId())
                .putMetadata("attempt", Integer.toString(request.getAttempt()))
                .putMetadata("eventId", request.getEventId())
                .putMetadata("sectionId", request.getSectionId())
                .build();
        return answer(request, State.AUTHORISED, () -> {
            PaymentIntent intent = client.v1().paymentIntents().create(params, options(request));
            return switch (Objects.requireNonNullElse(intent.getStatus(), "")) {
                case "requires_capture" -> succeeded(intent.getId(), intent.getAmount());
                case "processing" -> new Ambiguous(intent.getId() + " is being processed", Cause.IN_FLIGHT);
                // Nobody is there who could answer a bank's question.
                case "requires_action", "requires_confirmation", "requires_payment_method", "canceled" ->
                    new Declined(intent.getStatus(), Objects.requireNonNullElse(intent.getId(), ""));
                default -> notUnderstood(STATUS);
            };
        });
    }

    @Override
    public GatewayAnswer capture(PaymentRequest request) {
        PaymentIntentCaptureParams params = PaymentIntentCaptureParams.builder()
                .setAmountToCapture(request.getAmount())
                .build();
        return answer(request, State.CAPTURED, () -> {
            PaymentIntent intent = client.v1().paymentIntents().capture(reference(request), params, options(request));
            return Objects.equals(intent.getStatus(), "succeeded")
                    ? succeeded(intent.getId(), intent.getAmountReceived())
                    : notUnderstood(STATUS);
        });
    }

    @Override
    public GatewayAnswer cancel(PaymentRequest request) {
        return answer(request, State.CANCELLED, () -> {
            PaymentIntent intent = client.v1()
                    .paymentIntents()
                    .cancel(
                            reference(request),
                            PaymentIntentCancelParams.builder().build(),
                            options(request));
            return Objects.equals(intent.getStatus(), "canceled")
                    ? succeeded(intent.getId(), intent.getAmount())
                    : notUnderstood(STATUS);
        });
    }

    @Override
    public GatewayAnswer refund(PaymentRequest request) {
        RefundCreateParams params = RefundCreateParams.builder()
                .setPaymentIntent(request.getGatewayReference())
                .setAmount(request.getAmount())
                .build();
        return answer(request, State.REFUNDED, () -> {
            var refund = client.v1().refunds().create(params, options(request));
            return switch (Objects.requireNonNullElse(refund.getStatus(), "")) {
                case "failed", "canceled" ->
                    new Declined("refund_" + refund.getStatus(), request.getGatewayReference());
                case "succeeded", "pending", "requires_action" ->
                    succeeded(request.getGatewayReference(), refund.getAmount());
                default -> notUnderstood(STATUS);
            };
        });
    }

    @Override
    public void close() {
        closing.run();
    }

    private static GatewayAnswer succeeded(@Nullable String reference, @Nullable Long amount) {
        return reference == null || amount == null
                ? notUnderstood("no id or no amount")
                : new Succeeded(reference, amount);
    }

    /** A proxy's page, or an answer of a newer API: it says neither that it was done nor that it was not. */
    private static GatewayAnswer notUnderstood(String why) {
        return new Ambiguous("an answer that is not understood: " + why, Cause.GATEWAY_IN_TROUBLE);
    }

    /** What an operation wants the payment to be. */
    private enum State {
        AUTHORISED,
        CAPTURED,
        CANCELLED,
        REFUNDED
    }

    @FunctionalInterface
    private interface Call {
        GatewayAnswer make() throws StripeException;
    }

    private GatewayAnswer answer(PaymentRequest request, State wanted, Call call) {
        try {
            return definite(request, wanted, call);
        } catch (RuntimeException e) {
            // Thrown by stripe-java and its parser at bodies that they do not expect.
            return notUnderstood(e.toString());
        }
    }

    private GatewayAnswer definite(PaymentRequest request, State wanted, Call call) {
        try {
            return call.make();
        } catch (CardException e) {
            return new Declined(declineCode(e), reference(e));
        } catch (IdempotencyException e) {
            return new Conflict(codeOr(e, "idempotency_error"));
        } catch (InvalidRequestException e) {
            return invalid(request, wanted, e);
        } catch (StripeException e) {
            return withoutAnswer(e);
        }
    }

    private GatewayAnswer invalid(PaymentRequest request, State wanted, InvalidRequestException e) {
        Integer status = e.getStatusCode();
        if (status != null && (status == TOO_MANY_REQUESTS || status == IN_FLIGHT)) {
            return withoutAnswer(e);
        }
        String code = codeOr(e, "invalid_request");
        return switch (wanted) {
            case AUTHORISED ->
                new Declined(
                        code.equals("resource_missing") && Objects.equals(e.getParam(), "payment_method")
                                ? INVALID_PAYMENT_METHOD
                                : code,
                        "");
            case CAPTURED, CANCELLED, REFUNDED -> asItStands(request, wanted, code);
        };
    }

    /**
     * The gateway says that it cannot be done in the payment's state. If that is the state we want, somebody did it before
     * (a call whose idempotency key the gateway has forgotten, or a person in its dashboard): that is a success.
     */
    private GatewayAnswer asItStands(PaymentRequest request, State wanted, String code) {
        String reference = request.getGatewayReference();
        if (reference.isEmpty()) {
            return new Declined(code, "");
        }
        try {
            PaymentIntent intent = client.v1().paymentIntents().retrieve(reference);
            boolean done = switch (wanted) {
                case AUTHORISED -> false;
                case CAPTURED ->
                    Objects.equals(intent.getStatus(), "succeeded")
                            && Objects.equals(intent.getAmountReceived(), request.getAmount());
                case CANCELLED -> Objects.equals(intent.getStatus(), "canceled");
                case REFUNDED -> code.equals("charge_already_refunded");
            };
            return done ? new Succeeded(reference, request.getAmount()) : new Declined(code, reference);
        } catch (InvalidRequestException e) {
            return new Declined(code, reference);
        } catch (StripeException e) {
            return withoutAnswer(e);
        }
    }

    private static GatewayAnswer withoutAnswer(StripeException e) {
        String detail = e.getClass().getSimpleName() + " " + e.getMessage();
        if (e instanceof AuthenticationException || e instanceof PermissionException) {
            return new Ambiguous(detail, Cause.KEY_REFUSED);
        }
        boolean inFlight = e.getStatusCode() != null && e.getStatusCode() == IN_FLIGHT;
        return new Ambiguous(detail, inFlight ? Cause.IN_FLIGHT : Cause.GATEWAY_IN_TROUBLE);
    }

    private static String declineCode(CardException e) {
        String declineCode = e.getDeclineCode();
        return declineCode == null || declineCode.isEmpty() ? codeOr(e, "card_error") : declineCode;
    }

    private static String codeOr(StripeException e, String otherwise) {
        String code = e.getCode();
        return code == null || code.isEmpty() ? otherwise : code;
    }

    private static String reference(CardException e) {
        StripeError error = e.getStripeError();
        PaymentIntent intent = error == null ? null : error.getPaymentIntent();
        @Nullable String id = intent == null ? null : intent.getId();
        return id == null ? "" : id;
    }

    /** A path segment; without it stripe-java would call another path. */
    private static String reference(PaymentRequest request) {
        return request.getGatewayReference().isEmpty() ? "none" : request.getGatewayReference();
    }

    private static RequestOptions options(PaymentRequest request) {
        return RequestOptions.builder()
                .setIdempotencyKey(request.getIdempotencyKey())
                .build();
    }
}
