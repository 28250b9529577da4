package dev.onsale.cli.release;

import dev.onsale.cli.ClusterOptions;
import dev.onsale.cli.embedded.StackOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code onsale release}. */
@Command(
        name = "release",
        description = "Compare a new build with the running one before it runs, and roll it out.",
        subcommands = {ReleaseCommand.Describe.class, ReleaseCommand.Check.class, RollCommand.class})
public final class ReleaseCommand {

    @Command(
            name = "describe",
            description = "Print what this build expects of state, topics and other builds, as one JSON object.")
    static final class Describe implements Callable<Integer> {

        @Option(
                names = "--partitions",
                paramLabel = "N",
                defaultValue = "" + StackOptions.DEFAULT_PARTITIONS,
                description = "Partitions of onsale.commands where it runs. Default: ${DEFAULT-VALUE}.")
        int partitions;

        @Override
        public Integer call() {
            System.out.println(ThisBuild.facts(partitions).toJson());
            return 0;
        }
    }

    @Command(
            name = "check",
            description = "Compare a new build with the running one: each difference, and whether there is a way back.",
            footer = "%nExit codes: 0 passes, 1 refused, 2 could not run.")
    static final class Check implements Callable<Integer> {

        @Mixin
        ClusterOptions cluster = new ClusterOptions();

        @Mixin
        Compared compared = new Compared();

        @Mixin
        Door door = new Door();

        @Option(names = "--json", description = "Print one JSON object a line and nothing else.")
        boolean json;

        @Override
        public Integer call() {
            door.requireReason();
            Comparison comparison = compared.in(cluster);
            comparison.print(json);
            boolean passes = comparison.passes(door.oneWay);
            if (passes) {
                door.record(comparison, cluster);
            }
            comparison.printVerdict(passes, json);
            return passes ? 0 : 1;
        }
    }
}
