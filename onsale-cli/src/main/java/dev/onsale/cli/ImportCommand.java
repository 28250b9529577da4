package dev.onsale.cli;

import dev.onsale.audit.AuditOptions;
import dev.onsale.audit.Import;
import dev.onsale.cli.embedded.DataFolder;
import dev.onsale.cli.embedded.EmbeddedBroker;
import dev.onsale.runtime.OperatorError;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code onsale import}. */
@Command(
        name = "import",
        description =
                "Bring an empty cluster to the state of an archive: the same records at the same offsets with the same times,"
                        + " so every receipt leads to what it led to. Stop the services before, start them after.",
        footer = "%nExit codes: 0 imported, 2 it could not be.")
final class ImportCommand implements Callable<Integer> {

    private static final Duration WAIT_FOR_LEADERS = Duration.ofSeconds(60);

    @Mixin
    ClusterOptions cluster = new ClusterOptions();

    @Option(names = "--from", paramLabel = "DIR", required = true, description = "What onsale export has written.")
    Path from = Path.of("");

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "In place of a cluster, the folder of onsale up --data DIR, while that does not run.")
    @Nullable
    Path data;

    @Option(
            names = "--replication-factor",
            paramLabel = "R",
            defaultValue = "3",
            description =
                    "Copies of every partition of a topic that is created. Default: ${DEFAULT-VALUE}; 1 with --data.")
    int copies;

    @Override
    public Integer call() {
        if (data == null) {
            run(cluster.client(), copies);
            return 0;
        }
        if (cluster.bootstrap != null) {
            throw new OperatorError("Say where to import to: either --data DIR or --bootstrap HOST:PORT.");
        }
        try (DataFolder folder = DataFolder.lock(data);
                EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"), 0, () -> {})) {
            run(Map.of("bootstrap.servers", broker.bootstrapServers()), 1);
        }
        return 0;
    }

    private void run(Map<String, Object> client, int replicationFactor) {
        AuditOptions options = cluster.audited(AuditOptions.of(client));
        Import.Imported imported =
                Progress.shown("import", listener -> Import.run(options, from, replicationFactor, listener));
        try (Admin admin = Brokers.admin(client)) {
            // What the archive has not, such as topics that were added since.
            new TopicPlan(imported.commandPartitions(), replicationFactor).apply(admin, WAIT_FOR_LEADERS);
        }
        System.out.printf(
                Locale.ROOT,
                "Imported %,d records from %s, each at its offset. Start the services, then run onsale audit.%n",
                imported.records(),
                from);
    }
}
