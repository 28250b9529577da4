package dev.onsale.system.faults;

import dev.onsale.schemas.Topics;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.awaitility.Awaitility;

/** Listens to the sale: for how long at most nothing was decided. */
final class Pulse implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(20);

    private final Thread listener;
    private final AtomicLong beats = new AtomicLong();
    private volatile long longestNanos;
    private volatile boolean over;

    Pulse(String bootstrap) {
        KafkaConsumer<byte[], byte[]> events = TopicReader.atEnd(bootstrap, Topics.EVENTS.name(), "read_committed");
        listener = Thread.ofPlatform().name("pulse").start(() -> listen(events));
    }

    private void listen(KafkaConsumer<byte[], byte[]> events) {
        try (events) {
            long last = System.nanoTime();
            while (!over) {
                int heard = events.poll(POLL).count();
                long now = System.nanoTime();
                if (heard > 0) {
                    longestNanos = Math.max(longestNanos, now - last);
                    last = now;
                    beats.addAndGet(heard);
                }
            }
        }
    }

    /** Number of events that were heard of so far. */
    long beats() {
        return beats.get();
    }

    /**
     * Returns when so many more were heard of.
     *
     * @param healthy throws when waiting is of no use any more
     */
    void awaitMore(int count, Duration within, Runnable healthy) {
        long before = beats();
        Awaitility.await()
                // A stream thread that is replaced ends with one.
                .dontCatchUncaughtExceptions()
                .atMost(within)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    healthy.run();
                    return beats() >= before + count;
                });
    }

    @Override
    public String toString() {
        return "%,d events, longest gap %,d ms"
                .formatted(beats(), Duration.ofNanos(longestNanos).toMillis());
    }

    @Override
    public void close() throws InterruptedException {
        over = true;
        listener.join();
    }
}
