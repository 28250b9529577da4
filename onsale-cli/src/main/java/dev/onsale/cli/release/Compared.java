package dev.onsale.cli.release;

import dev.onsale.cli.Brokers;
import dev.onsale.cli.ClusterOptions;
import dev.onsale.cli.embedded.StackOptions;
import dev.onsale.release.check.BuildFacts;
import dev.onsale.release.check.BuildFacts.TopicFacts;
import dev.onsale.release.check.Deployment;
import dev.onsale.release.check.ReleaseCheck;
import dev.onsale.runtime.Settings;
import dev.onsale.schemas.Topics;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which two builds are compared, and where they run. */
final class Compared {

    @Parameters(
            index = "0",
            paramLabel = "RUNNING",
            description = "The running build: what its 'release describe' printed, or its onsale-cli jar.")
    String running = "";

    @Parameters(
            index = "1",
            paramLabel = "NEW",
            arity = "0..1",
            defaultValue = Builds.THIS,
            description = "The new build, in the same way. Default: this build.")
    String next = Builds.THIS;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description = "Partitions of onsale.commands for the new build. Default: as many as it runs with.")
    @Nullable
    Integer partitions;

    @Option(
            names = "--settings",
            paramLabel = "SERVICE=FILE",
            description = "Configuration of a service as it runs: only keys that it sets can break its start.")
    Map<String, Path> settings = new HashMap<>();

    /** Compares them. With a cluster, its topics are the running ones, and its registry is taken into account. */
    Comparison in(ClusterOptions cluster) {
        BuildFacts before = Builds.facts(running, StackOptions.DEFAULT_PARTITIONS);
        if (!cluster.given()) {
            return new Comparison(ReleaseCheck.between(before, next(before), deployment(false)));
        }
        try (Admin admin = Brokers.admin(cluster.client())) {
            before = before.withTopics(LiveTopics.of(admin, before.topics()));
            BuildFacts after = next(before);
            before = before.withTopics(LiveTopics.of(admin, after.topics()));
            boolean registry = !cluster.registryUrl().isEmpty();
            return new Comparison(ReleaseCheck.between(before, after, deployment(registry)));
        }
    }

    private BuildFacts next(BuildFacts before) {
        int asBefore = Optional.ofNullable(before.topics().get(Topics.COMMANDS.name()))
                .map(TopicFacts::partitions)
                .orElse(StackOptions.DEFAULT_PARTITIONS);
        return Builds.facts(next, partitions == null ? asBefore : partitions);
    }

    private Deployment deployment(boolean registry) {
        Map<String, Set<String>> configured = new HashMap<>();
        settings.forEach((service, file) ->
                configured.put(service, Settings.readFile(file).keySet()));
        return new Deployment(registry, configured);
    }
}
