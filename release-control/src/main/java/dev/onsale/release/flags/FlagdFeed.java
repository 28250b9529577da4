package dev.onsale.release.flags;

import com.fasterxml.jackson.databind.JsonNode;
import dev.openfeature.contrib.providers.flagd.resolver.process.storage.connector.QueuePayload;
import dev.openfeature.contrib.providers.flagd.resolver.process.storage.connector.QueuePayloadType;
import dev.openfeature.contrib.providers.flagd.resolver.process.storage.connector.QueueSource;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Hands sets of flags to flagd's evaluation. flagd has no word for "done", and its events may be dropped; but it asks for
 * the next set only after it has stored the one before, and that is what this counts.
 */
final class FlagdFeed implements QueueSource {

    private final Queue queue = new Queue();
    private final Runnable stored;
    private long offered;
    private long storedUpTo;

    /** @param stored called after flagd has stored what was offered, on flagd's own thread; must return soon */
    FlagdFeed(Runnable stored) {
        this.stored = stored;
    }

    /** Offers a set of flags that replaces the one before. */
    synchronized void offer(Map<String, JsonNode> definitions) {
        offered++;
        queue.add(new QueuePayload(QueuePayloadType.DATA, FlagDefinition.flagSet(definitions)));
    }

    /** Waits until everything that has been offered is stored. @return false when the time is over */
    synchronized boolean awaitStored(Duration timeout) throws InterruptedException {
        long goal = offered;
        long deadline = System.nanoTime() + timeout.toNanos();
        while (storedUpTo < goal) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }

    /** Whoever waits goes on after the listener has been told. */
    private void storedUpTo(long count) {
        if (count > 0) {
            stored.run();
        }
        synchronized (this) {
            storedUpTo = count;
            notifyAll();
        }
    }

    @Override
    public void init() {
        // The first set is offered before flagd starts.
    }

    @Override
    public BlockingQueue<QueuePayload> getStreamQueue() {
        return queue;
    }

    /** flagd's thread looks whether it should end only after the next set. */
    @Override
    public void shutdown() {
        offer(Map.of());
    }

    private final class Queue extends LinkedBlockingQueue<QueuePayload> {
        private static final long serialVersionUID = 1L;

        private long taken;

        /** The next set; of several that wait, the latest, since it replaces the others. */
        @Override
        public QueuePayload take() throws InterruptedException {
            storedUpTo(taken);
            QueuePayload next = super.take();
            taken++;
            for (QueuePayload newer = poll(); newer != null; newer = poll()) {
                next = newer;
                taken++;
            }
            return next;
        }
    }
}
