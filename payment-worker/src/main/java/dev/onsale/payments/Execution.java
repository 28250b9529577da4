package dev.onsale.payments;

import dev.onsale.payments.GatewayAnswer.Definite;
import dev.onsale.payments.PaymentPaths.NoSuchPathException;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentRequest;
import java.time.Clock;
import java.time.Duration;

/** Asks a gateway for what a request is about, unless that could charge twice. */
final class Execution {

    private final PaymentPaths gateways;
    private final Halt halt;
    private final Duration authoriseMaxAge;
    private final Clock clock;

    /**
     * @param authoriseMaxAge an authorisation that was asked for longer ago is not executed: gateways forget idempotency
     *     keys (Stripe after 24 hours), and then a repetition would be a second charge. The time of the first request counts
     */
    Execution(PaymentPaths gateways, Halt halt, Duration authoriseMaxAge, Clock clock) {
        this.gateways = gateways;
        this.halt = halt;
        this.authoriseMaxAge = authoriseMaxAge;
        this.clock = clock;
    }

    /**
     * Executes a request, however long it takes and however long payments are halted.
     *
     * @param askedAtMillis when it was asked for first, epoch milliseconds
     * @throws InterruptedException when asked to stop before
     * @throws NotExecutedException when no gateway may be asked
     */
    Definite execute(PaymentRequest request, long askedAtMillis) throws InterruptedException, NotExecutedException {
        // Before the age is looked at: a halt may last longer than an authorisation does.
        halt.awaitEnd();
        long ageMillis = clock.millis() - askedAtMillis;
        if (request.getOperation() == PaymentOperation.AUTHORISE && ageMillis > authoriseMaxAge.toMillis()) {
            throw new NotExecutedException("asked for " + Duration.ofMillis(ageMillis)
                    + " ago, which is longer than " + authoriseMaxAge
                    + ": the gateway may have forgotten its idempotency key");
        }
        try {
            return gateways.execute(request);
        } catch (NoSuchPathException e) {
            throw new NotExecutedException(String.valueOf(e.getMessage()));
        }
    }

    /** A request for which no gateway was asked. The message says why. */
    static final class NotExecutedException extends Exception {
        private static final long serialVersionUID = 1L;

        NotExecutedException(String message) {
            super(message);
        }
    }
}
