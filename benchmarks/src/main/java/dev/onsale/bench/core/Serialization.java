package dev.onsale.bench.core;

import dev.onsale.bench.queue.Workload;
import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.Requests;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Command;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A purchase to bytes, back, and to its order's id. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class Serialization {

    private final AvroSerde<Command> serde =
            AvroSerde.of(Command.class, PinnedSchemas.released(), Topics.COMMANDS.name() + "-value");
    private final Command purchase = Workload.DRAIN.purchase(1_000_000, 123_456);
    private final byte[] bytes = serde.toBytes(purchase);

    @Benchmark
    public byte[] write() {
        return serde.toBytes(purchase);
    }

    @Benchmark
    public Command read() {
        return serde.fromBytes(bytes);
    }

    @Benchmark
    public String orderId() {
        return Requests.orderId("buyer-123456", "request-123456");
    }
}
