package dev.onsale.cli.canary;

import dev.onsale.release.canary.CanaryPlan;
import java.util.List;
import picocli.CommandLine.Option;

/** How fast a canary may go, and what ends it. */
final class GuardRails {

    @Option(
            names = "--steps",
            paramLabel = "PERCENT",
            split = ",",
            defaultValue = "5,10,25,50,100",
            description = "Shares of the buyers, ascending to 100. Default: ${DEFAULT-VALUE}.")
    List<Integer> steps = List.of();

    @Option(
            names = "--min-buyers",
            paramLabel = "N",
            defaultValue = "200",
            description = "Buyers of either variant who must be answered in a step. Default: ${DEFAULT-VALUE}.")
    int minBuyers;

    @Option(
            names = "--min-step",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "Shortest duration of a step. Default: ${DEFAULT-VALUE}.")
    int minStepSeconds;

    @Option(
            names = "--latency-objective",
            paramLabel = "MS",
            defaultValue = "1000",
            description = "Whoever waits longer for an answer is a bad buyer. Default: ${DEFAULT-VALUE}.")
    long latencyObjectiveMillis;

    @Option(
            names = "--queue-objective",
            paramLabel = "MS",
            defaultValue = "5000",
            description = "Whoever waits longer in the log is a bad buyer. Default: ${DEFAULT-VALUE}.")
    long queueObjectiveMillis;

    @Option(
            names = "--latency-tolerance",
            paramLabel = "SHARE",
            defaultValue = "0.1",
            description = "By how much answers may be slower, as a share. Default: ${DEFAULT-VALUE}.")
    double latencyTolerance;

    @Option(
            names = "--alpha",
            paramLabel = "P",
            defaultValue = "0.02",
            description = "Most good canaries that may be aborted by mistake. Default: ${DEFAULT-VALUE}.")
    double alpha;

    CanaryPlan of(String path) {
        return new CanaryPlan(
                path,
                steps,
                minBuyers,
                minStepSeconds * 1000L,
                latencyObjectiveMillis,
                queueObjectiveMillis,
                latencyTolerance,
                alpha);
    }
}
