package dev.onsale.system.faults;

import dev.onsale.schemas.Topics;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.KafkaConsumer;

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

    /** The longest time between two of them, in milliseconds. */
    long longestGapMillis() {
        return Duration.ofNanos(longestNanos).toMillis();
    }

    @Override
    public void close() throws InterruptedException {
        over = true;
        listener.join();
    }
}
