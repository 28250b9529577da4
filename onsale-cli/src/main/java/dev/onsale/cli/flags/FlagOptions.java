package dev.onsale.cli.flags;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onsale.cli.ClusterOptions;
import dev.onsale.runtime.OperatorError;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which flags are meant, and how they are shown. */
final class FlagOptions {

    private static final String DEFAULT_ADMIN = "http://127.0.0.1:8081";

    @Mixin
    ClusterOptions cluster = new ClusterOptions();

    @Option(
            names = "--admin",
            paramLabel = "URL",
            description =
                    "Admin port of one instance of order-service, which also works while the broker is away. Default: "
                            + DEFAULT_ADMIN + ", unless --bootstrap or --config names a cluster.")
    @Nullable
    String admin;

    @Option(
            names = "--admin-token",
            paramLabel = "TOKEN",
            defaultValue = "",
            description = "Token of the admin port, when it asks for one.")
    String token = "";

    @Option(names = "--json", description = "Print one JSON object a line and nothing else.")
    boolean json;

    FlagPlace open() {
        if (cluster.given()) {
            if (admin != null) {
                throw new OperatorError(
                        "Flags are changed by --admin or by --bootstrap or --config, not by both; leave one out.");
            }
            return new FlagTopic(cluster.client());
        }
        return new AdminPort(admin == null ? DEFAULT_ADMIN : admin, token);
    }

    void print(List<JsonNode> flags) {
        if (json) {
            flags.forEach(System.out::println);
            return;
        }
        for (JsonNode flag : flags) {
            String changed = flag.has("changedAt")
                    ? "  since " + flag.path("changedAt").asText() + " by "
                            + flag.path("who").asText() + ": "
                            + flag.path("why").asText()
                    : "";
            System.out.printf(
                    "%-20s %-18s%s%n",
                    flag.path("name").asText(), flag.path("says").asText(), changed);
        }
    }

    /** One flag, with what has to be said about how far it holds. */
    void print(JsonNode flag) {
        print(List.of(flag));
        if (!json && flag.has("detail")) {
            System.err.println("onsale: " + flag.path("detail").asText());
        }
    }
}
