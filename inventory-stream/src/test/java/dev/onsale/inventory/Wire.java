package dev.onsale.inventory;

import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.Requests;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Command;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.OpenSection;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentOutcome;
import dev.onsale.wire.PaymentReported;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.SeatPreference;
import dev.onsale.wire.SectionDefinition;
import java.util.List;

/** Commands as a producer would write them. */
public final class Wire {

    public static final SectionKey SECTION = new SectionKey("rock-night", "A");
    public static final AvroSerde<Command> COMMANDS =
            AvroSerde.of(Command.class, PinnedSchemas.released(), Topics.COMMANDS.name() + "-value");

    private Wire() {}

    public static CommandHeader.Builder header() {
        return CommandHeader.newBuilder().setEventId(SECTION.eventId()).setSectionId(SECTION.sectionId());
    }

    public static Command open(int rows, int seatsPerRow, int holdSeconds) {
        return new Command(
                header().build(),
                new OpenSection(new SectionDefinition(
                        "Rock Night", "EUR", rows, seatsPerRow, 0, 4500L, holdSeconds, 6, null, null)));
    }

    public static Command purchase(String buyer, String requestId, int quantity) {
        return new Command(
                header().setBuyer(buyer).setRequestId(requestId).build(),
                new Purchase(quantity, List.of(), SeatPreference.CONTIGUOUS, null, "pm_card_visa"));
    }

    public static Command reported(String buyer, String requestId, PaymentOperation operation, PaymentOutcome outcome) {
        return new Command(
                header().setOrderId(Requests.orderId(buyer, requestId)).build(),
                new PaymentReported(1, operation, outcome, "", "pi_1", 4500L));
    }
}
