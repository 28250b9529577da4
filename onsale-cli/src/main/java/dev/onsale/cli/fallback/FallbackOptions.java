package dev.onsale.cli.fallback;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.cli.ClusterOptions;
import dev.onsale.fallback.Database;
import dev.onsale.fallback.control.Access;
import dev.onsale.runtime.OperatorError;
import java.time.Duration;
import java.util.function.Function;
import org.jdbi.v3.core.JdbiException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which cluster and which database are meant, and how results are shown. */
final class FallbackOptions {

    @Mixin
    ClusterOptions cluster = new ClusterOptions();

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long to wait for brokers or the decider when nothing moves. Default: ${DEFAULT-VALUE}.")
    int patienceSeconds;

    @Option(names = "--json", description = "Print one JSON object a line and nothing else.")
    boolean json;

    /** @throws OperatorError when PostgreSQL fails; it says what to do */
    <T> T with(Function<Access, T> use) {
        try (Database database = Database.open(cluster.database())) {
            return use.apply(
                    new Access(cluster.client(), cluster.schemaIds(), database, Duration.ofSeconds(patienceSeconds)));
        } catch (JdbiException e) {
            throw new OperatorError(
                    "PostgreSQL failed in the middle (" + e.getMessage()
                            + "); nothing is half done: bring it back, and run the same command again.",
                    e);
        }
    }

    /** A step of what is under way. */
    void progress(String sentence) {
        if (json) {
            System.out.println(JsonNodeFactory.instance.objectNode().put("progress", sentence));
        } else {
            System.out.println(sentence);
        }
    }

    void result(ObjectNode object, String sentence) {
        System.out.println(json ? object.toString() : sentence);
    }
}
