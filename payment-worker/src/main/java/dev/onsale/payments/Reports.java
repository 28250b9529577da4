package dev.onsale.payments;

import dev.onsale.payments.GatewayAnswer.Conflict;
import dev.onsale.payments.GatewayAnswer.Declined;
import dev.onsale.payments.GatewayAnswer.Definite;
import dev.onsale.payments.GatewayAnswer.Succeeded;
import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.DeadLetters;
import dev.onsale.schemas.SchemaIds;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Command;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.PaymentOutcome;
import dev.onsale.wire.PaymentReported;
import dev.onsale.wire.PaymentRequest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what became of a payment request: a command for the decider, or a dead letter. Every method returns after all
 * in-sync replicas have it, and waits for a broker that is away for as long as it takes.
 */
final class Reports {

    private static final Logger log = LoggerFactory.getLogger(Reports.class);

    private final Producer<byte[], byte @Nullable []> producer;
    private final AvroSerde<Command> commands;

    Reports(Producer<byte[], byte @Nullable []> producer, SchemaIds ids) {
        this.producer = producer;
        this.commands = AvroSerde.of(Command.class, ids, Topics.COMMANDS.name() + "-value");
    }

    /** Tells the decider how an operation ended. Telling it twice is harmless: the decider knows the attempt. */
    void report(PaymentRequest request, Definite answer) throws InterruptedException {
        SectionKey key = new SectionKey(request.getEventId(), request.getSectionId());
        send(new ProducerRecord<>(
                Topics.COMMANDS.name(), utf8(key.toString()), commands.toBytes(command(request, answer))));
    }

    static Command command(PaymentRequest request, Definite answer) {
        CommandHeader header = CommandHeader.newBuilder()
                .setCommandId(request.getIdempotencyKey() + ":reported")
                .setEventId(request.getEventId())
                .setSectionId(request.getSectionId())
                .setOrderId(request.getOrderId())
                .setBuyer(request.getBuyer())
                .setVariants(Map.copyOf(request.getVariants()))
                .build();
        PaymentReported.Builder reported =
                PaymentReported.newBuilder().setAttempt(request.getAttempt()).setOperation(request.getOperation());
        switch (answer) {
            case Succeeded(String reference, long amount) ->
                reported.setOutcome(PaymentOutcome.SUCCEEDED)
                        .setGatewayReference(reference)
                        .setAmount(amount);
            case Declined(String code, String reference) ->
                reported.setOutcome(PaymentOutcome.DECLINED).setReason(code).setGatewayReference(reference);
            case Conflict(String code) ->
                reported.setOutcome(PaymentOutcome.CONFLICT).setReason(code);
        }
        return Command.newBuilder()
                .setHeader(header)
                .setPayload(reported.build())
                .build();
    }

    /** Puts a record aside, as it is, with the reason. */
    void deadLetter(ConsumerRecord<byte[], byte[]> source, DeadLetters.Problem problem, String detail)
            throws InterruptedException {
        String key = DeadLetters.key(source.topic(), source.partition(), source.offset());
        log.error("{} goes to {} as {}: {}", key, Topics.DEAD_LETTERS, problem, detail);
        send(new ProducerRecord<>(
                Topics.DEAD_LETTERS,
                null,
                utf8(key),
                source.value(),
                DeadLetters.headers(problem, detail, source.key())));
    }

    private void send(ProducerRecord<byte[], byte @Nullable []> message) throws InterruptedException {
        while (true) {
            try {
                producer.send(message).get();
                return;
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof RetriableException)) {
                    throw new IllegalStateException("cannot write to " + message.topic(), e.getCause());
                }
                log.warn("cannot write to {} yet, trying again: {}", message.topic(), String.valueOf(e.getCause()));
            }
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
