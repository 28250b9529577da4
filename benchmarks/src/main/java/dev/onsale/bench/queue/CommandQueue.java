package dev.onsale.bench.queue;

import dev.onsale.bench.Broker;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Command;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Puts a workload onto {@code onsale.commands}. */
final class CommandQueue {

    private CommandQueue() {}

    /** Properties of a producer that writes as fast as it can and loses nothing. */
    static Map<String, Object> producer(Broker broker) {
        Map<String, Object> properties = new HashMap<>(broker.client());
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024);
        return properties;
    }

    /** @return the number of commands that are in the topic now */
    static int fill(Broker broker, Workload workload, int purchases) {
        var failure = new AtomicReference<Exception>();
        try (KafkaProducer<String, Command> producer = new KafkaProducer<>(
                producer(broker),
                Topics.COMMANDS.keySerde().serializer(),
                Topics.COMMANDS.valueSerde(PinnedSchemas.released()).serializer())) {
            List<Command> openings = workload.openings(purchases);
            Consumer<Command> send = command -> {
                String key = Workload.key(command).toString();
                var _ = producer.send(
                        new ProducerRecord<>(Topics.COMMANDS.name(), key, command),
                        (written, e) -> failure.compareAndSet(null, e));
            };
            openings.forEach(send);
            IntStream.range(0, purchases)
                    .mapToObj(i -> workload.purchase(purchases, i))
                    .forEach(send);
            producer.flush();
            if (failure.get() != null) {
                throw new IllegalStateException("the queue could not be filled", failure.get());
            }
            return openings.size() + purchases;
        }
    }
}
