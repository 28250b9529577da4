package dev.onsale.cli;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code onsale topics create}: the topic plan on any cluster. */
@Command(name = "topics", description = "Manage the topics of a cluster.", subcommands = TopicsCommand.Create.class)
final class TopicsCommand {

    @Command(
            name = "create",
            description = "Create the topics that are missing; never changes one that exists.",
            footer = "%nExit codes: 0 all topics are there, 2 they could not be created.")
    static final class Create implements Callable<Integer> {

        @Mixin
        ClusterOptions cluster = new ClusterOptions();

        @Option(
                names = "--partitions",
                paramLabel = "N",
                required = true,
                description = "Partitions: the unit of scale. Fixed for the life of an event.")
        int partitions;

        @Option(
                names = "--replication-factor",
                paramLabel = "R",
                required = true,
                description = "Copies of every partition; from 3 on, min.insync.replicas is 2.")
        int replicationFactor;

        @Option(
                names = "--wait",
                paramLabel = "SECONDS",
                defaultValue = "60",
                description = "How long to try while brokers start. Default: ${DEFAULT-VALUE}.")
        int waitSeconds;

        @Override
        public Integer call() {
            TopicPlan plan = new TopicPlan(partitions, replicationFactor);
            try (Admin admin = Brokers.admin(cluster.client())) {
                List<String> created = plan.apply(admin, Duration.ofSeconds(waitSeconds));
                System.out.println(
                        created.isEmpty()
                                ? "All topics are there already."
                                : "Created " + String.join(", ", created) + ".");
                return 0;
            }
        }
    }
}
