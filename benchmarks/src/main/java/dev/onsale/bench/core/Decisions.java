package dev.onsale.bench.core;

import dev.onsale.domain.Command;
import dev.onsale.domain.Decider;
import dev.onsale.domain.Orders;
import dev.onsale.domain.SeatPreference;
import dev.onsale.domain.Section;
import dev.onsale.domain.SectionDefinition;
import dev.onsale.domain.Stamp;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Decide and evolve: purchases of one seat each until a section of 10,000 seats is sold out. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class Decisions {

    private static final int ROWS = 100;
    private static final int PER_ROW = 100;
    private static final int SEATS = ROWS * PER_ROW;
    private static final long BEGIN_MILLIS = 1_800_000_000_000L;

    @Param({"best", "explicit"})
    String seats = "best";

    private List<Command> purchases = List.of();
    private List<Stamp> stamps = List.of();
    private Section section = Section.unknown(Orders.inMemory());

    @Setup
    public void commands() {
        purchases = new ArrayList<>();
        stamps = new ArrayList<>();
        for (int i = 0; i < SEATS; i++) {
            List<String> named = seats.equals("explicit") ? List.of(name(i * 7_919 % SEATS)) : List.of();
            purchases.add(new Command.Purchase(
                    String.format("%032x", i * 0x9E3779B97F4A7C15L),
                    "buyer-" + i,
                    i,
                    named.isEmpty() ? 1 : 0,
                    named,
                    SeatPreference.CONTIGUOUS,
                    OptionalLong.empty(),
                    "pm_card_visa"));
            stamps.add(new Stamp(0, i + 1, BEGIN_MILLIS + i, Stamp.STABLE));
        }
    }

    private static String name(int seat) {
        int row = seat / PER_ROW;
        String last = Character.toString('A' + row % 26);
        return (row < 26 ? last : Character.toString('A' + row / 26 - 1) + last) + "-" + (seat % PER_ROW + 1);
    }

    @Setup(Level.Invocation)
    public void openSection() {
        section = Section.unknown(Orders.inMemory());
        var definition = new SectionDefinition(
                "A benchmark", "EUR", ROWS, PER_ROW, 0, 5_000, 86_400, 4, OptionalLong.empty(), OptionalLong.empty());
        Decider.handle(section, new Command.OpenSection(definition), new Stamp(0, 0, BEGIN_MILLIS, Stamp.STABLE));
    }

    /** Time and bytes are those of one purchase. */
    @Benchmark
    @OperationsPerInvocation(SEATS)
    public void sellOut(Blackhole blackhole) {
        for (int i = 0; i < SEATS; i++) {
            blackhole.consume(Decider.handle(section, purchases.get(i), stamps.get(i)));
        }
        if (section.free() > 0) {
            throw new IllegalStateException("the section is not sold out");
        }
    }
}
