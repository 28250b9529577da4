package dev.onsale.fallback.control;

import dev.onsale.fallback.SectionRow;
import dev.onsale.fallback.StateTables;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.CommandRejected;
import dev.onsale.wire.Event;
import dev.onsale.wire.FallbackLeft;
import dev.onsale.wire.Reason;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Watches the decider adopt what was sent to it, section by section, from when it was sent. */
final class Adoption {

    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Access access;
    private final long epoch;
    private final AvroSerde<Event> serde;
    private final Set<SectionKey> left = new HashSet<>();

    Adoption(KafkaConsumer<byte[], byte[]> consumer, Access access, long epoch) {
        this.consumer = consumer;
        this.access = access;
        this.epoch = epoch;
        this.serde = AvroSerde.of(Event.class, access.ids(), Topics.EVENTS.name() + "-value");
    }

    /** To be called before anything is sent. */
    void begin() {
        List<TopicPartition> partitions = consumer.partitionsFor(Topics.EVENTS.name(), access.patience()).stream()
                .filter(info -> info.leader() != null && !info.leader().isEmpty())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(partition -> consumer.position(partition, access.patience()));
        // What an earlier try has given back.
        access.database()
                .jdbi()
                .useTransaction(handle -> StateTables.EXPORTED.sections(handle).stream()
                        .filter(row -> row.state().fallback().epoch() == epoch
                                && !row.state().fallback().active())
                        .forEach(row -> left.add(row.key())));
    }

    /** @throws OperatorError when the decider refuses something, or nothing comes for too long */
    void await(Collection<SectionRow> sections) {
        Set<SectionKey> waiting = new HashSet<>();
        sections.forEach(row -> waiting.add(row.key()));
        waiting.removeAll(left);
        long movedNanos = System.nanoTime();
        while (!waiting.isEmpty()) {
            boolean moved = false;
            for (ConsumerRecord<byte[], byte[]> message : consumer.poll(POLL)) {
                moved = true;
                take(message, waiting);
            }
            if (moved) {
                movedNanos = System.nanoTime();
            } else if (System.nanoTime() - movedNanos > access.patience().toNanos()) {
                throw new OperatorError("The decider has not adopted everything: " + waiting.size()
                        + " sections are still to be given back, such as "
                        + waiting.iterator().next()
                        + ". Look whether inventory-stream runs, and run return again.");
            }
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> message, Set<SectionKey> waiting) {
        Event event = serde.fromBytes(message.value());
        var key =
                new SectionKey(event.getHeader().getEventId(), event.getHeader().getSectionId());
        if (event.getPayload() instanceof FallbackLeft ended && ended.getEpoch() == epoch) {
            waiting.remove(key);
        } else if (waiting.contains(key)
                && event.getPayload() instanceof CommandRejected refused
                && refused.getReason() == Reason.NOT_ADOPTED) {
            throw new OperatorError("The decider does not come to the same for the command at "
                    + Topics.COMMANDS.name() + "/" + message.partition() + "/"
                    + event.getHeader().getReceipt().getOffset() + " of " + key
                    + ", and leaves the section to the fallback. Start the build of inventory-stream that was fenced, and run"
                    + " return again; ./onsale replay --variant stable tells where builds differ.");
        }
    }
}
