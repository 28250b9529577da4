package dev.onsale.system.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.CancelOrder;
import dev.onsale.wire.CancelledBy;
import dev.onsale.wire.Command;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.OpenSection;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.SeatPreference;
import dev.onsale.wire.SectionDefinition;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Writes commands straight to {@code onsale.commands}, as an API gateway would. Safe for use by several threads. */
final class Commands implements AutoCloseable {

    static final AvroSerde<Command> SERDE =
            AvroSerde.of(Command.class, PinnedSchemas.released(), Topics.COMMANDS.name() + "-value");
    static final String GOOD_CARD = "pm_card_visa";
    static final String BAD_CARD = "pm_card_chargeDeclined";
    /** Minor units. */
    static final long PRICE = 4_500;

    private final KafkaProducer<byte[], byte @Nullable []> producer;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    Commands(String bootstrap) {
        producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap, ProducerConfig.LINGER_MS_CONFIG, 2),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** A section of numbered seats, with no limit for a buyer that matters. */
    void open(SectionKey section, int rows, int seatsPerRow, int holdSeconds) {
        send(section, opening(section, rows, seatsPerRow, holdSeconds));
    }

    static Command opening(SectionKey section, int rows, int seatsPerRow, int holdSeconds) {
        var definition = new SectionDefinition(
                "Fault", "EUR", rows, seatsPerRow, 0, PRICE, holdSeconds, rows * seatsPerRow, null, null);
        return new Command(header(section).build(), new OpenSection(definition));
    }

    /** @param seats by name; empty: the best available, as many as {@code quantity} */
    void buy(SectionKey section, String buyer, String requestId, int quantity, List<String> seats, String card) {
        send(section, purchase(section, buyer, requestId, quantity, seats, card));
    }

    static Command purchase(
            SectionKey section, String buyer, String requestId, int quantity, List<String> seats, String card) {
        return new Command(
                header(section).setBuyer(buyer).setRequestId(requestId).build(),
                new Purchase(seats.isEmpty() ? quantity : 0, seats, SeatPreference.CONTIGUOUS, null, card));
    }

    void cancel(SectionKey section, String buyer, String orderId) {
        var header = header(section).setBuyer(buyer).setOrderId(orderId).build();
        send(section, new Command(header, new CancelOrder(CancelledBy.BUYER, "")));
    }

    static CommandHeader.Builder header(SectionKey section) {
        return CommandHeader.newBuilder().setEventId(section.eventId()).setSectionId(section.sectionId());
    }

    private void send(SectionKey section, Command command) {
        send(new ProducerRecord<>(Topics.COMMANDS.name(), section.toString().getBytes(UTF_8), SERDE.toBytes(command)));
    }

    /** With a time of its own, which counts where the topic's records have the time of their creation. */
    void sendAt(long atMillis, SectionKey section, Command command) {
        send(new ProducerRecord<>(
                Topics.COMMANDS.name(), null, atMillis, section.toString().getBytes(UTF_8), SERDE.toBytes(command)));
    }

    /** Any bytes, anywhere. */
    void send(ProducerRecord<byte[], byte @Nullable []> record) {
        var _ = producer.send(record, (_, e) -> {
            if (e != null) {
                failure.compareAndSet(null, e);
            }
        });
    }

    /** Returns when the broker has everything. */
    void flush() {
        producer.flush();
        Exception e = failure.get();
        if (e != null) {
            throw new IllegalStateException("a command was not written", e);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
