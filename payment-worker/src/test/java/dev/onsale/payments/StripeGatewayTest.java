package dev.onsale.payments;

import static dev.onsale.payments.TestRequests.authorise;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.onsale.payments.GatewayAnswer.Ambiguous;
import dev.onsale.payments.GatewayAnswer.Cause;
import dev.onsale.payments.GatewayAnswer.Succeeded;
import dev.onsale.wire.PaymentOperation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StripeGatewayTest extends PaymentGatewayContract {

    private static final String KEY = "sk_test_simulator";

    private final Simulated simulated;
    private final StripeGateway gateway;

    StripeGatewayTest(@TempDir Path folder) {
        simulated = new Simulated(folder);
        gateway = new StripeGateway(simulated.url(), KEY, Duration.ofSeconds(5));
    }

    @BeforeEach
    void behaveWell() throws IOException, InterruptedException {
        simulated.behave("{}");
    }

    @AfterEach
    void close() {
        gateway.close();
        simulated.close();
    }

    @Override
    PaymentGateway gateway() {
        return gateway;
    }

    @Test
    void authorise_isAmbiguousAndChargesOnce_whenResponseIsDropped() throws Exception {
        simulated.behave("{\"dropResponseRate\":1}");
        assertAmbiguous(Cause.GATEWAY_IN_TROUBLE, gateway.authorise(authorise("a")));
        assertAmbiguous(Cause.GATEWAY_IN_TROUBLE, gateway.authorise(authorise("a")));
        simulated.behave("{\"dropResponseRate\":0}");
        assertInstanceOf(Succeeded.class, gateway.authorise(authorise("a")));
        assertEquals(1, simulated.count("a", "authorise"));
    }

    @Test
    void authorise_isAmbiguousWithoutCharge_whenGatewayFails() throws Exception {
        simulated.behave("{\"errorRate\":1}");
        assertAmbiguous(Cause.GATEWAY_IN_TROUBLE, gateway.authorise(authorise("a")));
        assertEquals(0, simulated.count("a", "authorise"));
    }

    @Test
    void authorise_isAmbiguousThenInFlight_whenGatewayIsSlowerThanTimeout() throws Exception {
        simulated.behave("{\"latencyMillis\":2000}");
        try (StripeGateway impatient = new StripeGateway(simulated.url(), KEY, Duration.ofMillis(300))) {
            assertAmbiguous(Cause.GATEWAY_IN_TROUBLE, impatient.authorise(authorise("a")));
            assertAmbiguous(Cause.IN_FLIGHT, impatient.authorise(authorise("a")));
        }
    }

    @Test
    void authorise_isAmbiguous_whenNobodyListens() {
        try (StripeGateway nowhere =
                new StripeGateway(java.net.URI.create("http://127.0.0.1:1"), KEY, Duration.ofSeconds(1))) {
            assertAmbiguous(Cause.GATEWAY_IN_TROUBLE, nowhere.authorise(authorise("a")));
        }
    }

    @Test
    void authorise_isAmbiguous_whenKeyIsRefused() {
        try (StripeGateway refused = new StripeGateway(simulated.url(), "sk_wrong", Duration.ofSeconds(1))) {
            assertAmbiguous(Cause.KEY_REFUSED, refused.authorise(authorise("a")));
        }
    }

    private static void assertAmbiguous(Cause cause, GatewayAnswer answer) {
        assertEquals(
                cause,
                assertInstanceOf(Ambiguous.class, answer, answer.toString()).cause());
    }

    /** A proxy's page, half an answer, or one of a newer API. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "<html>welcome</html>",
                "{\"status\":\"requires_capture\"}",
                "{\"id\":\"pi_1\",\"status\":\"succeeded\"}",
                "{\"id\":\"pi_1\",\"amount\":4500,\"status\":\"of_a_newer_api\"}"
            })
    void answer_decidesNothing_whenItIsNotUnderstood(String body) {
        for (PaymentOperation operation : PaymentOperation.values()) {
            if (operation != PaymentOperation.UNKNOWN) {
                assertInstanceOf(
                        GatewayAnswer.Ambiguous.class,
                        ScriptedStripe.ask(operation, () -> 200, () -> body),
                        operation + " " + body);
            }
        }
    }
}
