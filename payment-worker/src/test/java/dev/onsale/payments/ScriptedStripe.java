package dev.onsale.payments;

import com.stripe.net.HttpClient;
import com.stripe.net.HttpHeaders;
import com.stripe.net.StripeRequest;
import com.stripe.net.StripeResponse;
import dev.onsale.wire.PaymentOperation;
import java.net.URI;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** A gateway that answers whatever it is told to, without a network. */
final class ScriptedStripe extends HttpClient {

    private final IntSupplier status;
    private final Supplier<String> body;

    private ScriptedStripe(IntSupplier status, Supplier<String> body) {
        this.status = status;
        this.body = body;
    }

    /** What our side makes of the answers to one operation. */
    static GatewayAnswer ask(PaymentOperation operation, IntSupplier status, Supplier<String> body) {
        URI nowhere = URI.create("http://127.0.0.1:1");
        try (var gateway = new StripeGateway(nowhere, "sk_test_x", new ScriptedStripe(status, body), () -> {})) {
            return switch (operation) {
                case AUTHORISE -> gateway.authorise(TestRequests.authorise("o-1"));
                case CAPTURE -> gateway.capture(TestRequests.capture("o-1", "pi_1"));
                case VOID -> gateway.cancel(TestRequests.cancel("o-1", "pi_1"));
                case REFUND -> gateway.refund(TestRequests.refund("o-1", "pi_1"));
                case UNKNOWN -> throw new IllegalArgumentException("nobody asks for that");
            };
        }
    }

    @Override
    public StripeResponse request(StripeRequest asked) {
        return new StripeResponse(status.getAsInt(), HttpHeaders.of(Map.of()), body.get());
    }
}
