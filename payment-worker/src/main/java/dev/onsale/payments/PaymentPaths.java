package dev.onsale.payments;

import dev.onsale.payments.GatewayAnswer.Conflict;
import dev.onsale.payments.GatewayAnswer.Declined;
import dev.onsale.payments.GatewayAnswer.Definite;
import dev.onsale.payments.GatewayAnswer.Succeeded;
import dev.onsale.schemas.GatewayReference;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentRequest;
import java.util.Optional;

/**
 * Which gateway executes a request. An authorisation goes where the edge stamped it to; whatever follows goes where its
 * authorisation went, which the reference tells, whoever asks for it and whatever the flags say by then. Each gateway has its
 * own breaker, so that a candidate in trouble keeps nobody else waiting.
 */
final class PaymentPaths {

    private static final String PATH = "payments";
    private static final String CANDIDATE = "candidate";

    private final PatientGateway stable;
    private final Optional<PatientGateway> candidate;

    /** @param candidate empty: every authorisation goes to the stable gateway */
    PaymentPaths(PatientGateway stable, Optional<PatientGateway> candidate) {
        this.stable = stable;
        this.candidate = candidate;
    }

    /**
     * Executes a request, however long it takes. {@link PatientGateway#execute} says more.
     *
     * @throws NoSuchPathException when it is of a payment that a candidate took which is not configured any more
     */
    Definite execute(PaymentRequest request) throws InterruptedException, NoSuchPathException {
        if (request.getOperation() == PaymentOperation.AUTHORISE) {
            boolean stamped = CANDIDATE.equals(request.getVariants().get(PATH));
            return stamped && candidate.isPresent()
                    ? ofCandidate(candidate.get().execute(request))
                    : stable.execute(request);
        }
        String reference = request.getGatewayReference();
        if (!GatewayReference.isOfCandidate(reference)) {
            return stable.execute(request);
        }
        if (candidate.isEmpty()) {
            throw new NoSuchPathException(reference
                    + " was taken by the candidate's gateway; set gateway.candidate.url and gateway.candidate.key"
                    + " again until all its payments are over");
        }
        return ofCandidate(candidate
                .get()
                .execute(withReference(request, reference.substring(GatewayReference.OF_CANDIDATE.length()))));
    }

    private static PaymentRequest withReference(PaymentRequest request, String reference) {
        return new PaymentRequest(
                request.getOrderId(),
                request.getEventId(),
                request.getSectionId(),
                request.getBuyer(),
                request.getOperation(),
                request.getAttempt(),
                request.getAmount(),
                request.getCurrency(),
                request.getIdempotencyKey(),
                request.getPaymentToken(),
                reference,
                request.getVariants(),
                request.getReceipt());
    }

    private static Definite ofCandidate(Definite answer) {
        return switch (answer) {
            case Succeeded(String reference, long amount) ->
                new Succeeded(GatewayReference.OF_CANDIDATE + reference, amount);
            case Declined(String code, String reference)
            when !reference.isEmpty() -> new Declined(code, GatewayReference.OF_CANDIDATE + reference);
            case Declined declined -> declined;
            case Conflict conflict -> conflict;
        };
    }

    /** Whether a gateway's last word about our key was no. */
    boolean keyRefused() {
        return stable.keyRefused() || candidate.map(PatientGateway::keyRefused).orElse(false);
    }

    /** A payment whose gateway is not configured. */
    static final class NoSuchPathException extends Exception {
        private static final long serialVersionUID = 1L;

        NoSuchPathException(String message) {
            super(message);
        }
    }
}
