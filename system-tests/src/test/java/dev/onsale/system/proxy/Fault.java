package dev.onsale.system.proxy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Something that happens to frames on their way, until it is healed. Safe for use by several threads. */
public final class Fault implements AutoCloseable {

    /** What becomes of a frame. */
    enum Effect {
        /** It arrives, maybe late. */
        PASSES,
        /** It never arrives, nor does what follows on its connection in its direction: that is one stream. */
        DROPPED,
        /** The connection is reset before it arrives. */
        CUT
    }

    private final Effect effect;
    private final Duration delay;
    private final Predicate<Frame> hits;
    private final int most;
    private final AtomicInteger strikes = new AtomicInteger();
    private final CountDownLatch healed = new CountDownLatch(1);

    private Fault(Effect effect, Duration delay, Predicate<Frame> hits, int most) {
        this.effect = effect;
        this.delay = delay;
        this.hits = hits;
        this.most = most;
    }

    /** Frames, and those behind them, are so late; those that are held back when it is healed go on at once. */
    public static Fault delay(Duration delay, Predicate<Frame> hits) {
        return new Fault(Effect.PASSES, delay, hits, Integer.MAX_VALUE);
    }

    /** Frames are swallowed, with what follows on their connection in their direction; who waits must give up by itself. */
    public static Fault drop(Predicate<Frame> hits) {
        return new Fault(Effect.DROPPED, Duration.ZERO, hits, Integer.MAX_VALUE);
    }

    /** Connections are reset in place of handing on the frames. */
    public static Fault cut(Predicate<Frame> hits) {
        return new Fault(Effect.CUT, Duration.ZERO, hits, Integer.MAX_VALUE);
    }

    /** The same, so many times and not again. */
    public Fault atMost(int times) {
        return new Fault(effect, delay, hits, times);
    }

    /** What becomes of a frame; returns when it may go on. */
    Effect strike(Frame frame) throws InterruptedException {
        if (healed.getCount() == 0 || !hits.test(frame) || strikes.getAndUpdate(n -> Math.min(most, n + 1)) >= most) {
            return Effect.PASSES;
        }
        if (!delay.isZero()) {
            var _ = healed.await(delay.toNanos(), TimeUnit.NANOSECONDS);
        }
        return effect;
    }

    /** How many frames it has hit. */
    public int strikes() {
        return strikes.get();
    }

    /** Heals it: from now on it hits nothing. */
    @Override
    public void close() {
        healed.countDown();
    }
}
