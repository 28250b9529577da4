package dev.onsale.fallback.control;

import dev.onsale.runtime.OperatorError;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** A stretch of a partition, as far as it is committed. */
final class Stretch {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final int LAST_RECORDS = 100;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final Duration patience;

    Stretch(KafkaConsumer<byte[], byte[]> consumer, String topic, int partition, Duration patience) {
        this.consumer = consumer;
        this.partition = new TopicPartition(topic, partition);
        this.patience = patience;
    }

    /** Offset behind the last committed record. */
    long end() {
        return consumer.endOffsets(List.of(partition), patience).getOrDefault(partition, 0L);
    }

    long begin() {
        return consumer.beginningOffsets(List.of(partition), patience).getOrDefault(partition, 0L);
    }

    /**
     * Reads from one offset to another, exclusive.
     *
     * @throws OperatorError when nothing comes for too long
     */
    void read(long from, long to, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        consumer.assign(List.of(partition));
        consumer.seek(partition, from);
        long movedNanos = System.nanoTime();
        for (long at = from; at < to; ) {
            for (ConsumerRecord<byte[], byte[]> message : consumer.poll(POLL).records(partition)) {
                if (message.offset() < to) {
                    each.accept(message);
                }
            }
            long now = consumer.position(partition);
            if (now > at) {
                movedNanos = System.nanoTime();
            } else if (System.nanoTime() - movedNanos > patience.toNanos()) {
                throw new OperatorError(partition + " cannot be read on from offset " + at
                        + "; look whether its leader answers, and run the same command again.");
            }
            at = now;
        }
    }

    /** Offset of the first record from a time on, epoch milliseconds; empty when there is none. */
    OptionalLong from(long atMillis) {
        var found =
                consumer.offsetsForTimes(Map.of(partition, atMillis), patience).get(partition);
        return found == null ? OptionalLong.empty() : OptionalLong.of(found.offset());
    }

    /** Hands over the last records before an offset, if there are any: some, of which the last is the last of all. */
    void last(long end, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        long begin = begin();
        long from = end;
        var seen = new AtomicBoolean();
        // The end may be nothing but markers of transactions.
        for (long back = LAST_RECORDS; !seen.get() && from > begin; back *= 4) {
            from = Math.max(begin, end - back);
            read(from, end, message -> {
                seen.set(true);
                each.accept(message);
            });
        }
    }
}
