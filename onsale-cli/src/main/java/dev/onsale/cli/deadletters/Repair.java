package dev.onsale.cli.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.inventory.wire.Intake;
import dev.onsale.payments.PaymentIntake;
import dev.onsale.payments.PaymentWorkerConfig;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.DeadLetters;
import dev.onsale.schemas.DeadLetters.Problem;
import dev.onsale.schemas.SchemaIds;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Command;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentRequest;
import dev.onsale.wire.Receipt;
import dev.onsale.wire.SetPayments;
import dev.onsale.wire.SetSales;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Makes the record by which a dead letter is sent again: the same bytes, so the same request, where they belong. It asks this
 * build whether they can be read by now, not the letter.
 */
final class Repair {

    /**
     * A record to be sent.
     *
     * @param details what the release log says of it besides
     */
    record Resent(ProducerRecord<byte[], byte @Nullable []> message, ObjectNode details) {}

    private static final Duration MAX_AGE = PaymentWorkerConfig.AUTHORISE_MAX_AGE;

    private final Intake commands;
    private final PaymentIntake payments;
    private final int partitions;
    private final Function<Receipt, Optional<Instant>> decidedAt;
    private final Clock clock;

    /**
     * @param partitions of {@code onsale.commands}
     * @param decidedAt when a command was written; empty: there is none at that place
     */
    Repair(SchemaIds ids, int partitions, Function<Receipt, Optional<Instant>> decidedAt, Clock clock) {
        this.commands = new Intake(AvroSerde.of(Command.class, ids, Topics.COMMANDS.name() + "-value"), partitions);
        this.payments = new PaymentIntake(ids);
        this.partitions = partitions;
        this.decidedAt = decidedAt;
        this.clock = clock;
    }

    /** @throws OperatorError when it would be of no use, or not safe; the sentence says what to do instead */
    Resent of(Letter letter) {
        if (letter.topic().equals(Topics.COMMANDS.name())) {
            return command(letter);
        }
        if (letter.topic().equals(Topics.PAYMENTS.name())) {
            return payment(letter);
        }
        throw new OperatorError("The dead letter " + letter.id()
                + " was put aside by nothing of onsale's; send its record" + " again by other means, then drop it.");
    }

    private Resent command(Letter letter) {
        return switch (commands.readWhereItBelongs(letter.value())) {
            case Intake.Undecidable(Problem problem, String detail) -> throw unreadable(letter, problem, detail);
            case Intake.Decidable(SectionKey section, Command command) -> {
                if (command.getPayload() instanceof SetSales || command.getPayload() instanceof SetPayments) {
                    throw new OperatorError("The dead letter " + letter.id() + " is a switch of " + section
                            + " and has no request id: sent again, it would undo what was switched since. Switch what is"
                            + " to hold now (onsale flags), then drop it.");
                }
                // The partition is named, so that no partitioner in the client's properties can misplace it again.
                yield new Resent(
                        new ProducerRecord<>(
                                Topics.COMMANDS.name(),
                                section.partition(partitions),
                                section.toString().getBytes(UTF_8),
                                letter.value()),
                        JsonNodeFactory.instance.objectNode());
            }
        };
    }

    private Resent payment(Letter letter) {
        return switch (payments.read(letter.value())) {
            case PaymentIntake.Unexecutable(Problem problem, String detail) ->
                throw unreadable(letter, problem, detail);
            case PaymentIntake.Executable(PaymentRequest request) ->
                new Resent(
                        new ProducerRecord<>(
                                Topics.PAYMENTS.name(),
                                null,
                                // The worker goes by it, too: however long this waits, it looks no younger than it is.
                                firstAsked(letter, request).toEpochMilli(),
                                request.getOrderId().getBytes(UTF_8),
                                letter.value()),
                        JsonNodeFactory.instance.objectNode().put(DeadLetters.PAYMENT, request.getIdempotencyKey()));
        };
    }

    /**
     * When a payment was asked for first: the time of the command that its receipt names, which the broker stamped. A letter's
     * own time would not do, since what was sent again and put aside again has a young one. Only an authorisation can be too
     * old: the other operations name a payment, and the gateway knows what became of that.
     */
    private Instant firstAsked(Letter letter, PaymentRequest request) {
        Instant asked = decidedAt
                .apply(request.getReceipt())
                .orElseThrow(() -> new OperatorError("The dead letter " + letter.id() + " is a payment request of "
                        + Topics.COMMANDS.name() + "/" + request.getReceipt().getPartition() + "/"
                        + request.getReceipt().getOffset() + ", where no command is, so nobody decided it; find out who"
                        + " wrote it, then drop it."));
        Duration age = Duration.between(asked, clock.instant());
        if (request.getOperation() == PaymentOperation.AUTHORISE && age.compareTo(MAX_AGE) > 0) {
            throw new OperatorError("The dead letter " + letter.id() + " asks for an authorisation of " + age.toHours()
                    + " hours ago, and after " + MAX_AGE.toHours() + " the gateway may have forgotten its idempotency"
                    + " key: sent again, it could charge twice. Look for the payment with orderId "
                    + request.getOrderId() + " and attempt " + request.getAttempt()
                    + " at the gateway, cancel it there if there is one, then drop this; the buyer may order anew.");
        }
        return asked;
    }

    private static OperatorError unreadable(Letter letter, Problem problem, String detail) {
        boolean byOthers = problem == Problem.UNKNOWN_SCHEMA || problem == Problem.UNKNOWN_SYMBOL;
        return new OperatorError("The dead letter " + letter.id() + " cannot be taken by this build either, it is "
                + problem + ": " + detail + ". " + problem.mend()
                + (byOthers
                        ? " Then repair it."
                        : " Its bytes cannot be mended here: let its sender send it anew under the same request id, then"
                                + " drop it."));
    }
}
