package dev.onsale.release.flags;

/** What became of a change. */
public sealed interface Outcome {

    /** It is written, holds everywhere, and stands in the release log. */
    record Everywhere() implements Outcome {}

    /**
     * It holds in this instance only. It will be written once the broker can be reached.
     *
     * @param reason why it is not written, in one sentence
     */
    record HereOnly(String reason) implements Outcome {}
}
