package dev.onsale.release.roll;

/**
 * Something that happened while a build was rolled.
 *
 * @param kind what
 * @param instance to which instance; empty: to all
 * @param detail in words; may be empty
 */
public record RollStep(Kind kind, String instance, String detail) {

    /** In the order in which they come. */
    public enum Kind {
        BEGUN,
        RESTARTING,
        UPGRADED,
        WORSE,
        ROLLING_BACK,
        ROLLED_BACK,
        /** It stands still, and somebody has to look. */
        STUCK,
        DONE
    }
}
