package dev.onsale.payments;

import dev.onsale.payments.PaymentExecutor.Done;
import dev.onsale.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One member of a share group. Takes a few records, has them executed side by side, and acknowledges each once its outcome
 * is written. A record that takes long has its lock renewed, so that an ailing gateway costs no deliveries.
 *
 * <p>While a record is renewed, the client fetches no others: one slow payment holds up this member. That is why a worker
 * runs several members.
 *
 * <p>While payments are halted, records that were taken wait under their lock, which is renewed, and no others are taken: the
 * halt costs no deliveries either.
 *
 * <p>The broker gives up on a record after a number of deliveries, silently. So the last one is not used: the record goes
 * to the dead letters and is rejected.
 */
final class ShareSource implements Source {

    private static final Logger log = LoggerFactory.getLogger(ShareSource.class);

    private static final Duration IDLE_POLL = Duration.ofMillis(500);
    /** A poll after a renewal finds the renewed records at once. */
    private static final Duration RENEWING_POLL = Duration.ofMillis(20);

    private static final long TICK_MILLIS = 100;
    private static final int DEFAULT_LOCK_MILLIS = 30_000;
    private static final int RENEWALS_PER_LOCK = 3;

    private record Position(int partition, long offset) {
        static Position of(ConsumerRecord<?, ?> message) {
            return new Position(message.partition(), message.offset());
        }
    }

    private final ShareConsumer<byte[], byte[]> consumer;
    private final PaymentExecutor executor;
    private final Halt halt;
    private final ExecutorService threads;
    private final int deliveryLimit;
    private final Duration stopGrace;

    /** What is under way. A record that comes back renewed, or is delivered again meanwhile, finds its work here. */
    private final Map<Position, Future<Done>> works = new HashMap<>();

    private final BlockingQueue<Position> finished = new LinkedBlockingQueue<>();
    private volatile boolean begun;
    private volatile boolean stopping;

    /**
     * @param consumer in explicit acknowledgement mode; closed by {@link #run}
     * @param deliveryLimit the group's {@code share.delivery.count.limit}
     * @param stopGrace how long work under way may take after {@link #stop}
     */
    ShareSource(
            ShareConsumer<byte[], byte[]> consumer,
            PaymentExecutor executor,
            Halt halt,
            ExecutorService threads,
            int deliveryLimit,
            Duration stopGrace) {
        this.consumer = consumer;
        this.executor = executor;
        this.halt = halt;
        this.threads = threads;
        this.deliveryLimit = deliveryLimit;
        this.stopGrace = stopGrace;
    }

    @Override
    public boolean ready() {
        return begun && !stopping;
    }

    @Override
    public void stop() {
        stopping = true;
        consumer.wakeup();
    }

