package dev.onsale.release.check;

/**
 * One difference between two builds and what it means.
 *
 * @param what differs
 * @param from as it runs
 * @param to as it will be
 * @param why the passage is as it is, and what to do; one sentence
 */
public record Difference(String what, String from, String to, Passage passage, String why) {

    /** Which ways a release can go. */
    public enum Passage {
        /** Rolling upgrade and rollback are possible. */
        BOTH_WAYS(true, true),
        /** A rolling upgrade is possible; after it there is no way back. */
        ONE_WAY(true, false),
        /** Neither. */
        CLOSED(false, false);

        private final boolean rolling;
        private final boolean rollback;

        Passage(boolean rolling, boolean rollback) {
            this.rolling = rolling;
            this.rollback = rollback;
        }

        public boolean rolling() {
            return rolling;
        }

        public boolean rollback() {
            return rollback;
        }
    }
}
