package dev.onsale.cli;

import dev.onsale.audit.AuditListener;
import dev.onsale.audit.AuditOptions;
import dev.onsale.audit.DecisionDifference;
import dev.onsale.audit.DecisionReplay;
import dev.onsale.audit.OtherBuild;
import dev.onsale.runtime.OperatorError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code onsale replay}. */
@Command(
        name = "replay",
        description =
                "Ask another build, or another variant, about every recorded command, before a live buyer meets it:"
                        + " lists every decision that differs, with both answers.",
        footer = "%nEach command is asked in the recorded state, so a difference does not lead to others."
                + "%nExit codes: 0 no unexpected difference, 1 some, 2 could not run.")
final class ReplayCommand implements Callable<Integer> {

    @Mixin
    ClusterOptions cluster = new ClusterOptions();

    @Mixin
    BudgetOptions budget = new BudgetOptions();

    @Option(
            names = "--archive",
            paramLabel = "DIR",
            description = "An archive that onsale export has written, in place of a cluster.")
    @Nullable
    Path archive;

    @Option(
            names = "--commands",
            paramLabel = "HOST:PORT",
            description = "A broker of the cluster whose sale is replayed; the same as --bootstrap.")
    @Nullable
    String commands;

    @Option(
            names = "--build",
            paramLabel = "JAR",
            description = "The other build: its inventory-domain jar, or its inventory-stream jar with lib/ beside it.")
    @Nullable
    Path build;

    @Option(
            names = "--variant",
            paramLabel = "NAME",
            description = "Another variant of this build: stable or candidate.")
    @Nullable
    String variant;

    @Option(names = "--event", paramLabel = "E", defaultValue = "", description = "Only this event.")
    String event = "";

    @Option(
            names = "--expect",
            paramLabel = "FILE",
            description = "What may differ: in each line a cause as it is printed, or an order id; # begins a comment.")
    @Nullable
    Path expect;

    @Option(names = "--json", description = "Print one JSON object a line and nothing else.")
    boolean json;

    private Set<String> expected = Set.of();
    /** Number of differences by cause, expected or not. */
    private final Map<String, Long> causes = new TreeMap<>();

    private long unexpected;

    @Override
    public Integer call() {
        if ((build == null) == (variant == null)) {
            throw new OperatorError("Say who is asked: either --build JAR or --variant NAME.");
        }
        if (commands != null && cluster.bootstrap != null) {
            throw new OperatorError("--commands and --bootstrap are the same; give one of them.");
        }
        cluster.bootstrap = commands == null ? cluster.bootstrap : commands;
        expected = expect == null ? Set.of() : read(expect);
        if (archive != null && cluster.bootstrap != null) {
            throw new OperatorError("Say what is replayed: either --archive DIR or --commands HOST:PORT.");
        }
        AuditOptions ofCluster = cluster.audited(AuditOptions.of(cluster.client()))
                .withEvent(event)
                .withBudget(budget.budget(cluster));
        AuditOptions options = archive == null ? ofCluster : ofCluster.withArchive(archive);
        try (OtherBuild other = build == null ? OtherBuild.variant(String.valueOf(variant)) : OtherBuild.jar(build)) {
            long compared = json
                    ? DecisionReplay.run(options, other, this::tell, AuditListener.SILENT)
                    : Progress.shown("replay", listener -> DecisionReplay.run(options, other, this::tell, listener));
            end(compared, other);
        }
        return unexpected == 0 ? 0 : 1;
    }

    private void tell(DecisionDifference difference) {
        boolean isExpected = expected.contains(difference.cause()) || expected.contains(difference.orderId());
        unexpected += isExpected ? 0 : 1;
        causes.merge(difference.cause(), 1L, Long::sum);
        if (json) {
            System.out.println(difference.toJson(isExpected));
            return;
        }
        System.out.printf(
                "%s/%d@%d %s %s: %s%s%n",
                difference.command().topic(),
                difference.command().partition(),
                difference.command().offset(),
                difference.section(),
                difference.orderId(),
                difference.cause(),
                isExpected ? " (expected)" : "");
        difference.recorded().forEach(line -> System.out.println("  recorded: " + line));
        difference.other().forEach(line -> System.out.println("  other:    " + line));
    }

    private void end(long compared, OtherBuild other) {
        long differ = causes.values().stream().mapToLong(Long::longValue).sum();
        if (json) {
            System.out.printf("{\"commands\":%d,\"differences\":%d,\"unexpected\":%d}%n", compared, differ, unexpected);
            return;
        }
        System.out.printf(
                "%,d commands asked of %s: %,d answered otherwise, %,d of them unexpected.%n",
                compared, other, differ, unexpected);
        causes.forEach((cause, count) -> System.out.printf("%,10d  %s%n", count, cause));
    }

    private static Set<String> read(Path file) {
        try {
            return Files.readAllLines(file).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new OperatorError(
                    "The file " + file + " cannot be read (" + e.getMessage() + "); name another with --expect.", e);
        }
    }
}
