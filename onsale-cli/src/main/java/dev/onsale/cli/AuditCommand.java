package dev.onsale.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code onsale audit}. */
@Command(
        name = "audit",
        description = "Prove from the log that no seat was sold twice and nobody was charged twice.",
        footer = "%nExit codes: 0 proven, 1 an invariant is broken, 2 could not run.")
final class AuditCommand implements Callable<Integer> {

    @Mixin
    ClusterOptions cluster = new ClusterOptions();

    @Override
    public Integer call() {
        return Auditor.audit(String.valueOf(cluster.client().get("bootstrap.servers")), System.out::println);
    }
}
