package dev.onsale.fallback.desk;

/** Nothing can be decided here now. The message is a sentence for whoever asked, and says what to do. */
public final class NotSoldHereException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Cause {
        /** There is no fallback under way: send it the usual way. */
        NO_FALLBACK,
        /** A fallback begins or ends: try again in a moment. */
        CHANGING,
        /** What was last decided of the section cannot be proven, so nothing of it is sold. */
        WITHHELD,
        /** No such section is known here. */
        UNKNOWN_SECTION
    }

    private final Cause why;

    NotSoldHereException(Cause why, String message) {
        super(message, null, false, false);
        this.why = why;
    }

    public Cause why() {
        return why;
    }
}
