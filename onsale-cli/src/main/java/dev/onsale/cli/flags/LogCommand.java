package dev.onsale.cli.flags;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onsale.cli.ClusterOptions;
import dev.onsale.release.flags.FlagChange;
import dev.onsale.release.flags.FlagJson;
import dev.onsale.release.log.ReleaseEntry;
import dev.onsale.release.log.ReleaseLog;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.Topics;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.errors.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code onsale flags log}: the release log, for people. */
@Command(
        name = "log",
        description =
                "Show who changed what, when and why: changes of flags, canaries and their verdicts, one-way doors.",
        footer = "%nExit codes: 0 shown, 2 could not be read.")
final class LogCommand implements Callable<Integer> {

    private static final int TIMEOUT_MILLIS = 10_000;

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
        List<ReleaseEntry> entries = entries();
        entries.subList(Math.max(0, entries.size() - last), entries.size())
                .forEach(entry -> System.out.println(json ? entry.toJson() : line(entry)));
        return 0;
    }

    /** In the order in which they were written, each once. */
    private List<ReleaseEntry> entries() {
        Map<String, Object> client = new HashMap<>(cluster.client());
        client.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        Map<String, ReleaseEntry> entries = new LinkedHashMap<>();
        try (ReleaseLog log = new ReleaseLog(client)) {
            log.next().forEach(entry -> entries.putIfAbsent(entry.id(), entry));
        } catch (TimeoutException e) {
            throw new OperatorError(
                    "The topic " + Topics.RELEASE_LOG + " cannot be read (" + e.getMessage()
                            + "); name a broker with --bootstrap, and see with 'onsale doctor' whether it has the topic.",
                    e);
        }
        return List.copyOf(entries.values());
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
        String path = details.path("path").asText();
        String outcome = Stream.of(details.at("/judged/verdict"), details.path("decision"), details.path("effect"))
                .map(JsonNode::asText)
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
        return entry.kind() + (path.isEmpty() ? "" : " of " + path) + (outcome.isEmpty() ? "" : ": " + outcome);
    }
}
