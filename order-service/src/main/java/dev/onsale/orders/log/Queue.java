package dev.onsale.orders.log;

import dev.onsale.schemas.Topics;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the decider has come in {@code onsale.commands}: the log is the queue. What is known is asked for again while it
 * is used, about every {@value #REFRESH_MILLIS} ms, and never in the way of a call.
 */
public final class Queue implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Queue.class);
    /** The consumer group of inventory-stream. */
    private static final String DECIDER = "onsale-inventory";

    static final int REFRESH_MILLIS = 200;
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(3);
    /** How long after the decider's commit its statuses may still be on their way into the view. */
    private static final Duration VIEW_GRACE = Duration.ofSeconds(1);

    private final Admin admin;
    private final Map<TopicPartition, OffsetSpec> ends;
    private final AtomicBoolean asking = new AtomicBoolean();

    private volatile Progress progress;
    private volatile @Nullable CatchUp catchUp;

    /**
     * @param decided per partition the offset that the decider reads next
     * @param ends per partition the offset that the next command gets
     * @param paces per partition how fast it goes on
     * @param atNanos when this was so
     */
    private record Progress(List<Long> decided, List<Long> ends, List<Pace> paces, long atNanos) {

        static Progress unknown(int partitions) {
            List<Long> zeros = Collections.nCopies(partitions, 0L);
            return new Progress(zeros, zeros, List.of(), System.nanoTime());
        }

        Progress then(List<Long> decidedNow, List<Long> endsNow) {
            long now = System.nanoTime();
            List<Pace> pacesNow = IntStream.range(0, endsNow.size())
                    .mapToObj(p -> paces.isEmpty()
                            ? Pace.unknown(decidedNow.get(p), now)
                            : paces.get(p).seen(decidedNow.get(p), endsNow.get(p), now))
                    .toList();
            return new Progress(decidedNow, endsNow, pacesNow, now);
        }
    }

    /**
     * What was in the log before this instance could know about it.
     *
     * @param fromNanos from when on such commands are no longer written
     * @param ends the offsets up to which they are; empty while that is not known
     * @param reachedAtNanos when all of them were decided; 0: not yet
     */
    private record CatchUp(long fromNanos, List<Long> ends, long reachedAtNanos) {}

    private Queue(Admin admin, int partitions) {
        this.admin = admin;
        this.ends = IntStream.range(0, partitions)
                .boxed()
                .collect(
                        Collectors.toMap(p -> new TopicPartition(Topics.COMMANDS.name(), p), p -> OffsetSpec.latest()));
        this.progress = Progress.unknown(partitions);
    }

    /**
     * Asks once how things stand.
     *
     * @param admin closed with this
     * @param partitions number of partitions of {@code onsale.commands}
     */
    public static Queue open(Admin admin, int partitions) {
        Queue queue = new Queue(admin, partitions);
        queue.refresh();
        return queue;
    }

    public int partitions() {
        return ends.size();
    }

    /** Commands that are decided before the one at this offset; never negative. */
    public long ahead(int partition, long offset) {
        return Math.max(0, offset - current().decided.get(partition));
    }

    /** Commands that wait in a partition. */
    public long length(int partition) {
        Progress now = current();
        return Math.max(0, now.ends.get(partition) - now.decided.get(partition));
    }

    /** How long a new command of a partition would wait, at the pace of the last seconds; zero while that is not known. */
    public Duration expectedWait(int partition) {
        List<Pace> paces = current().paces;
        return paces.isEmpty() ? Duration.ZERO : paces.get(partition).waitBehind(length(partition));
    }

    /** Whether the command at this offset has been decided. */
    public boolean decided(int partition, long offset) {
        return current().decided.get(partition) > offset;
    }

    /**
     * From now on, until everything that was in the log a while later is decided, an order that the view does not know may
     * be one that was accepted by another instance. To be called when this instance takes over a part of the view.
     *
     * @param notice how long the others may go on to write for buyers of this instance, because they do not know of it yet
     */
    public void catchUp(Duration notice) {
        catchUp = new CatchUp(System.nanoTime() + notice.toNanos(), List.of(), 0);
        catchingUp();
    }

    /** Whether an unknown order may be an accepted one that waits to be decided. */
    public boolean catchingUp() {
        CatchUp goal = catchUp;
        if (goal == null) {
            return false;
        }
        if (goal.ends.isEmpty()) {
            // Again and again while the broker is away.
            if (System.nanoTime() - goal.fromNanos >= 0 && refresh()) {
                catchUp = new CatchUp(goal.fromNanos, progress.ends, 0);
            }
            return true;
        }
        Progress now = current();
        if (IntStream.range(0, goal.ends.size()).anyMatch(p -> now.decided.get(p) < goal.ends.get(p))) {
            return true;
        }
        if (goal.reachedAtNanos == 0) {
            catchUp = new CatchUp(goal.fromNanos, goal.ends, System.nanoTime());
            return true;
        }
        if (System.nanoTime() - goal.reachedAtNanos < VIEW_GRACE.toNanos()) {
            return true;
        }
        catchUp = null;
        return false;
    }

    private Progress current() {
        Progress known = progress;
        if (System.nanoTime() - known.atNanos
                        > Duration.ofMillis(REFRESH_MILLIS).toNanos()
                && asking.compareAndSet(false, true)) {
            Thread.ofVirtual().name("queue-length").start(() -> {
                try {
                    refresh();
                } finally {
                    asking.set(false);
                }
            });
        }
        return known;
    }

    private boolean refresh() {
        try {
            var committed = admin.listConsumerGroupOffsets(DECIDER).partitionsToOffsetAndMetadata();
            var latest = admin.listOffsets(ends).all();
            Map<TopicPartition, OffsetAndMetadata> next =
                    committed.get(REQUEST_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            Map<TopicPartition, ListOffsetsResultInfo> end =
                    latest.get(REQUEST_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            progress = progress.then(
                    perPartition(partition -> {
                        OffsetAndMetadata offset = next.get(partition);
                        return offset == null ? 0 : offset.offset();
                    }),
                    perPartition(partition -> {
                        ListOffsetsResultInfo info = end.get(partition);
                        return info == null ? 0 : info.offset();
                    }));
            return true;
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            log.warn("The length of the queue could not be asked for: {}", e.toString());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private List<Long> perPartition(ToLongFunction<TopicPartition> offset) {
        return IntStream.range(0, ends.size())
                .mapToObj(p -> offset.applyAsLong(new TopicPartition(Topics.COMMANDS.name(), p)))
                .toList();
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(2));
    }
}
