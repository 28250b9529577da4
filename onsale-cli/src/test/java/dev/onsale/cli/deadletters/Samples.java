package dev.onsale.cli.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.DeadLetters.Problem;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Command;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentRequest;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.Receipt;
import dev.onsale.wire.SeatPreference;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Records to be put aside. */
final class Samples {

    static final SectionKey SECTION = new SectionKey("rock-night", "A");
    static final AvroSerde<Command> COMMANDS =
            AvroSerde.of(Command.class, PinnedSchemas.released(), Topics.COMMANDS.name() + "-value");
    static final AvroSerde<PaymentRequest> PAYMENTS =
            AvroSerde.of(PaymentRequest.class, PinnedSchemas.released(), Topics.PAYMENTS.name() + "-value");

    private Samples() {}

    static CommandHeader.Builder header() {
        return CommandHeader.newBuilder().setEventId(SECTION.eventId()).setSectionId(SECTION.sectionId());
    }

    static byte[] purchase(String buyer, String requestId) {
        return command(
                header().setBuyer(buyer).setRequestId(requestId),
                new Purchase(1, List.of(), SeatPreference.CONTIGUOUS, null, "pm_card_visa"));
    }

    static byte[] command(CommandHeader.Builder header, Object payload) {
        return COMMANDS.toBytes(new Command(header.build(), payload));
    }

    static PaymentRequest payment(PaymentOperation operation, Receipt receipt) {
        return new PaymentRequest(
                "o1", "rock-night", "A", "ada", operation, 1, 4500L, "EUR", "o1:1:key", "pm_x", "", Map.of(), receipt);
    }

    static Letter letter(String topic, Problem problem, byte @Nullable [] value) {
        return new Letter(
                topic + "/2/17", Instant.EPOCH, problem.name(), "detail", problem.mend(), "k".getBytes(UTF_8), value);
    }
}
