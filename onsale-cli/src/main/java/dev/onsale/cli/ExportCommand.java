package dev.onsale.cli;

import dev.onsale.audit.AuditOptions;
import dev.onsale.audit.Export;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code onsale export}. */
@Command(
        name = "export",
        description =
                "Write the topics to a folder, for an audit without the cluster: onsale audit --archive DIR. May run while"
                        + " sales go on; to be imported, it must be written while nothing is decided.",
        footer = "%nExit codes: 0 exported, 2 it could not be.")
final class ExportCommand implements Callable<Integer> {

    @Mixin
    ClusterOptions cluster = new ClusterOptions();

    @Mixin
    BudgetOptions budget = new BudgetOptions();

    @Option(names = "--to", paramLabel = "DIR", required = true, description = "A new or an empty folder.")
    Path to = Path.of("");

    @Override
    public Integer call() {
        AuditOptions options =
                cluster.audited(AuditOptions.of(cluster.client())).withBudget(budget.budget(cluster));
        Export.Exported exported = Progress.shown("export", listener -> Export.run(options, to, listener));
        System.out.printf(
                Locale.ROOT,
                "Exported %,d records to %s, %,d bytes. Its manifest has the SHA-256 digest%n%s%n"
                        + "Note it elsewhere: who knows it can tell whether anything in the folder was changed.%n",
                exported.records(),
                to,
                exported.bytes(),
                exported.sha256());
        System.out.println(
                exported.quiet()
                        ? "Nothing was written meanwhile: onsale import can bring an empty cluster to this state."
                        : "Sales went on meanwhile, so it can be audited but not imported.");
        return 0;
    }
}
