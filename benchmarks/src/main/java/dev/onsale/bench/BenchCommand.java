package dev.onsale.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.bench.core.Core;
import dev.onsale.bench.edge.Edge;
import dev.onsale.bench.edge.Starts;
import dev.onsale.bench.queue.Duel;
import dev.onsale.bench.queue.Replayed;
import dev.onsale.bench.queue.Restored;
import dev.onsale.bench.queue.Workload;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code onsale bench}. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description =
                "Measure a scenario beside programs that write as much and decide nothing, on a broker in a process of its"
                        + " own. All purchases wait in the queue when the clock starts; the log is audited at the end.",
        footer = "%nExit codes: 0 measured, 1 the audit was not clean, 2 could not run.")
public final class BenchCommand implements Callable<Integer> {

    @Spec
    CommandSpec spec;

    @Parameters(
            paramLabel = "SCENARIO",
            description = "drain, sold-out, duplicates, one-section, hot-1k, hot-10k, hot-100k"
                    + " or one of the latter with -explicit; replay for a recorded sale asked again of another build;"
                    + " restore for a decider that has lost its folder; http or checkout for buyers over HTTP;"
                    + " start for the time to the first sale;"
                    + " core for the rules by themselves.")
    String scenario;

    @Option(
            names = "--purchases",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "How many wait in the queue. Default: ${DEFAULT-VALUE}.")
    int purchases;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "How often all contestants run; the median counts. Default: ${DEFAULT-VALUE}.")
    int rounds;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "Stream threads of each contestant. Default: ${DEFAULT-VALUE}.")
    int threads;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "2000",
            description = "http, checkout: buyers that come in a second. Default: ${DEFAULT-VALUE}.")
    int rate;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "30",
            description = "http, checkout: how long they come. Default: ${DEFAULT-VALUE}.")
    int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "http, checkout: how long they come before that. Default: ${DEFAULT-VALUE}.")
    int warmUp;

    @Option(names = "--json", description = "Print the JSON object only.")
    boolean json;

    @SuppressWarnings("NullAway.Init") // picocli fills in what is missing
    private BenchCommand() {}

    public static void main(String[] args) {
        Quiet.logging();
        int exitCode = new CommandLine(new BenchCommand()).execute(args);
        System.out.flush();
        Runtime.getRuntime().exit(exitCode);
    }

    @Override
    public Integer call() throws Exception {
        if (purchases < 1_000 || rounds < 1 || threads < 1 || rate < 1 || warmUp < 1 || seconds < 1) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--purchases must be 1000 or more, --rounds, --threads, --rate, --warm-up and --seconds 1 or more.");
        }
        ObjectNode figures = measure();
        System.out.println(json ? figures.toString() : figures.toPrettyString());
        return figures.path("auditExit").asInt();
    }

    private ObjectNode measure() throws Exception {
        return switch (scenario) {
            case "core" -> Core.run();
            case Starts.ID -> new Starts(this::tell).run(rounds);
            case Replayed.ID -> new Replayed(purchases, threads, this::tell).run(rounds);
            case Restored.ID -> new Restored(purchases, threads, this::tell).run(rounds);
            default -> {
                Optional<Edge.Scenario> edge = Edge.Scenario.of(scenario);
                yield edge.isPresent() ? edge(edge.get()).run(rounds) : duel().run(rounds);
            }
        };
    }

    private Edge edge(Edge.Scenario edge) {
        return new Edge(edge, rate, Duration.ofSeconds(warmUp), Duration.ofSeconds(seconds), this::tell);
    }

    private Duel duel() {
        Workload workload = Workload.of(scenario)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "There is no scenario " + scenario
                                + "; choose core, http, checkout, start, replay, restore, or one of "
                                + Arrays.stream(Workload.values())
                                        .map(Workload::id)
                                        .collect(Collectors.joining(", "))
                                + "."));
        return new Duel(workload, purchases, threads, this::tell);
    }

    private void tell(String line) {
        if (!json) {
            System.err.println(line);
        }
    }
}
