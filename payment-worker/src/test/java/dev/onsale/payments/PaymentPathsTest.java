package dev.onsale.payments;

import static dev.onsale.payments.TestRequests.authorise;
import static dev.onsale.payments.TestRequests.cancel;
import static dev.onsale.payments.TestRequests.capture;
import static dev.onsale.payments.TestRequests.refund;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.payments.GatewayAnswer.Declined;
import dev.onsale.payments.GatewayAnswer.Succeeded;
import dev.onsale.payments.PaymentPaths.NoSuchPathException;
import dev.onsale.schemas.GatewayReference;
import dev.onsale.wire.PaymentRequest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Two gateways that know nothing of each other's payments: a request that goes to the wrong one is declined. */
final class PaymentPathsTest {

    private static final Halt NO_HALT = new Halt() {
        @Override
        public void awaitEnd() {}

        @Override
        public boolean endsWithin(Duration timeout) {
            return true;
        }
    };

    private final PaymentPaths both = new PaymentPaths(gateway("stable"), Optional.of(gateway("candidate")));

    private static PatientGateway gateway(String path) {
        return new PatientGateway(new FakeGateway(), NO_HALT, new SimpleMeterRegistry(), path);
    }

    private static PaymentRequest stamped(PaymentRequest request, String variant) {
        request.setVariants(Map.of("payments", variant));
        return request;
    }

    private static String reference(GatewayAnswer answer) {
        return assertInstanceOf(Succeeded.class, answer).reference();
    }

    @Test
    void payment_staysWithTheGatewayOfItsAuthorisation_whateverLaterRequestsAreStamped() throws Exception {
        String ofCandidate = reference(both.execute(stamped(authorise("a"), "candidate")));
        String ofStable = reference(both.execute(stamped(authorise("b"), "stable")));

        assertTrue(GatewayReference.isOfCandidate(ofCandidate), ofCandidate);
        assertEquals(ofCandidate, reference(both.execute(capture("a", ofCandidate))));
        assertEquals(ofCandidate, reference(both.execute(stamped(refund("a", ofCandidate), "stable"))));
        assertEquals(ofStable, reference(both.execute(stamped(cancel("b", ofStable), "candidate"))));
    }

    @Test
    void authorisation_isDeclinedByTheGatewayItIsStampedFor() throws Exception {
        assertEquals(
                new Declined("generic_decline", ""),
                both.execute(stamped(authorise("a", "pm_card_chargeDeclined"), "candidate")));
    }

    @Test
    void authorisation_isStable_whenThereIsNoCandidate() throws Exception {
        PaymentPaths one = new PaymentPaths(gateway("stable"), Optional.empty());
        String reference = reference(one.execute(stamped(authorise("a"), "candidate")));

        assertEquals(reference, reference(one.execute(capture("a", reference))));
        assertTrue(reference.startsWith("pi_"), reference);
    }

    @Test
    void candidatesPayment_goesToNoOtherGateway_whenTheCandidateIsNotConfiguredAnyMore() {
        PaymentPaths one = new PaymentPaths(gateway("stable"), Optional.empty());

        var refused = assertThrows(
                NoSuchPathException.class, () -> one.execute(capture("a", GatewayReference.OF_CANDIDATE + "pi_1")));
        assertTrue(String.valueOf(refused.getMessage()).contains("set gateway.candidate.url"), refused.getMessage());
    }
}
