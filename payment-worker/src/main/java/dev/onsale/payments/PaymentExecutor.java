package dev.onsale.payments;

import dev.onsale.schemas.DeadLetters.Problem;
import dev.onsale.schemas.SchemaIds;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentRequest;
import java.time.Clock;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Does what one record of {@code onsale.payments} asks for, and reports it. Wherever it is stopped, it may be done again. */
final class PaymentExecutor {

    /** What became of a record; either way it is written down, and the record is done with. */
    enum Done {
        REPORTED,
        DEAD_LETTERED
    }

    private final PaymentPaths gateways;
    private final Halt halt;
    private final Reports reports;
    private final PaymentIntake intake;
    private final Duration authoriseMaxAge;
    private final Clock clock;

    /**
     * @param authoriseMaxAge an authorisation that was asked for longer ago is not executed: gateways forget idempotency
     *     keys (Stripe after 24 hours), and then a repetition would be a second charge. A record's own time counts, so whoever
     *     sends a request again gives it the time of the first
     */
    PaymentExecutor(
            PaymentPaths gateways, Halt halt, Reports reports, SchemaIds ids, Duration authoriseMaxAge, Clock clock) {
        this.gateways = gateways;
        this.halt = halt;
        this.reports = reports;
        this.intake = new PaymentIntake(ids);
        this.authoriseMaxAge = authoriseMaxAge;
        this.clock = clock;
    }

    /** Executes and reports; returns when the outcome is written. @throws InterruptedException when asked to stop before */
    Done execute(ConsumerRecord<byte[], byte[]> message) throws InterruptedException {
        return switch (intake.readPatiently(message.value())) {
            case PaymentIntake.Executable(PaymentRequest request) -> execute(message, request);
            case PaymentIntake.Unexecutable(Problem problem, String detail) -> putAside(message, problem, detail);
        };
    }

    private Done execute(ConsumerRecord<byte[], byte[]> message, PaymentRequest request) throws InterruptedException {
        // Before the age is looked at: a halt may last longer than an authorisation does.
        halt.awaitEnd();
        long ageMillis = clock.millis() - message.timestamp();
        if (request.getOperation() == PaymentOperation.AUTHORISE && ageMillis > authoriseMaxAge.toMillis()) {
            return putAside(
                    message,
                    Problem.UNDELIVERABLE,
                    "asked for " + Duration.ofMillis(ageMillis) + " ago, which is longer than " + authoriseMaxAge
                            + ": the gateway may have forgotten its idempotency key");
        }
        try {
            reports.report(request, gateways.execute(request));
            return Done.REPORTED;
        } catch (PaymentPaths.NoSuchPathException e) {
            return putAside(message, Problem.UNDELIVERABLE, String.valueOf(e.getMessage()));
        }
    }

    /** Puts a record aside before the broker would give up on it without a trace. */
    Done undeliverable(ConsumerRecord<byte[], byte[]> message, int delivery) throws InterruptedException {
        return putAside(
                message, Problem.UNDELIVERABLE, "taken " + (delivery - 1) + " times by workers that did not finish it");
    }

    private Done putAside(ConsumerRecord<byte[], byte[]> message, Problem problem, String detail)
            throws InterruptedException {
        reports.deadLetter(message, problem, detail);
        return Done.DEAD_LETTERED;
    }
}
