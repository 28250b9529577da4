package dev.onsale.inventory;

import dev.onsale.inventory.wire.Intake;
import dev.onsale.inventory.wire.LiveSection;
import dev.onsale.schemas.DeadLetters;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Command;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.ExpireHolds;
import dev.onsale.wire.HoldReference;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides the commands of one partition, one by one. All that it writes for a command (stores, events, order status,
 * payment requests, dead letters) is in one transaction with the command's offset.
 *
 * <p>It decides first and writes then, so that an exception leaves nothing half done. Such an exception is a bug or a broken
 * invariant: it goes up, the transaction aborts, and the command is tried again from the last committed state.
 */
final class DeciderProcessor implements Processor<byte[], byte[], byte[], byte[]> {

    private static final Logger log = LoggerFactory.getLogger(DeciderProcessor.class);

    private static final Duration CLOCK_PERIOD = Duration.ofMillis(250);
    /** A section whose holds are due is not told again sooner than this. */
    private static final long TELL_AGAIN_NANOS = Duration.ofSeconds(1).toNanos();

    private static final int MAX_HOLDS_TOLD = 500;
    /** A command no older than this when it is decided shows that the queue is short: its buyer waits for the commit. */
    private static final long FRESH_MILLIS = 50;

    private final Intake intake;
    private final Serdes serdes;
    private final MeterRegistry meters;
    private final BrokerClock clock = new BrokerClock(System.currentTimeMillis(), System.nanoTime());
    private final Map<SectionKey, Long> toldAtNanos = new HashMap<>();
    private final Map<Class<?>, Counter> decided = new HashMap<>();

    private ProcessorContext<byte[], byte[]> context;
    private Sections sections;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
    DeciderProcessor(Serdes serdes, int partitions, MeterRegistry meters) {
        this.intake = new Intake(serdes.commands(), partitions);
        this.serdes = serdes;
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        this.context = context;
        long began = System.nanoTime();
        sections = Sections.load(
                context.getStateStore(InventoryTopology.SECTIONS_STORE),
                context.getStateStore(InventoryTopology.ORDERS_STORE));
        log.info(
                "partition {} assigned: {} sections at hand after {} ms",
                context.taskId().partition(),
                sections.all().size(),
                Duration.ofNanos(System.nanoTime() - began).toMillis());
        context.schedule(CLOCK_PERIOD, PunctuationType.WALL_CLOCK_TIME, wallMillis -> noticeEndedHolds());
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata source = context.recordMetadata().orElseThrow();
        clock.observe(record.timestamp(), System.nanoTime());
        switch (intake.read(record.key(), record.value(), source.partition())) {
            case Intake.Decidable(SectionKey key, Command command) -> decide(key, command, record.timestamp(), source);
            case Intake.Undecidable undecidable -> deadLetter(record, source, undecidable);
        }
        // The estimated clock alone would take a backlog for fresh: it knows no later time than the backlog's own.
        long now = Math.max(System.currentTimeMillis(), clock.millis(System.nanoTime()));
        if (now - record.timestamp() < FRESH_MILLIS) {
            context.commit();
        }
    }

    private void decide(SectionKey key, Command command, long atMillis, RecordMetadata source) {
        LiveSection.Outcome outcome = sections.of(key).decide(command, source.partition(), source.offset(), atMillis);
        long decidedAt = outcome.decided().stamp().atMillis();
        byte[] sectionKey = utf8(key.toString());
        sections.write(key, outcome);
        outcome.events().forEach(event -> {
            send(InventoryTopology.EVENTS_SINK, sectionKey, serdes.events().toBytes(event), decidedAt);
            count(event);
        });
        outcome.statuses()
                .forEach(status -> send(
                        InventoryTopology.ORDERS_SINK,
                        utf8(status.getOrderId()),
                        serdes.orders().toBytes(status),
                        decidedAt));
        outcome.payments()
                .forEach(payment -> send(
                        InventoryTopology.PAYMENTS_SINK,
                        utf8(payment.getOrderId()),
                        serdes.payments().toBytes(payment),
                        decidedAt));
    }

    private void count(dev.onsale.wire.Event event) {
        decided.computeIfAbsent(
                        event.getPayload().getClass(),
                        type -> meters.counter("onsale.events", "event", type.getSimpleName()))
                .increment();
    }

    private void deadLetter(Record<byte[], byte[]> record, RecordMetadata source, Intake.Undecidable undecidable) {
        log.warn(
                "dead letter {}/{}/{}: {} {}; {}",
                source.topic(),
                source.partition(),
                source.offset(),
                undecidable.problem(),
                undecidable.detail(),
                undecidable.problem().mend());
        meters.counter("onsale.dead.letters", "problem", undecidable.problem().name())
                .increment();
        context.forward(
                new Record<>(
                        utf8(DeadLetters.key(source.topic(), source.partition(), source.offset())),
                        record.value(),
                        record.timestamp(),
                        DeadLetters.headers(undecidable.problem(), undecidable.detail(), record.key())),
                InventoryTopology.DEAD_LETTERS_SINK);
    }

    /** Emits a command for every section with holds that seem to have ended; deciding is left to the command. */
    private void noticeEndedHolds() {
        long nanos = System.nanoTime();
        long now = clock.millis(nanos);
        for (LiveSection section : sections.all()) {
            List<String> ended = section.section().inFallback()
                    ? List.of()
                    : section.section().holdsEndedBy(now, MAX_HOLDS_TOLD);
            Long told = toldAtNanos.get(section.key());
            if (!ended.isEmpty() && (told == null || nanos - told >= TELL_AGAIN_NANOS)) {
                toldAtNanos.put(section.key(), nanos);
                tell(section, ended);
            }
        }
    }

    private void tell(LiveSection section, List<String> ended) {
        List<HoldReference> holds = ended.stream()
                .map(orderId -> new HoldReference(
                        orderId, section.section().order(orderId).orElseThrow().version()))
                .toList();
        SectionKey key = section.key();
        var header = CommandHeader.newBuilder()
                .setCommandId(UUID.randomUUID().toString())
                .setEventId(key.eventId())
                .setSectionId(key.sectionId())
                .build();
        byte[] command = serdes.commands().toBytes(new Command(header, new ExpireHolds(holds)));
        send(InventoryTopology.COMMANDS_SINK, utf8(key.toString()), command, context.currentSystemTimeMs());
    }

    private void send(String sink, byte[] key, byte[] value, long atMillis) {
        context.forward(new Record<>(key, value, atMillis, new RecordHeaders()), sink);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Topics that the processor writes to, by the name of their sink. */
    static Map<String, String> sinks() {
        return Map.of(
                InventoryTopology.EVENTS_SINK, Topics.EVENTS.name(),
                InventoryTopology.ORDERS_SINK, Topics.ORDERS.name(),
                InventoryTopology.PAYMENTS_SINK, Topics.PAYMENTS.name(),
                InventoryTopology.COMMANDS_SINK, Topics.COMMANDS.name(),
                InventoryTopology.DEAD_LETTERS_SINK, Topics.DEAD_LETTERS);
    }
}
