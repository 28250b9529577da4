package dev.onsale.release.canary;

import dev.onsale.release.flags.Flags;
import dev.onsale.release.flags.FlagsConfig;
import dev.onsale.release.flags.KillSwitches;
import dev.onsale.release.flags.Variants;
import dev.onsale.runtime.Settings;
import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Command;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.Event;
import dev.onsale.wire.EventHeader;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentOutcome;
import dev.onsale.wire.PaymentReported;
import dev.onsale.wire.PaymentRequested;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.Receipt;
import dev.onsale.wire.SeatPreference;
import dev.onsale.wire.SeatsHeld;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A sale without rules: new buyers all the time, stamped as the flags say, each answered at once. */
final class TestSale implements AutoCloseable {

    private static final int BUYERS_AT_ONCE = 20;
    private static final long PAUSE_MILLIS = 100;

    private final AvroSerde<Command> commandSerde =
            AvroSerde.of(Command.class, PinnedSchemas.released(), Topics.COMMANDS.name() + "-value");
    private final AvroSerde<Event> eventSerde =
            AvroSerde.of(Event.class, PinnedSchemas.released(), Topics.EVENTS.name() + "-value");
    private final KafkaProducer<byte[], byte[]> producer;
    private final Flags flags;
    private final Variants variants;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private int buyers;
    /** What the gateway does to those whose payments take the candidate's path. */
    private volatile boolean candidateDeclines;
    /** Gives a buyer's variants. */
    private volatile Function<String, Map<String, String>> stamps;

    TestSale(Map<String, Object> kafka, Path snapshot) {
        producer = new KafkaProducer<>(new HashMap<>(kafka), new ByteArraySerializer(), new ByteArraySerializer());
        flags = Flags.open(FlagsConfig.from(Settings.of(Map.of()), snapshot), kafka);
        variants = new Variants(flags, new KillSwitches(flags, "test", new SimpleMeterRegistry()));
        stamps = variants::of;
        var _ = timer.scheduleWithFixedDelay(this::sell, 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    void declineTheCandidates(boolean decline) {
        candidateDeclines = decline;
    }

    void stampBy(Function<String, Map<String, String>> variantsOf) {
        stamps = variantsOf;
    }

    void stampByFlags() {
        stamps = variants::of;
    }

    boolean live() {
        return flags.live();
    }

    Flags flags() {
        return flags;
    }

    /** What a buyer would be stamped with now. */
    String variant(String path, String buyer) {
        return variants.of(buyer).getOrDefault(path, "");
    }

    private void sell() {
        try {
            List<Command> purchases = new ArrayList<>();
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int i = 0; i < BUYERS_AT_ONCE; i++) {
                String buyer = "buyer-" + buyers++;
                var payload = new Purchase(1, List.of(), SeatPreference.CONTIGUOUS, null, "pm_card_visa");
                Command purchase = new Command(header(buyer, stamps.apply(buyer)), payload);
                purchases.add(purchase);
                sent.add(send(Topics.COMMANDS.name(), commandSerde.toBytes(purchase)));
            }
            for (int i = 0; i < BUYERS_AT_ONCE; i++) {
                CommandHeader of = purchases.get(i).getHeader();
                Receipt receipt = new Receipt(0, sent.get(i).get().offset());
                send(new SeatsHeld(List.of("A-1"), 1, 4500L, Instant.EPOCH, 0L), of, receipt);
                send(new PaymentRequested(PaymentOperation.AUTHORISE, 1, 4500L, "pm_card_visa", ""), of, receipt);
                var report = PaymentReported.newBuilder()
                        .setOperation(PaymentOperation.AUTHORISE)
                        .setAttempt(1)
                        .setOutcome(outcome(of))
                        .build();
                var _ = send(Topics.COMMANDS.name(), commandSerde.toBytes(new Command(of, report)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private PaymentOutcome outcome(CommandHeader of) {
        boolean candidate = "candidate".equals(of.getVariants().get("payments"));
        return candidate && candidateDeclines ? PaymentOutcome.DECLINED : PaymentOutcome.SUCCEEDED;
    }

    private static CommandHeader header(String buyer, Map<String, String> stamps) {
        return CommandHeader.newBuilder()
                .setEventId("rock-night")
                .setSectionId("A")
                .setBuyer(buyer)
                .setOrderId("order-of-" + buyer)
                .setVariants(stamps)
                .build();
    }

    private void send(Object payload, CommandHeader of, Receipt receipt) {
        var header = EventHeader.newBuilder()
                .setEventId(of.getEventId())
                .setSectionId(of.getSectionId())
                .setOrderId(of.getOrderId())
                .setBuyer(of.getBuyer())
                .setReceipt(receipt)
                .setDecidedAt(Instant.EPOCH)
                .setVariant("stable")
                .setSectionVersion(1L)
                .setFree(0)
                .setHeld(0)
                .setSold(0)
                .build();
        var _ = send(Topics.EVENTS.name(), eventSerde.toBytes(new Event(header, payload)));
    }

    private Future<RecordMetadata> send(String topic, byte[] value) {
        return producer.send(new ProducerRecord<>(topic, 0, new byte[0], value));
    }

    @Override
    public void close() {
        timer.close();
        flags.close();
        producer.close();
    }
}
