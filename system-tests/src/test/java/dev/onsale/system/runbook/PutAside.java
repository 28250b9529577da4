package dev.onsale.system.runbook;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.DeadLetters;
import dev.onsale.schemas.DeadLetters.Problem;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Command;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.SeatPreference;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Puts purchases aside as the decider does, under the ids that are given: those on a page, which no log would have by chance. */
final class PutAside {

    private PutAside() {}

    public static void main(String[] ids) throws Exception {
        var serde = AvroSerde.of(Command.class, PinnedSchemas.released(), Topics.COMMANDS.name() + "-value");
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", "127.0.0.1:9092"), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (String id : ids) {
                var header = CommandHeader.newBuilder()
                        .setEventId("rock-night")
                        .setSectionId("A")
                        .setBuyer("ada")
                        .setRequestId(id)
                        .build();
                var purchase = new Purchase(1, List.of(), SeatPreference.CONTIGUOUS, null, "pm_card_visa");
                producer.send(new ProducerRecord<>(
                                Topics.DEAD_LETTERS,
                                null,
                                id.getBytes(UTF_8),
                                serde.toBytes(new Command(header, purchase)),
                                DeadLetters.headers(
                                        Problem.WRONG_PARTITION,
                                        "as if by another partitioner",
                                        "rock-night/A".getBytes(UTF_8))))
                        .get();
            }
        }
    }
}
