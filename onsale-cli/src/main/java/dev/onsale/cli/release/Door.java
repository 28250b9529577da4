package dev.onsale.cli.release;

import dev.onsale.cli.ClusterOptions;
import dev.onsale.cli.http.Web;
import dev.onsale.release.flags.FlagChanges;
import dev.onsale.release.log.ReleaseEntry;
import dev.onsale.runtime.OperatorError;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import picocli.CommandLine.Option;

/** Going where there is no way back, for a reason. */
final class Door {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @Option(names = "--one-way", description = "Go where there is no rollback; needs --why.")
    boolean oneWay;

    @Option(names = "--why", paramLabel = "REASON", defaultValue = "", description = "Why; it is kept for ever.")
    String why = "";

    @Option(
            names = "--who",
            paramLabel = "NAME",
            defaultValue = "${sys:user.name}",
            description = "Who does it. Default: ${DEFAULT-VALUE}.")
    String who = "";

    void requireReason() {
        if (oneWay && why.isBlank()) {
            throw new OperatorError("A one-way door needs a reason; give it with --why REASON.");
        }
    }

    /** Writes to the release log of the cluster, if one is named, that somebody goes through one-way doors. */
    void record(Comparison comparison, ClusterOptions cluster) {
        if (comparison.oneWay().isEmpty() || !cluster.given()) {
            return;
        }
        var details = Web.mapper().createObjectNode();
        var list = details.putArray("differences");
        comparison.oneWay().forEach(difference -> list.add(Comparison.json(difference)));
        try (FlagChanges log = new FlagChanges(cluster.client(), TIMEOUT)) {
            log.write(new ReleaseEntry(UUID.randomUUID().toString(), Instant.now(), who, why, "one-way-door", details));
        }
    }
}
