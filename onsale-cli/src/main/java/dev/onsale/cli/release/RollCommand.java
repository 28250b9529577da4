package dev.onsale.cli.release;

import dev.onsale.cli.ClusterOptions;
import dev.onsale.cli.http.Web;
import dev.onsale.release.flags.FlagChanges;
import dev.onsale.release.roll.Look;
import dev.onsale.release.roll.Roll;
import dev.onsale.release.roll.RollPlan;
import dev.onsale.runtime.OperatorError;
import dev.onsale.runtime.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code onsale release roll}. */
@Command(
        name = "roll",
        description = "Restart one instance after the other with a new build; go back by itself if one is worse.",
        footer = "%nExit codes: 0 every instance runs the new build, 1 refused or rolled back, 2 could not run.")
final class RollCommand implements Callable<Integer> {

    /** Of the writer to the release log: there is one roll at a time. */
    private static final String WRITER = "roll";

    private static final Duration LOG_TIMEOUT = Duration.ofSeconds(10);

    @Mixin
    ClusterOptions cluster = new ClusterOptions();

    @Mixin
    Compared compared = new Compared();

    @Mixin
    Door door = new Door();

    @Option(
            names = "--plan",
            paramLabel = "FILE",
            required = true,
            description = "The instances in their order, each with its url and the command that restarts it.")
    Path plan = Path.of("");

    @Option(
            names = "--from",
            paramLabel = "BUILD",
            required = true,
            description = "The running build, as the restart command is to find it in ROLL_BUILD.")
    String from = "";

    @Option(names = "--to", paramLabel = "BUILD", required = true, description = "The new build, in the same way.")
    String to = "";

    @Option(names = "--dry-run", description = "Check, look at every instance, say what would be done, and do nothing.")
    boolean dryRun;

    @Option(names = "--json", description = "Print one JSON object a line and nothing else.")
    boolean json;

    @Override
    public Integer call() throws InterruptedException {
        door.requireReason();
        RollPlan rollPlan = RollPlan.from(Settings.of(Settings.readFile(plan)));
        if (!dryRun && door.why.isBlank()) {
            throw new OperatorError("Every roll says why; give the reason with --why REASON.");
        }
        Comparison comparison = compared.in(cluster);
        comparison.print(json);
        boolean passes = comparison.passes(door.oneWay);
        comparison.printVerdict(passes, json);
        if (!passes) {
            return 1;
        }
        try (HttpFleet fleet = new HttpFleet(rollPlan.readyTimeout())) {
            if (dryRun) {
                return tell(rollPlan, fleet);
            }
            door.record(comparison, cluster);
            Map<String, Object> client = cluster.client();
            try (FlagChanges log = new FlagChanges(client, LOG_TIMEOUT, WRITER)) {
                log.takeOver();
                RollView view = new RollView(log, door, from, to, json);
                boolean canGoBack = comparison.oneWay().isEmpty();
                return new Roll(rollPlan, fleet, from, to, canGoBack, view).run() ? 0 : 1;
            }
        }
    }

    private int tell(RollPlan rollPlan, HttpFleet fleet) {
        rollPlan.instances().forEach(instance -> {
            Look look = fleet.look(instance);
            System.out.println(
                    json
                            ? Web.mapper()
                                    .createObjectNode()
                                    .put("instance", instance.name())
                                    .put("ready", look.ready())
                                    .put("lag", look.lag())
                                    .put("restart", instance.restart())
                                    .toString()
                            : instance.name() + ": " + look + "; would run: ROLL_INSTANCE=" + instance.name()
                                    + " ROLL_BUILD=" + to + " " + instance.restart());
        });
        return 0;
    }
}
