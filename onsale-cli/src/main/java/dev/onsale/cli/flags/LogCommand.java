package dev.onsale.cli.flags;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onsale.cli.ClusterOptions;
import dev.onsale.release.flags.FlagChange;
import dev.onsale.release.flags.FlagJson;
import dev.onsale.release.log.ReleaseEntry;
import dev.onsale.release.log.ReleaseLog;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.Topics;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code onsale flags log}: the release log, for people. */
@Command(
        name = "log",
        description =
                "Show who changed what, when and why: changes of flags, canaries and their verdicts, one-way doors, dead letters.",
        footer = "%nExit codes: 0 shown, 2 could not be read.")
final class LogCommand implements Callable<Integer> {

    @Mixin
    ClusterOptions cluster = new ClusterOptions();

    @Option(
            names = "--last",
            paramLabel = "N",
            defaultValue = "20",
            description = "Only the last N entries. Default: ${DEFAULT-VALUE}.")
    int last;

    @Option(names = "--json", description = "Print one JSON object a line and nothing else.")
    boolean json;

    @Override
    public Integer call() {
        if (last < 1) {
            throw new OperatorError("--last is " + last + " but must be 1 or more.");
        }
        cluster.budget().requireEnough("The log of flags", cluster.client(), List.of(Topics.RELEASE_LOG));
        List<ReleaseEntry> entries = ReleaseLog.all(cluster.client());
        entries.subList(Math.max(0, entries.size() - last), entries.size())
                .forEach(entry -> System.out.println(json ? entry.toJson() : line(entry)));
        return 0;
    }

    private static String line(ReleaseEntry entry) {
        return "%-27s  %-12s  %s  (%s)".formatted(entry.at(), entry.who(), what(entry), entry.why());
    }

    private static String what(ReleaseEntry entry) {
        JsonNode details = entry.details();
        if (entry.kind().equals(FlagChange.KIND)) {
            String flag = details.path("flag").asText();
            return flag + ": " + FlagJson.says(flag, details.path("before")) + " -> "
                    + FlagJson.says(flag, details.path("after"));
        }
        String subject = details.path("path").asText(details.path("letter").asText());
        String outcome = Stream.of(details.at("/judged/verdict"), details.path("decision"), details.path("effect"))
                .map(JsonNode::asText)
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
        return entry.kind() + (subject.isEmpty() ? "" : " of " + subject) + (outcome.isEmpty() ? "" : ": " + outcome);
    }
}
