package dev.onsale.simulator;

import dev.onsale.domain.Command.PaymentReported;
import dev.onsale.domain.Event.PaymentRequested;
import dev.onsale.domain.PaymentOperation;
import dev.onsale.domain.PaymentOutcome;
import dev.onsale.simulator.Step.Behaviour;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A payment worker: takes a request, asks the gateway until it knows, reports, and only then acknowledges. */
final class Worker {

    private final int number;
    private final Set<Mutant> mutants;
    private final Tally tally;

    private @Nullable PaymentKey taken;
    private @Nullable PaymentRequested request;
    private @Nullable PaymentReported answer;
    private boolean reported;
    private int calls;

    Worker(int number, Set<Mutant> mutants, Tally tally) {
        this.number = number;
        this.mutants = mutants;
        this.tally = tally;
    }

    void take(PaymentKey key, Payments payments) {
        PaymentRequested delivered = isIdle() ? payments.deliver(key, tally) : null;
        if (delivered != null) {
            taken = key;
            request = delivered;
            if (mutants.contains(Mutant.ACKNOWLEDGED_BEFORE_REPORT)) {
                payments.acknowledge(key);
            }
        }
    }

    void call(Gateway gateway, Behaviour behaviour) {
        if (taken == null || request == null || answer != null) {
            return;
        }
        var key = new PaymentKey(taken.section(), request.orderId(), request.attempt(), request.operation());
        calls++;
        String idempotencyKey =
                key.idempotencyKey() + (mutants.contains(Mutant.KEY_PER_CALL) ? ":" + number + ":" + calls : "");
        answer = gateway.call(key, idempotencyKey, request, behaviour);
        if (answer == null && mutants.contains(Mutant.TIMEOUT_IS_DECLINE)) {
            answer = new PaymentReported(
                    request.orderId(),
                    request.attempt(),
                    request.operation(),
                    PaymentOutcome.DECLINED,
                    "timeout",
                    "",
                    0);
        }
        if (answer != null && mutants.contains(Mutant.ATTEMPT_BY_WORKER) && isDeclinedAuthorisation(answer)) {
            request = new PaymentRequested(
                    request.orderId(),
                    request.operation(),
                    request.attempt() + 1,
                    request.amount(),
                    request.paymentToken(),
                    request.gatewayReference());
            answer = null;
        }
    }

    private static boolean isDeclinedAuthorisation(PaymentReported answer) {
        return answer.operation() == PaymentOperation.AUTHORISE && answer.outcome() != PaymentOutcome.SUCCEEDED;
    }

    /** What is to be written for the section of {@link #taken}, if the answer is known. */
    Optional<PaymentReported> report() {
        if (answer != null && reported) {
            tally.count(Tally.Sight.REPORTED_AGAIN);
        }
        reported |= answer != null;
        return Optional.ofNullable(answer);
    }

    void acknowledge(Payments payments) {
        if (reported && taken != null) {
            payments.acknowledge(taken);
            forget();
        }
    }

    void kill() {
        if (!isIdle()) {
            tally.count(Tally.Sight.WORKERS_KILLED);
        }
        forget();
    }

    private void forget() {
        taken = null;
        request = null;
        answer = null;
        reported = false;
    }

    boolean isIdle() {
        return taken == null;
    }

    boolean knowsTheAnswer() {
        return answer != null;
    }

    boolean hasReported() {
        return reported;
    }

    /** The request that it works on. */
    @Nullable
    PaymentKey taken() {
        return taken;
    }
}
