package dev.onsale.inventory.wire;

import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.DeadLetters.Problem;
import dev.onsale.schemas.Requests;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.UnknownSchemaException;
import dev.onsale.wire.CancelOrder;
import dev.onsale.wire.CancelledBy;
import dev.onsale.wire.Command;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.EnterFallback;
import dev.onsale.wire.ExpireHolds;
import dev.onsale.wire.LeaveFallback;
import dev.onsale.wire.OpenSection;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentOutcome;
import dev.onsale.wire.PaymentReported;
import dev.onsale.wire.PaymentsState;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.RetryPayment;
import dev.onsale.wire.SalesState;
import dev.onsale.wire.SeatPreference;
import dev.onsale.wire.SetPayments;
import dev.onsale.wire.SetSales;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/** Reads records of {@code onsale.commands}. What cannot be decided here is told apart, with what mends it. */
public final class Intake {

    /** What a record turned out to be. */
    public sealed interface Read {}

    /** A command that belongs here; its orderId is filled in. */
    public record Decidable(SectionKey section, Command command) implements Read {}

    /** A record for {@code onsale.dead-letters}. */
    public record Undecidable(Problem problem, String detail) implements Read {}

    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Undecidable undecidable;

        Refusal(Problem problem, String detail) {
            super(detail, null, false, false);
            this.undecidable = new Undecidable(problem, detail);
        }
    }

    private final AvroSerde<Command> serde;
    private final int partitions;

    /** @param partitions number of partitions of {@code onsale.commands} */
    public Intake(AvroSerde<Command> serde, int partitions) {
        this.serde = serde;
        this.partitions = partitions;
    }

    public Read read(byte @Nullable [] key, byte @Nullable [] value, int partition) {
        try {
            Command command = decode(value);
            SectionKey section = section(command.getHeader());
            requireHere(section, key, partition);
            identify(command);
            return new Decidable(section, command);
        } catch (Refusal refusal) {
            return refusal.undecidable;
        }
    }

    /** What a record would be if it stood where its own header says: under that section's key, in that key's partition. */
    public Read readWhereItBelongs(byte @Nullable [] value) {
        try {
            SectionKey section = section(decode(value).getHeader());
            return read(section.toString().getBytes(StandardCharsets.UTF_8), value, section.partition(partitions));
        } catch (Refusal refusal) {
            return refusal.undecidable;
        }
    }

    private Command decode(byte @Nullable [] value) {
        if (value == null) {
            throw new Refusal(Problem.UNREADABLE, "the record has no value");
        }
        try {
            return serde.fromBytes(value);
        } catch (UnknownSchemaException e) {
            throw new Refusal(Problem.UNKNOWN_SCHEMA, message(e));
        } catch (SerializationException e) {
            throw new Refusal(Problem.UNREADABLE, message(e));
        }
    }

    private static SectionKey section(CommandHeader header) {
        try {
            return new SectionKey(header.getEventId(), header.getSectionId());
        } catch (IllegalArgumentException e) {
            throw new Refusal(Problem.INVALID_HEADER, message(e));
        }
    }

    private void requireHere(SectionKey section, byte @Nullable [] key, int partition) {
        String actual = key == null ? "none" : new String(key, StandardCharsets.UTF_8);
        if (!actual.equals(section.toString())) {
            throw new Refusal(
                    Problem.WRONG_KEY, "the key is '" + shortened(actual) + "', the header says '" + section + "'");
        }
        int right = section.partition(partitions);
        if (partition != right) {
            throw new Refusal(
                    Problem.WRONG_PARTITION,
                    "key '" + section + "' belongs to partition " + right + " of " + partitions + ", not " + partition);
        }
    }

    /** Checks who and which order, and fills in the order's id where the producer left it to us. */
    private static void identify(Command command) {
        CommandHeader header = command.getHeader();
        requireKnownEvents(header);
        switch (command.getPayload()) {
            case Purchase purchase -> {
                known(purchase.getPreference() != SeatPreference.UNKNOWN, "preference");
                String orderId = orderId(header);
                if (!header.getOrderId().isEmpty() && !header.getOrderId().equals(orderId)) {
                    throw new Refusal(
                            Problem.WRONG_ORDER_ID,
                            "orderId is '" + shortened(header.getOrderId()) + "' but must be '" + orderId + "'");
                }
                header.setOrderId(orderId);
            }
            case PaymentReported report -> {
                requireOrderId(header);
                known(report.getOperation() != PaymentOperation.UNKNOWN, "operation");
                known(report.getOutcome() != PaymentOutcome.UNKNOWN, "outcome");
            }
            case RetryPayment _ -> requireOrderId(header);
            case CancelOrder cancel -> {
                requireOrderId(header);
                known(cancel.getBy() != CancelledBy.UNKNOWN, "by");
            }
            case SetPayments payments -> known(payments.getState() != PaymentsState.UNKNOWN, "state");
            case SetSales sales -> known(sales.getState() != SalesState.UNKNOWN, "state");
            case OpenSection _, ExpireHolds _, EnterFallback _, LeaveFallback _ -> {}
            case Object other -> throw new Refusal(Problem.UNREADABLE, "payload " + other.getClass() + " is unknown");
        }
    }

    /** What was decided elsewhere is compared with what is decided here, so all of it must be known. */
    private static void requireKnownEvents(CommandHeader header) {
        try {
            if (header.getAdopted() != null) {
                header.getAdopted().getEvents().forEach(RecordedEvent::of);
            }
        } catch (IllegalArgumentException e) {
            throw new Refusal(Problem.UNKNOWN_SYMBOL, shortened(message(e)));
        }
    }

    private static String orderId(CommandHeader header) {
        try {
            return Requests.orderId(header.getBuyer(), header.getRequestId());
        } catch (IllegalArgumentException e) {
            throw new Refusal(Problem.INVALID_HEADER, message(e));
        }
    }

    private static void requireOrderId(CommandHeader header) {
        if (header.getOrderId().isEmpty()) {
            throw new Refusal(Problem.INVALID_HEADER, "orderId is missing");
        }
    }

    private static void known(boolean known, String field) {
        if (!known) {
            throw new Refusal(Problem.UNKNOWN_SYMBOL, "'" + field + "' has a value that this build does not know");
        }
    }

    private static String message(RuntimeException e) {
        return String.valueOf(e.getMessage());
    }

    private static String shortened(String text) {
        return text.length() <= 140 ? text : text.substring(0, 140) + "…";
    }
}
