package dev.onsale.schemas;

/**
 * Which gateway a payment is at: the reference of one that the candidate of the payment path took begins with {@value
 * #OF_CANDIDATE}. Whoever asks for a capture, a void or a refund passes it on as a text.
 */
public final class GatewayReference {

    /** Before the candidate gateway's own id of the payment. */
    public static final String OF_CANDIDATE = "candidate:";

    private GatewayReference() {}

    /** Whether the candidate's gateway took the payment. */
    public static boolean isOfCandidate(String reference) {
        return reference.startsWith(OF_CANDIDATE);
    }
}
