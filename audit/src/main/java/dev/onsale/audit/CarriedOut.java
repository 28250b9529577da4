package dev.onsale.audit;

import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.SchemaIds;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Command;
import dev.onsale.wire.PaymentReported;
import dev.onsale.wire.PaymentRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Up to which offsets payments are carried out. What the brokers know of it lags behind by the last acknowledgements, so the
 * requests from there on are held against the reports among the commands.
 */
final class CarriedOut {

    private final List<Long> acknowledged;
    private final AvroSerde<PaymentRequest> requests;
    private final AvroSerde<Command> commands;
    /** Position of each request that has no report yet, by what the report will name. */
    private final Map<String, LogRecord> open = new HashMap<>();

    /** @param acknowledged by partition, the offset up to which the brokers know it */
    CarriedOut(List<Long> acknowledged, SchemaIds ids) {
        this.acknowledged = acknowledged;
        this.requests = AvroSerde.of(PaymentRequest.class, ids, Topics.PAYMENTS.name() + "-value");
        this.commands = AvroSerde.of(Command.class, ids, Topics.COMMANDS.name() + "-value");
    }

    /** Of all payments first, then of all commands. */
    void see(LogRecord message) {
        byte[] value = message.value();
        if (value == null) {
            return;
        }
        try {
            if (message.topic().equals(Topics.PAYMENTS.name())) {
                if (message.offset() >= acknowledged.get(message.partition())) {
                    PaymentRequest request = requests.fromBytes(value);
                    open.put(key(request.getOrderId(), request.getAttempt(), request.getOperation()), message);
                }
            } else if (message.topic().equals(Topics.COMMANDS.name()) && !open.isEmpty()) {
                Command command = commands.fromBytes(value);
                if (command.getPayload() instanceof PaymentReported report) {
                    open.remove(key(command.getHeader().getOrderId(), report.getAttempt(), report.getOperation()));
                }
            }
        } catch (SerializationException e) {
            // A dead letter: nobody carries it out.
        }
    }

    private static String key(String orderId, int attempt, Object operation) {
        return orderId + "/" + attempt + "/" + operation;
    }

    /** @param ends of the partitions of the payments */
    List<Long> upTo(List<Long> ends) {
        return IntStream.range(0, ends.size())
                .mapToObj(partition -> first(partition).orElse(ends.get(partition)))
                .toList();
    }

    private Optional<Long> first(int partition) {
        return open.values().stream()
                .filter(request -> request.partition() == partition)
                .map(LogRecord::offset)
                .min(Long::compare);
    }
}
