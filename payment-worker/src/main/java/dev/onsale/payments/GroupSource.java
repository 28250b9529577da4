package dev.onsale.payments;

import dev.onsale.payments.PaymentExecutor.Done;
import dev.onsale.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One member of an ordinary consumer group, for brokers that know no share groups. Takes a batch, has it executed side by
 * side, and commits once every outcome is written. Meanwhile it keeps polling with its partitions paused, so that it
 * stays in the group however long the gateway takes.
 */
final class GroupSource implements Source {

    private static final Logger log = LoggerFactory.getLogger(GroupSource.class);

    private static final Duration IDLE_POLL = Duration.ofMillis(500);
    private static final Duration BUSY_POLL = Duration.ofMillis(50);

    private final Consumer<byte[], byte[]> consumer;
    private final PaymentExecutor executor;
    private final ExecutorService threads;
    private final Duration stopGrace;

    private final List<Future<Done>> works = new ArrayList<>();
    private final Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
    private volatile boolean polled;
    private volatile boolean stopping;

    /**
     * @param consumer without automatic commits; closed by {@link #run}
     * @param stopGrace how long work under way may take after {@link #stop}
     */
    GroupSource(
            Consumer<byte[], byte[]> consumer, PaymentExecutor executor, ExecutorService threads, Duration stopGrace) {
        this.consumer = consumer;
        this.executor = executor;
        this.threads = threads;
        this.stopGrace = stopGrace;
    }

    @Override
    public boolean ready() {
        return polled && !stopping;
    }

    @Override
    public void stop() {
        stopping = true;
    }

    @Override
    public void run() {
        try (consumer) {
            consumer.subscribe(List.of(Topics.PAYMENTS.name()));
            while (!stopping) {
                take(IDLE_POLL);
                finishBatch();
            }
        } catch (WakeupException e) {
            log.debug("woken up to stop");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void take(Duration timeout) {
        for (ConsumerRecord<byte[], byte[]> message : consumer.poll(timeout)) {
            works.add(threads.submit(() -> executor.execute(message)));
            next.put(
                    new TopicPartition(message.topic(), message.partition()),
                    new OffsetAndMetadata(message.offset() + 1, message.leaderEpoch(), ""));
        }
        polled = true;
    }

    private void finishBatch() throws InterruptedException {
        long giveUpAt = Long.MAX_VALUE;
        while (works.stream().anyMatch(work -> !work.isDone())) {
            consumer.pause(consumer.assignment());
            // A partition that is assigned in this poll may hand over records, which then belong to the batch.
            take(BUSY_POLL);
            if (stopping) {
                giveUpAt = Math.min(giveUpAt, System.nanoTime() + stopGrace.toNanos());
                if (System.nanoTime() - giveUpAt >= 0) {
                    works.forEach(work -> work.cancel(true));
                    return;
                }
            }
        }
        for (Future<Done> work : works) {
            requireDone(work);
        }
        commit();
        works.clear();
        next.clear();
        consumer.resume(consumer.paused());
    }

    private static void requireDone(Future<Done> work) throws InterruptedException {
        try {
            work.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof InterruptedException stopped) {
                throw stopped;
            }
            throw new IllegalStateException("a payment request could not be executed", e.getCause());
        }
    }

    private void commit() {
        next.keySet().retainAll(consumer.assignment());
        if (next.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(next);
        } catch (CommitFailedException | RebalanceInProgressException e) {
            log.info("not committed, whoever has the partitions now repeats it harmlessly: {}", e.getMessage());
        }
    }
}
