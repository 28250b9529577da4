package dev.onsale.payments;

import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.DeadLetters.Problem;
import dev.onsale.schemas.RegistryUnavailableException;
import dev.onsale.schemas.SchemaIds;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.schemas.UnknownSchemaException;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentRequest;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads records of {@code onsale.payments}. What cannot be executed is told apart. */
public final class PaymentIntake {

    /** What a record turned out to be. */
    public sealed interface Read {}

    /** A request that a gateway can be asked for. */
    public record Executable(PaymentRequest request) implements Read {}

    /** A record for {@code onsale.dead-letters}. */
    public record Unexecutable(Problem problem, String detail) implements Read {}

    private static final Logger log = LoggerFactory.getLogger(PaymentIntake.class);
    private static final Duration REGISTRY_PAUSE = Duration.ofSeconds(1);

    private final AvroSerde<PaymentRequest> requests;

    public PaymentIntake(SchemaIds ids) {
        this.requests = AvroSerde.of(PaymentRequest.class, ids, Topics.PAYMENTS.name() + "-value");
    }

    /** As {@link #read}, but a registry that does not answer is waited for. @throws InterruptedException when asked to stop */
    Read readPatiently(byte @Nullable [] value) throws InterruptedException {
        while (true) {
            try {
                return read(value);
            } catch (RegistryUnavailableException e) {
                log.warn("A payment request waits for its schema: {}", e.getMessage());
                TimeUnit.MILLISECONDS.sleep(REGISTRY_PAUSE.toMillis());
            }
        }
    }

    /** @throws RegistryUnavailableException when the schema cannot be looked up now */
    public Read read(byte @Nullable [] value) {
        if (value == null) {
            return new Unexecutable(Problem.UNREADABLE, "the record has no value");
        }
        try {
            return checked(requests.fromBytes(value));
        } catch (UnknownSchemaException e) {
            return new Unexecutable(Problem.UNKNOWN_SCHEMA, String.valueOf(e.getMessage()));
        } catch (SerializationException e) {
            return new Unexecutable(Problem.UNREADABLE, String.valueOf(e.getMessage()));
        }
    }

    private static Read checked(PaymentRequest request) {
        if (request.getOperation() == PaymentOperation.UNKNOWN) {
            return new Unexecutable(Problem.UNKNOWN_SYMBOL, "the operation is one of a newer schema");
        }
        if (request.getIdempotencyKey().isEmpty()) {
            return new Unexecutable(Problem.UNREADABLE, "the idempotency key is empty");
        }
        try {
            var _ = new SectionKey(request.getEventId(), request.getSectionId());
            return new Executable(request);
        } catch (IllegalArgumentException e) {
            return new Unexecutable(Problem.UNREADABLE, String.valueOf(e.getMessage()));
        }
    }
}
