package dev.onsale.orders.view;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntToLongFunction;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was left to read of each partition of {@code onsale.orders} when this instance took it over. Until that is read, the
 * store may be behind what the instance before has told buyers already, and nobody may be told less.
 */
final class Tails {

    private static final Logger log = LoggerFactory.getLogger(Tails.class);
    private static final long PAUSE_MILLIS = 200;

    private final IntToLongFunction lastUnread;
    private final ConcurrentHashMap<Integer, Tail> tails = new ConcurrentHashMap<>();

    /** @param lastUnread asks the broker for the last offset of a partition that is still to be read; negative: none is */
    Tails(IntToLongFunction lastUnread) {
        this.lastUnread = lastUnread;
    }

    /** One partition, from when it was taken over until it is given up. */
    final class Tail implements AutoCloseable {
        private final int partition;
        private volatile long read = -1;
        private volatile long last = Long.MAX_VALUE;

        private Tail(int partition) {
            this.partition = partition;
        }

        /** Everything up to this offset can be seen in the store. */
        void read(long offset) {
            read = offset;
        }

        private void ask() {
            while (tails.get(partition) == this) {
                try {
                    last = lastUnread.applyAsLong(partition);
                    return;
                } catch (KafkaException | IllegalStateException e) {
                    log.warn("The end of partition {} could not be asked for: {}", partition, e.toString());
                    pause();
                }
            }
        }

        @Override
        public void close() {
            tails.remove(partition, this);
        }
    }

    /** This instance has taken a partition over; its store is as the last commit of the instance before left it. */
    Tail begin(int partition) {
        Tail tail = new Tail(partition);
        tails.put(partition, tail);
        Thread.ofVirtual().name("tail-" + partition).start(tail::ask);
        return tail;
    }

    /** Whether all is read that was there when this instance took the partition over. */
    boolean read(int partition) {
        Tail tail = tails.get(partition);
        return tail != null && tail.read >= tail.last;
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
