package dev.onsale.payments;

import dev.onsale.payments.Execution.NotExecutedException;
import dev.onsale.schemas.DeadLetters.Problem;
import dev.onsale.schemas.SchemaIds;
import dev.onsale.wire.PaymentRequest;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Does what one record of {@code onsale.payments} asks for, and reports it. Wherever it is stopped, it may be done again. */
final class PaymentExecutor {

    /** What became of a record; either way it is written down, and the record is done with. */
    enum Done {
        REPORTED,
        DEAD_LETTERED
    }

    private final Execution execution;
    private final Reports reports;
    private final PaymentIntake intake;

    /** A record's own time is when it was asked for, so whoever sends a request again gives it the time of the first. */
    PaymentExecutor(Execution execution, Reports reports, SchemaIds ids) {
        this.execution = execution;
        this.reports = reports;
        this.intake = new PaymentIntake(ids);
    }

    /** Executes and reports; returns when the outcome is written. @throws InterruptedException when asked to stop before */
    Done execute(ConsumerRecord<byte[], byte[]> message) throws InterruptedException {
        return switch (intake.readPatiently(message.value())) {
            case PaymentIntake.Executable(PaymentRequest request) -> execute(message, request);
            case PaymentIntake.Unexecutable(Problem problem, String detail) -> putAside(message, problem, detail);
        };
    }

    private Done execute(ConsumerRecord<byte[], byte[]> message, PaymentRequest request) throws InterruptedException {
        try {
            reports.report(request, execution.execute(request, message.timestamp()));
            return Done.REPORTED;
        } catch (NotExecutedException e) {
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