    @Override
    public void run() {
        try (consumer) {
            consumer.setAcknowledgementCommitCallback((offsets, error) -> {
                if (error != null) {
                    log.info(
                            "acknowledgements failed, the records are delivered again: {} {}",
                            offsets,
                            error.toString());
                }
            });
            consumer.subscribe(List.of(Topics.PAYMENTS.name()));
            while (!stopping) {
                if (works.isEmpty() && !halt.endsWithin(IDLE_POLL)) {
                    begun = true;
                    continue;
                }
                ConsumerRecords<byte[], byte[]> records = consumer.poll(works.isEmpty() ? IDLE_POLL : RENEWING_POLL);
                begun = true;
                handle(records);
            }
        } catch (WakeupException e) {
            log.debug("woken up to stop");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void handle(ConsumerRecords<byte[], byte[]> records) throws InterruptedException {
        List<ConsumerRecord<byte[], byte[]>> open = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> message : records) {
            works.computeIfAbsent(Position.of(message), position -> start(position, message));
            open.add(message);
        }
        long lockMillis = consumer.acquisitionLockTimeoutMs().orElse(DEFAULT_LOCK_MILLIS);
        long renewAt = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(lockMillis / RENEWALS_PER_LOCK);
        while (!open.isEmpty() && !stopping) {
            awaitProgress(open);
            acknowledgeFinished(open);
            if (System.nanoTime() - renewAt >= 0) {
                renew(open, Duration.ofMillis(lockMillis / RENEWALS_PER_LOCK));
                return;
            }
        }
        if (stopping) {
            finish(open);
        } else {
            // Work whose lock was lost: its record is not ours any more, and whoever has it finds the same answer.
            works.values().removeIf(Future::isDone);
        }
    }

    /**
     * Renews the locks of records, which the next poll hands back. It does not leave the renewal to that poll, as the
     * client's documentation does: a poll that finds renewals pending also lets the client fetch more records (seen in
     * 4.3.1), whose locks then run out unseen in its buffer, delivery after delivery.
     */
    private void renew(List<ConsumerRecord<byte[], byte[]>> open, Duration timeout) {
        open.forEach(message -> consumer.acknowledge(message, AcknowledgeType.RENEW));
        try {
            consumer.commitSync(timeout);
        } catch (TimeoutException e) {
            // Whoever gets the records then, this member or another, finds the work or its answer.
            log.info("locks were not renewed in time, records may be delivered again: {}", e.toString());
        }
    }

    private Future<Done> start(Position position, ConsumerRecord<byte[], byte[]> message) {
        int delivery = message.deliveryCount().orElse((short) 1);
        if (delivery > 1) {
            log.info("delivery {} of {}/{}", delivery, message.partition(), message.offset());
        }
        return threads.submit(() -> {
            try {
                return delivery >= deliveryLimit
                        ? executor.undeliverable(message, delivery)
                        : executor.execute(message);
            } finally {
                finished.add(position);
            }
        });
    }

    /** Until everything has ended, but not longer than a tick. Acknowledging in ticks saves requests. */
    private void awaitProgress(List<ConsumerRecord<byte[], byte[]>> open) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
        while (open.stream().anyMatch(message -> !isDone(message))) {
            long left = until - System.nanoTime();
            if (left <= 0 || stopping) {
                return;
            }
            if (finished.poll(left, TimeUnit.NANOSECONDS) == null) {
                return;
            }
        }
    }

    private boolean isDone(ConsumerRecord<byte[], byte[]> message) {
        Future<Done> work = works.get(Position.of(message));
        return work == null || work.isDone();
    }

    private void acknowledgeFinished(List<ConsumerRecord<byte[], byte[]>> open) throws InterruptedException {
        boolean any = false;
        for (Iterator<ConsumerRecord<byte[], byte[]>> it = open.iterator(); it.hasNext(); ) {
            ConsumerRecord<byte[], byte[]> message = it.next();
            Future<Done> work = works.get(Position.of(message));
            if (work != null && work.isDone()) {
                consumer.acknowledge(message, acknowledgement(work));
                works.remove(Position.of(message));
                it.remove();
                any = true;
            }
        }
        if (any) {
            consumer.commitAsync();
        }
    }

    private static AcknowledgeType acknowledgement(Future<Done> work) throws InterruptedException {
        try {
            return switch (work.get()) {
                case REPORTED -> AcknowledgeType.ACCEPT;
                case DEAD_LETTERED -> AcknowledgeType.REJECT;
            };
        } catch (ExecutionException e) {
            if (e.getCause() instanceof InterruptedException) {
                return AcknowledgeType.RELEASE;
            }
            throw new IllegalStateException("a payment request could not be executed", e.getCause());
        }
    }

    /** Lets work under way end; what does not end in time is given back to the group. */
    private void finish(List<ConsumerRecord<byte[], byte[]>> open) throws InterruptedException {
        long until = System.nanoTime() + stopGrace.toNanos();
        while (open.stream().anyMatch(message -> !isDone(message)) && System.nanoTime() - until < 0) {
            finished.poll(TICK_MILLIS, TimeUnit.MILLISECONDS);
        }
        acknowledgeFinished(open);
        for (ConsumerRecord<byte[], byte[]> message : open) {
            Future<Done> work = works.get(Position.of(message));
            if (work != null) {
                work.cancel(true);
            }
            consumer.acknowledge(message, AcknowledgeType.RELEASE);
        }
    }
}
