package dev.onsale.cli.release;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.cli.Onsale;
import dev.onsale.cli.TopicPlan;
import dev.onsale.cli.embedded.EmbeddedBroker;
import dev.onsale.inventory.InventoryTopology;
import dev.onsale.payments.PaymentWorkerConfig;
import dev.onsale.release.log.ReleaseEntry;
import dev.onsale.release.log.ReleaseLog;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.PinnedSchemas.Version;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code onsale release check}: this build runs, and others, made of it by one change each, are to follow. */
class ReleaseCommandTest {

    private static final String HISTORY = "dev/onsale/schemas/history/";

    @TempDir
    static Path folder = Path.of("");

    private static Path running = Path.of("");

    private final StringWriter err = new StringWriter();
    private String out = "";

    @BeforeAll
    static void describeRunning() throws IOException {
        ReleaseCommandTest test = new ReleaseCommandTest();
        assertEquals(0, test.run("describe", "--partitions", "8"), test.err.toString());
        running = Files.writeString(folder.resolve("running.json"), test.out);
    }

    private int run(String... args) {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            CommandLine onsale = Onsale.commandLine(Map.of());
            onsale.setErr(new PrintWriter(err));
            return onsale.execute(
                    Stream.concat(Stream.of("release"), Stream.of(args)).toArray(String[]::new));
        } finally {
            System.setOut(before);
            out = printed.toString(StandardCharsets.UTF_8);
        }
    }

    private int check(SecondBuild build, String... options) throws IOException {
        Path jar = build.jar(Files.createTempFile(folder, "onsale-cli-", ".jar"));
        return run(Stream.concat(Stream.of("check", running.toString(), jar.toString()), Stream.of(options))
                .toArray(String[]::new));
    }

    private void assertSays(String... parts) {
        for (String part : parts) {
            assertTrue(out.contains(part), () -> "'" + part + "' is not in:\n" + out + err);
        }
    }

    /** The latest released version of the events' schema. */
    private static Version events() {
        return PinnedSchemas.released().versions().stream()
                .filter(version -> version.subject().equals("onsale.events-value"))
                .toList()
                .getLast();
    }

    private static int nextId() {
        return 1
                + PinnedSchemas.released().versions().stream()
                        .mapToInt(Version::id)
                        .max()
                        .orElseThrow();
    }

    /** A build with one more version of the events' schema, which has a field more. */
    private static SecondBuild withOneMoreEventVersion(String field) {
        SecondBuild build = new SecondBuild();
        String index = new String(build.bytes(HISTORY + "index.csv"), StandardCharsets.UTF_8);
        int next = events().version() + 1;
        String latest =
                new String(build.bytes(HISTORY + "Event.v" + events().version() + ".avsc"), StandardCharsets.UTF_8);
        String line = "\nonsale.events-value,%d,%d,Event.v%d.avsc\n".formatted(next, nextId(), next);
        int at = latest.indexOf('[', latest.indexOf("\"fields\"")) + 1;
        return build.with(HISTORY + "index.csv", (index.strip() + line).getBytes(StandardCharsets.UTF_8))
                .with(
                        HISTORY + "Event.v" + next + ".avsc",
                        (latest.substring(0, at) + field + "," + latest.substring(at))
                                .getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void sameBuild_passes() throws IOException {
        assertEquals(0, check(new SecondBuild()), out + err);
        assertEquals("Passes: no difference.", out.strip());
        assertEquals(0, run("check", running.toString()), out + err);
    }

    @Test
    void harmlessChange_passes() throws IOException {
        String schema = new String(new SecondBuild().bytes(HISTORY + "Event.v2.avsc"), StandardCharsets.UTF_8);
        String doc = schema.substring(schema.indexOf("\"doc\""), schema.indexOf("\"doc\"") + 20);
        SecondBuild documented =
                new SecondBuild().entry(HISTORY + "Event.v2.avsc", doc, doc.replaceFirst("(: *\")", "$1New: "));
        assertEquals(0, check(documented), out + err);
        assertSays(
                "schema onsale.events-value version 2: its docs -> other docs", "rolling upgrade: yes, rollback: yes");
    }

    @Test
    void incompatibleSchema_isRefused() throws IOException {
        assertEquals(1, check(withOneMoreEventVersion("{\"name\":\"needed\",\"type\":\"int\"}")), out + err);
        assertSays(
                "schema onsale.events-value: version %d (id %d) -> version %d (id %d); rolling upgrade: no, rollback: no"
                        .formatted(events().version(), events().id(), events().version() + 1, nextId()),
                "it cannot read what version 1 wrote: READER_FIELD_MISSING_DEFAULT_VALUE",
                "Refused: it cannot be rolled out while the sale runs.");
        assertEquals(
                1,
                check(
                        withOneMoreEventVersion("{\"name\":\"needed\",\"type\":\"int\"}"),
                        "--one-way",
                        "--why",
                        "in a hurry"));
    }

    @Test
    void renamedStore_isRefused() throws IOException {
        assertEquals(1, check(new SecondBuild().constant(InventoryTopology.class, "orders", "Orders")), out + err);
        assertSays(
                "inventory-stream, store orders: present -> absent; rolling upgrade: no, rollback: no;"
                        + " its state would be lost",
                "inventory-stream, store Orders: absent -> present");
    }

    @Test
    void changedTopology_isRefused() throws IOException {
        assertEquals(1, check(new SecondBuild().constant(InventoryTopology.class, "decider", "decides")), out + err);
        assertSays(
                "inventory-stream, topology: ",
                "Processor: decider (stores: [orders, sections])",
                "Processor: decides (stores: [orders, sections])",
                "instances with different topologies cannot share one group");
    }

    @Test
    void smallerPartitionCount_isRefused() throws IOException {
        assertEquals(1, check(new SecondBuild(), "--partitions", "4"), out + err);
        assertSays(
                "topic onsale.commands, partitions: 8 -> 4; rolling upgrade: no, rollback: no; another number moves keys");
    }

    @Test
    void renamedSetting_isRefused_unlessNobodySetsIt() throws IOException {
        SecondBuild renamed =
                new SecondBuild().constant(PaymentWorkerConfig.class, "payments.parallelism", "payments.simultaneity");
        assertEquals(1, check(renamed), out + err);
        assertSays(
                "payment-worker, setting payments.parallelism: default '64' -> absent; rolling upgrade: no",
                "payment-worker, setting payments.simultaneity: absent -> default '64'; rolling upgrade: yes, rollback: yes");
        Path file = Files.writeString(folder.resolve("worker.properties"), "gateway.url=http://127.0.0.1:1\n");
        assertEquals(0, check(renamed, "--settings", "payment-worker=" + file), out + err);
    }

    @Test
    void oneWayDoor_isOpened_onlyForAReason_thatIsInTheReleaseLog() throws Exception {
        SecondBuild build = withOneMoreEventVersion("{\"name\":\"extra\",\"type\":\"int\",\"default\":0}");
        assertEquals(1, check(build), out + err);
        assertSays("rolling upgrade: yes, rollback: no", "upgrade order-service before inventory-stream");
        assertSays("to go nevertheless give --one-way and --why REASON");
        assertEquals(2, check(build, "--one-way"));
        assertTrue(err.toString().contains("needs a reason"), err.toString());
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"), 0, () -> {})) {
            Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
            try (Admin admin = Admin.create(client)) {
                new TopicPlan(8, 1).apply(admin, Duration.ofSeconds(30));
            }
            String[] options = {"--one-way", "--why", "the sale is over", "--bootstrap", broker.bootstrapServers()};
            assertEquals(0, check(build, options), out + err);
            assertSays("Passes, without a rollback.");
            try (ReleaseLog log = new ReleaseLog(client)) {
                // The end of a transaction is seen a moment after the writer was told of it.
                List<ReleaseEntry> entries = await().until(log::next, read -> !read.isEmpty());
                assertEquals(1, entries.size(), entries.toString());
                assertEquals("one-way-door", entries.getFirst().kind());
                assertEquals("the sale is over", entries.getFirst().why());
                assertTrue(entries.getFirst().toJson().toString().contains("onsale.events-value"));
            }
            assertEquals(1, run("check", "--partitions", "4", running.toString(), "--bootstrap", options[4]));
            assertSays("topic onsale.commands, partitions: 8 -> 4");
        }
    }

    @Test
    void json_isOneObjectALine() throws IOException {
        assertEquals(1, check(new SecondBuild(), "--partitions", "4", "--json"));
        assertTrue(out.lines().allMatch(line -> line.startsWith("{") && line.endsWith("}")), out);
        assertSays("{\"passes\":false,\"verdict\":\"Refused: ");
    }

    @Test
    void file_isRefusedInOneSentence_whenItIsNoBuild() throws IOException {
        Path file = Files.writeString(folder.resolve("none.json"), "no JSON");
        assertEquals(2, run("check", file.toString()));
        assertTrue(err.toString().contains("is no description of a build; make one"), err.toString());
        assertEquals(2, run("check", folder.resolve("missing.json").toString()));
        assertTrue(err.toString().contains("cannot be read; give what"), err.toString());
    }
}
