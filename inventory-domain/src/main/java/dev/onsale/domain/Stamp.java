package dev.onsale.domain;

/**
 * Which command is being decided: its receipt, its time and the variant that decides it.
 *
 * @param partition partition of the command log
 * @param offset offset in that partition
 * @param atMillis the log's timestamp, epoch milliseconds; the only time that rules know
 * @param variant name of the decider variant
 */
public record Stamp(int partition, long offset, long atMillis, String variant) {

    /** The variant that decides when a command names none, or one that this build does not have. */
    public static final String STABLE = "stable";
    /** The variant that is canaried. */
    public static final String CANDIDATE = "candidate";
}
