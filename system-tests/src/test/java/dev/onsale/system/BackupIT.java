package dev.onsale.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.schemas.Topics;
import dev.onsale.system.faults.TopicReader;
import dev.onsale.system.stack.Ledger;
import dev.onsale.system.stack.OnsaleProcess;
import dev.onsale.system.stack.Shop;
import dev.onsale.system.stack.Shop.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sale is exported, everything is lost but the gateway and the archive, and a new cluster is brought to the same state. */
@Tag("long")
class BackupIT {

    private static final int BUYERS = 60;
    private static final List<String> CARDS =
            List.of("pm_card_visa", "pm_card_visa", "pm_card_chargeDeclined", "pm_card_visa");
    private static final Set<String> ENDED = Set.of("SOLD", "EXPIRED", "CANCELLED", "REJECTED");
    private static final Duration SETTLED_WITHIN = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    /** What a buyer was told, by the body of the request. */
    private final Map<String, Answer> told = new LinkedHashMap<>();

    @SuppressWarnings("NullAway.Init") // set first of all
    private OnsaleProcess onsale;

    @SuppressWarnings("NullAway.Init") // set first of all
    private Shop shop;

    @Test
    void answers_receipts_andTheProof_areTheSame_afterExportWipeAndImport() throws Exception {
        onsale = OnsaleProcess.up(folder.resolve("data"));
        try {
            shop = Shop.of(onsale);
            sell();
            Path archive = exported();
            ObjectNode audited = audit();
            List<String> records = records();
            Ledger ledger = Ledger.of(onsale.gateway());

            onsale.kill9();
            wipe();
            OnsaleProcess.Ended imported = run(
                    "import",
                    "--from",
                    archive.toString(),
                    "--data",
                    onsale.data().toString());
            assertTrue(imported.output().contains(" records from "), imported.output());
            onsale.start();

            assertEquals(records, records());
            assertEquals(audited, audit());
            assertAnsweredAlike();
            // A repeated request is a command, and nothing else.
            assertEquals(audited.path("captured"), audit().path("captured"), () -> audit().toPrettyString());
            assertEquals(ledger, Ledger.of(onsale.gateway()));
            assertSellsOn();
        } finally {
            onsale.close();
        }
    }

    private void sell() throws IOException {
        Answer opened = shop.open("""
                event: rock-night
                name: Rock Night
                currency: EUR
                holdSeconds: 5
                maxPerBuyer: 6
                sections:
                  - { section: A, rows: 4, seatsPerRow: 20, price: 4500 }
                  - { section: B, rows: 1, seatsPerRow: 8, price: 2500 }
                """);
        assertEquals(201, opened.status(), opened.toString());
        for (int i = 0; i < BUYERS; i++) {
            shop.buy("buyer" + i, "first", body(i), 0);
        }
        for (int i = 0; i < BUYERS; i++) {
            String orderId = shop.buy("buyer" + i, "first", body(i), 10).text("orderId");
            String buyer = "buyer" + i;
            Answer answer = Awaitility.await()
                    .atMost(SETTLED_WITHIN)
                    .until(() -> shop.order(buyer, orderId, 0), order -> ENDED.contains(order.text("status")));
            told.put(buyer, answer);
        }
        assertTrue(
                told.values().stream().anyMatch(answer -> answer.text("status").equals("REJECTED")));
        assertTrue(
                told.values().stream().anyMatch(answer -> answer.text("status").equals("EXPIRED")));
    }

    private static String body(int buyer) {
        return Shop.seats("rock-night", buyer % 3 == 0 ? "B" : "A", 1 + buyer % 2, CARDS.get(buyer % CARDS.size()));
    }

    /** Once payments are settled, so that nothing is written any more. */
    private Path exported() {
        List<Path> tries = new ArrayList<>();
        Awaitility.await().atMost(SETTLED_WITHIN).until(() -> {
            tries.add(folder.resolve("archive" + tries.size()));
            return run(
                            "export",
                            "--bootstrap",
                            onsale.bootstrap(),
                            "--to",
                            tries.getLast().toString())
                    .output()
                    .contains("onsale import can bring an empty cluster to this state");
        });
        return tries.getLast();
    }

    private static OnsaleProcess.Ended run(String... arguments) {
        OnsaleProcess.Ended ended = OnsaleProcess.run(arguments);
        assertEquals(0, ended.exitCode(), ended.output());
        return ended;
    }

    /** All but how much was read, when, where and for how long. */
    private ObjectNode audit() {
        try {
            String report = run("audit", "--bootstrap", onsale.bootstrap(), "--json")
                    .output()
                    .lines()
                    .filter(line -> line.startsWith("{"))
                    .toList()
                    .getLast();
            ObjectNode said = (ObjectNode) Shop.JSON.readTree(report);
            assertTrue(said.path("proven").asBoolean(), report);
            said.remove(List.of("bytesRead", "estimate", "startedAt", "seconds", "source"));
            return said;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private List<String> records() {
        return Topics.TYPED.stream()
                .flatMap(topic -> TopicReader.committed(onsale.bootstrap(), topic.name()).stream())
                .map(BackupIT::text)
                .toList();
    }

    private static String text(ConsumerRecord<byte[], byte[]> record) {
        return "%s/%d@%d %d %s %d"
                .formatted(
                        record.topic(),
                        record.partition(),
                        record.offset(),
                        record.timestamp(),
                        record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8),
                        Arrays.hashCode(record.value()));
    }

    /** The gateway is somebody else's, so its ledger stays. */
    private void wipe() throws IOException {
        try (Stream<Path> all = Files.walk(onsale.data())) {
            for (Path path : all.sorted((one, other) -> other.compareTo(one)).toList()) {
                if (!path.equals(onsale.data()) && !path.endsWith("gateway-ledger.jsonl")) {
                    Files.delete(path);
                }
            }
        }
    }

    private void assertAnsweredAlike() throws IOException {
        List<ConsumerRecord<byte[], byte[]>> commands =
                TopicReader.committed(onsale.bootstrap(), Topics.COMMANDS.name());
        int number = 0;
        for (Map.Entry<String, Answer> each : told.entrySet()) {
            Answer before = each.getValue();
            String buyer = each.getKey();
            assertEquals(before, shop.order(buyer, before.text("orderId"), 0));
            assertEquals(
                    before.body(), shop.buy(buyer, "first", body(number++), 10).body());
            JsonNode receipt = before.body().path("receipt");
            assertTrue(
                    commands.stream()
                            .anyMatch(command -> command.partition()
                                            == receipt.path("partition").asInt()
                                    && command.offset()
                                            == receipt.path("offset").asLong()),
                    () -> "no command at " + receipt);
        }
    }

    private void assertSellsOn() throws IOException {
        String orderId = shop.buy("late", "first", Shop.seats("rock-night", "A", 1, "pm_card_visa"), 10)
                .text("orderId");
        Awaitility.await()
                .atMost(SETTLED_WITHIN)
                .until(() -> shop.order("late", orderId, 0).text("status"), "SOLD"::equals);
    }
}
