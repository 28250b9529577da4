package dev.onsale.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onsale.schemas.DeadLetters;
import dev.onsale.schemas.Requests;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.system.stack.OnsaleProcess;
import dev.onsale.system.stack.Shop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway in Node, as a reader of docs/gateway.md would run it: npm install, then buy. */
class NodeGatewayIT {

    private static final int PARTITIONS = 4;
    private static final Path EXAMPLE = OnsaleProcess.root().resolve("examples/node-gateway");

    @TempDir
    static Path folder;

    private static OnsaleProcess onsale;

    private record Ended(int exitCode, String output) {
        List<JsonNode> lines() throws IOException {
            List<JsonNode> lines = new ArrayList<>();
            for (String line :
                    output.lines().filter(text -> text.startsWith("{")).toList()) {
                lines.add(Shop.JSON.readTree(line));
            }
            return lines;
        }
    }

    @BeforeAll
    static void start() throws Exception {
        if (run(folder, "node", "--version").exitCode() != 0) {
            abort("SKIPPED: Node is not installed, so the gateway example cannot be run");
        }
        Path copy = folder.resolve("node-gateway");
        Files.createDirectories(copy);
        for (String file : List.of("package.json", ".npmrc", "buy.mjs")) {
            Files.copy(EXAMPLE.resolve(file), copy.resolve(file));
        }
        Ended installed = run(copy, "npm", "install", "--no-package-lock");
        assertEquals(0, installed.exitCode(), installed.output());
        onsale = OnsaleProcess.up(folder.resolve("data"));
    }

    @AfterAll
    static void stop() {
        if (onsale != null) {
            onsale.close();
        }
    }

    private static Ended run(Path directory, String... command) throws Exception {
        Path output = Files.createTempFile(folder, "run-", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(3, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                process.waitFor();
            }
            return new Ended(process.exitValue(), Files.readString(output));
        } catch (IOException e) {
            return new Ended(127, e.toString());
        }
    }

    private static Ended buy(String event, String requestId, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "node",
                "buy.mjs",
                "--bootstrap",
                onsale.bootstrap(),
                "--registry",
                onsale.admin().toString(),
                "--event",
                event,
                "--request-id",
                requestId));
        command.addAll(List.of(more));
        return run(folder.resolve("node-gateway"), command.toArray(String[]::new));
    }

    private static void open(String event) throws IOException {
        var answer = Shop.of(onsale).open("""
                        event: %s
                        name: Test
                        currency: EUR
                        holdSeconds: 60
                        maxPerBuyer: 4
                        sections:
                          - { section: A, rows: 1, seatsPerRow: 5, price: 4500 }
                        """.formatted(event));
        assertEquals(201, answer.status(), answer.toString());
    }

    @Test
    void ticket_isSold_throughTheTopics() throws Exception {
        open("node-night");

        Ended bought = buy("node-night", "r1", "--quantity", "2");

        assertEquals(0, bought.exitCode(), bought.output());
        JsonNode answer = bought.lines().getLast();
        assertEquals("SOLD", answer.path("status").asText());
        assertEquals(9_000, answer.path("total").asInt());
        String orderId = Requests.orderId("ada", "r1");
        assertEquals(orderId, answer.path("orderId").asText());
        assertEquals("SOLD", Shop.of(onsale).order("ada", orderId, 10).text("status"));
    }

    @Test
    void ticket_landsInDeadLetters_whenThePartitionerIsCrc32() throws Exception {
        String event = eventWhoseCrc32Differs();
        open(event);

        Ended lost = buy(event, "r2", "--partitioner", "crc32", "--timeout-seconds", "20");

        assertEquals(3, lost.exitCode(), lost.output());
        ConsumerRecord<String, byte[]> letter = deadLetter();
        assertEquals("WRONG_PARTITION", header(letter, DeadLetters.PROBLEM));
        assertTrue(header(letter, DeadLetters.MEND).contains("partitioner=murmur2_random"));
        assertTrue(letter.key().startsWith(Topics.COMMANDS.name() + "/"), letter.key());
    }

    private static String header(ConsumerRecord<String, byte[]> letter, String name) {
        return new String(letter.headers().lastHeader(name).value(), UTF_8);
    }

    /** The two partitioners agree on some keys by chance. */
    private static String eventWhoseCrc32Differs() {
        for (int i = 0; ; i++) {
            var key = new SectionKey("crc-" + i, "A");
            CRC32 crc = new CRC32();
            crc.update(key.toString().getBytes(UTF_8));
            if (crc.getValue() % PARTITIONS != key.partition(PARTITIONS)) {
                return key.eventId();
            }
        }
    }

    private static ConsumerRecord<String, byte[]> deadLetter() {
        Map<String, Object> properties =
                Map.of("bootstrap.servers", onsale.bootstrap(), "group.id", "test", "auto.offset.reset", "earliest");
        try (var consumer = new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(Topics.DEAD_LETTERS));
            return Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> consumer.poll(Duration.ofMillis(500)), records -> !records.isEmpty())
                    .iterator()
                    .next();
        }
    }
}
