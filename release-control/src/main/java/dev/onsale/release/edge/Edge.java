package dev.onsale.release.edge;

import java.util.List;

/**
 * What stands before the instances of order-service and sends each buyer to one of two builds, the stable one or a candidate. A
 * buyer who was sent to a build stays there while that build gets buyers.
 *
 * <p>Every method throws {@link dev.onsale.runtime.OperatorError} when the edge does not answer or does not do what it was told.
 */
public interface Edge extends AutoCloseable {

    /**
     * Gives the candidate its share. What was given before does not matter, so it may be repeated.
     *
     * @param percent from 1 to 99: of the buyers who were not sent anywhere yet. 0: of all buyers, also of those who had the
     *     candidate; 100: everybody gets it, also those who had the stable build
     */
    void share(int percent);

    /**
     * Makes sure that there is somebody to give buyers to.
     *
     * @throws dev.onsale.runtime.OperatorError when the candidate has no instance that would answer buyers
     */
    void requireCandidate();

    /** Where the edge's record of requests ends now. It grows. */
    long position();

    /**
     * Begins to read the record of requests.
     *
     * @param after what was recorded up to this position is passed over
     */
    void follow(long after);

    /** What happened since this was called last, or since {@link #follow}. */
    Seen look();

    /** Whether a buyer who had the candidate is answered by the stable build, by asking as such a buyer would. */
    Finding aborted() throws InterruptedException;

    @Override
    void close();

    /**
     * What was seen at the edge.
     *
     * @param position up to where the record of requests was read; 0: nothing was
     * @param awayMillis for how long no instance of the candidate has been able to answer, while one of the stable build has; 0:
     *     one is there
     * @param asTold whether buyers are sent as {@link #share} said last
     */
    record Seen(List<Request> requests, long position, long awayMillis, boolean asTold) {

        /** Of an edge that sees nothing, or of none. */
        public static final Seen NOTHING = new Seen(List.of(), 0, 0, true);
    }

    /**
     * How a buyer's request went, as the buyer saw it.
     *
     * @param failed whether there was no answer, or one that says that the service failed
     * @param millis how long the answer took; 0 when it failed
     * @param lateMillis the same, less what the buyer had offered to wait
     */
    record Request(String buyer, boolean candidate, boolean failed, long millis, long lateMillis) {

        static Request failed(String buyer, boolean candidate) {
            return new Request(buyer, candidate, true, 0, 0);
        }

        /** Two of one buyer, one build and one outcome as one: the slower of both. */
        public Request or(Request other) {
            return new Request(
                    buyer, candidate, failed, Math.max(millis, other.millis), Math.max(lateMillis, other.lateMillis));
        }
    }

    /** @param sentence what was seen, without a full stop */
    record Finding(boolean effective, String sentence) {}
}
