package dev.onsale.orders.log;

import java.time.Duration;

/**
 * How fast the commands of one partition are decided while some wait: an average over about the last {@link #MEMORY}.
 *
 * @param perSecond decisions a second; 0: none was seen while commands waited
 * @param decided the offset that the decider read next when it was seen to go on
 * @param atNanos when that was
 */
record Pace(double perSecond, long decided, long atNanos) {

    private static final Duration MEMORY = Duration.ofSeconds(5);

    static Pace unknown(long decided, long nowNanos) {
        return new Pace(0, decided, nowNanos);
    }

    /**
     * What is known after another look. A decider that stands still has no other pace: it is counted once it goes on.
     *
     * @param decidedNow the offset that the decider reads next
     * @param end the offset that the next command gets
     */
    Pace seen(long decidedNow, long end, long nowNanos) {
        long count = decidedNow - decided;
        boolean waited = decidedNow < end;
        if (count == 0 && waited) {
            return this;
        }
        double seconds = (nowNanos - atNanos) / 1e9;
        if (count <= 0 || !waited || seconds <= 0) {
            return new Pace(perSecond, decidedNow, nowNanos);
        }
        double latest = count / seconds;
        double weight = perSecond == 0 ? 1 : 1 - Math.exp(-seconds / MEMORY.toSeconds());
        return new Pace(perSecond + weight * (latest - perSecond), decidedNow, nowNanos);
    }

    /** How long a command waits that comes behind so many others; zero while no pace is known. */
    Duration waitBehind(long ahead) {
        return perSecond == 0 ? Duration.ZERO : Duration.ofMillis((long) (ahead * 1_000.0 / perSecond));
    }
}
