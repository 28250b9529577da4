package dev.onsale.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.cli.embedded.EmbeddedBroker;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.Topics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(value = 3, unit = TimeUnit.MINUTES)
class TopicPlanTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    static Path temporary = Path.of("");

    private EmbeddedBroker broker = EmbeddedBroker.start(temporary.resolve("kafka-" + System.nanoTime()), 0, () -> {});
    private Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));

    @BeforeEach
    void createTopics() {
        assertEquals(
                Topics.settings().keySet(), new HashSet<>(new TopicPlan(3, 1).apply(admin, PATIENCE)), "all are new");
    }

    @AfterEach
    void stop() {
        admin.close(Duration.ZERO);
        broker.close();
    }

    @Test
    void plan_createsNothing_whenAllTopicsExist() throws Exception {
        assertEquals(List.of(), new TopicPlan(3, 1).apply(admin, PATIENCE));
        Map<String, Map<String, String>> seen = new HashMap<>();
        for (String topic : Topics.settings().keySet()) {
            seen.put(topic, settings(topic));
        }
        Topics.settings()
                .forEach((topic, wanted) -> assertTrue(
                        seen.getOrDefault(topic, Map.of()).entrySet().containsAll(wanted.entrySet()),
                        () -> topic + " has " + seen.get(topic)));
    }

    @Test
    void plan_createsOnlyTheMissing_whenOneWasDeleted() throws Exception {
        deleteDeadLetters();
        assertEquals(List.of(Topics.DEAD_LETTERS), new TopicPlan(3, 1).apply(admin, PATIENCE));
    }

    @Test
    void plan_isRefused_whenPartitionsDiffer() {
        OperatorError error = assertThrows(OperatorError.class, () -> new TopicPlan(5, 1).apply(admin, PATIENCE));
        assertTrue(String.valueOf(error.getMessage()).contains("has 3 partitions, not 5"), error.getMessage());
        assertEquals(3, TopicPlan.existingPartitions(admin).orElseThrow());
    }

    @Test
    void plan_givesUp_whenThereAreTooFewBrokers() throws Exception {
        deleteDeadLetters();
        OperatorError error =
                assertThrows(OperatorError.class, () -> new TopicPlan(3, 3).apply(admin, Duration.ofSeconds(1)));
        assertTrue(String.valueOf(error.getMessage()).contains("3 copies"), error.getMessage());
    }

    @Test
    void doctor_findsFailures_whenNothingButTopicsIsThere() {
        StringWriter err = new StringWriter();
        CommandLine onsale = Onsale.commandLine(Map.of()).setErr(new PrintWriter(err));
        assertEquals(1, onsale.execute("doctor", "--json", "--bootstrap", broker.bootstrapServers()), err.toString());
    }

    /** Brokers answer for a while as if a deleted topic were still there. */
    private void deleteDeadLetters() throws Exception {
        admin.deleteTopics(Set.of(Topics.DEAD_LETTERS)).all().get();
        await().atMost(PATIENCE).until(() -> !admin.listTopics().names().get().contains(Topics.DEAD_LETTERS));
    }

    private Map<String, String> settings(String topic) throws Exception {
        Map<String, String> settings = new HashMap<>();
        for (Config config : admin.describeConfigs(List.of(new ConfigResource(ConfigResource.Type.TOPIC, topic)))
                .all()
                .get()
                .values()) {
            config.entries().forEach(entry -> settings.put(entry.name(), String.valueOf(entry.value())));
        }
        return settings;
    }
}
