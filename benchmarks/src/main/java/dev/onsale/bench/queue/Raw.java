package dev.onsale.bench.queue;

import dev.onsale.bench.Broker;
import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Command;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A plain producer that writes commands, which are encoded before the clock starts, and does nothing else. */
final class Raw {

    private static final String TOPIC = "bench.raw";
    private static final int SAMPLES = 4_096;

    private Raw() {}

    /** @return commands a second, all of them acknowledged */
    static double perSecond(Broker broker, Workload workload, int commands) throws InterruptedException {
        AvroSerde<Command> serde =
                AvroSerde.of(Command.class, PinnedSchemas.released(), Topics.COMMANDS.name() + "-value");
        List<ProducerRecord<byte[], byte[]>> samples = IntStream.range(0, Math.min(SAMPLES, commands))
                .mapToObj(i -> workload.purchase(commands, i))
                .map(command -> new ProducerRecord<>(
                        TOPIC,
                        Workload.key(command).toString().getBytes(StandardCharsets.UTF_8),
                        serde.toBytes(command)))
                .toList();
        Yardstick.createTopics(broker, List.of(TOPIC));
        var failure = new AtomicReference<Exception>();
        var bytes = new ByteArraySerializer();
        long began;
        try (var producer = new KafkaProducer<>(CommandQueue.producer(broker), bytes, bytes)) {
            began = System.nanoTime();
            for (int i = 0; i < commands; i++) {
                var _ = producer.send(samples.get(i % samples.size()), (written, e) -> failure.compareAndSet(null, e));
            }
            producer.flush();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        if (failure.get() != null) {
            throw new IllegalStateException("the plain producer failed", failure.get());
        }
        return commands / seconds;
    }
}
