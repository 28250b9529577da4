package dev.onsale.cli.simulate;

import dev.onsale.runtime.OperatorError;
import dev.onsale.simulator.Mutant;
import dev.onsale.simulator.Simulation;
import dev.onsale.simulator.Simulation.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code onsale simulate}. What it prints on stdout depends on its options alone; times are on stderr. */
@Command(
        name = "simulate",
        description =
                "Prove the rules in a simulated world where all around them fails: crashes at every write, deciders that do not"
                        + " know they were replaced, repeated, late and lost messages, a gateway that fails or lies by timeout,"
                        + " clocks that jump. Every invariant is checked after every step.",
        footer = "%nExit codes: 0 every invariant held, 1 one broke (as it should with --mutant), 2 could not run.")
public final class SimulateCommand implements Callable<Integer> {

    /** Seeds of one call are this far apart: each is the first of as many sales. */
    private static final long SEED_DISTANCE = 1L << 32;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
    long seed;

    @Option(
            names = "--commands",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "How many commands are decided for each seed, at least. Default: ${DEFAULT-VALUE}.")
    long commands;

    @Option(
            names = "--seeds",
            paramLabel = "K",
            defaultValue = "1",
            description = "How many seeds, as many at a time as there are processors. Default: ${DEFAULT-VALUE}.")
    int seeds;

    @Option(
            names = "--mutant",
            paramLabel = "NAME",
            description = "Build in a fault and see it found; --mutant list names them all.")
    @Nullable
    String mutant;

    @Option(names = "--json", description = "Print one JSON object a line, for each seed one, and nothing else.")
    boolean json;

    @Override
    public Integer call() throws InterruptedException {
        if (commands < 1 || seeds < 1) {
            throw new OperatorError("--commands and --seeds must be 1 or more.");
        }
        if ("list".equals(mutant)) {
            Arrays.stream(Mutant.values()).forEach(each -> System.out.printf("%-34s  %s%n", each.id(), each.text()));
            return 0;
        }
        Optional<Mutant> fault = Optional.ofNullable(mutant).map(SimulateCommand::mutant);
        long began = System.nanoTime();
        List<Result> results = json ? run(fault, progress -> {}) : runWithProgress(fault);
        var report = new SimulationReport(mutant);
        results.forEach(result -> System.out.print(json ? report.json(result) : report.text(result)));
        if (!json) {
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            System.err.printf("%,.1f s%n", took.toMillis() / 1_000.0);
        }
        return results.stream().allMatch(result -> result.failure().isEmpty()) ? 0 : 1;
    }

    private static Mutant mutant(String id) {
        return Mutant.of(id)
                .orElseThrow(() -> new OperatorError("There is no mutant " + id + "; choose one of "
                        + Arrays.stream(Mutant.values()).map(Mutant::id).collect(Collectors.joining(", ")) + "."));
    }

    private List<Result> runWithProgress(Optional<Mutant> fault) throws InterruptedException {
        try (ProgressBar bar = new ProgressBarBuilder()
                .setTaskName("simulate")
                .setUnit(" commands", 1)
                .setInitialMax(commands * seeds)
                .setConsumer(new ConsoleProgressBarConsumer(System.err))
                .build()) {
            return run(fault, bar::stepBy);
        }
    }

    /** @param progress told of every number of commands that are done, by several threads */
    private List<Result> run(Optional<Mutant> fault, LongConsumer progress) throws InterruptedException {
        try (ExecutorService threads =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            List<Callable<Result>> runs = LongStream.range(0, seeds)
                    .mapToObj(i -> (Callable<Result>)
                            () -> Simulation.run(seed + i * SEED_DISTANCE, commands, fault, progress))
                    .toList();
            List<Result> results = new ArrayList<>();
            for (Future<Result> run : threads.invokeAll(runs)) {
                results.add(run.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the simulator itself fails", e.getCause());
        }
    }
}
