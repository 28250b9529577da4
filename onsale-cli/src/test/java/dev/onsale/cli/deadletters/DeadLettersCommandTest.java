package dev.onsale.cli.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.onsale.cli.Onsale;
import dev.onsale.cli.embedded.Stack;
import dev.onsale.cli.embedded.StackOptions;
import dev.onsale.cli.http.Web;
import dev.onsale.schemas.DeadLetters;
import dev.onsale.schemas.DeadLetters.Problem;
import dev.onsale.schemas.Requests;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentReported;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code onsale dead-letters} against everything in one process. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class DeadLettersCommandTest {

    private static final int PARTITIONS = 4;
    private static final byte[] KEY = Samples.SECTION.toString().getBytes(UTF_8);

    @TempDir
    static Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private static Stack stack;

    private final StringWriter err = new StringWriter();
    private String out = "";

    @BeforeAll
    static void startSale() throws Exception {
        stack = Stack.start(
                new StackOptions(folder.resolve("data"), 0, 0, 0, 0, OptionalInt.of(PARTITIONS), Map.of()), () -> {});
        Path layout = folder.resolve("rock-night.yaml");
        Files.writeString(layout, """
                event: rock-night
                name: Rock Night
                currency: EUR
                holdSeconds: 300
                maxPerBuyer: 6
                sections:
                  - { section: A, rows: 2, seatsPerRow: 5, price: 4500 }
                """);
        DeadLettersCommandTest test = new DeadLettersCommandTest();
        assertEquals(0, test.onsale("open", layout.toString(), "--admin", stack.adminUrl()), test.err.toString());
    }

    @AfterAll
    static void stopSale() {
        stack.close();
    }

    private int onsale(String... args) {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, UTF_8));
        try {
            CommandLine onsale = Onsale.commandLine(Map.of());
            onsale.setErr(new PrintWriter(err));
            return onsale.execute(args);
        } finally {
            System.setOut(before);
            out = printed.toString(UTF_8);
        }
    }

    private int run(String... args) {
        List<String> all = new ArrayList<>(List.of("dead-letters"));
        all.addAll(List.of(args));
        all.addAll(List.of("--bootstrap", stack.bootstrapServers()));
        return onsale(all.toArray(String[]::new));
    }

    @Test
    void nothingIsRead_whenThatWouldBeMoreThanTheFileAllows() throws Exception {
        String id = produce(new ProducerRecord<>(Topics.COMMANDS.name(), 0, KEY, new byte[] {7}));
        await().until(() -> run("drop", id, "--why", "a test") == 0);
        Path file = Files.writeString(folder.resolve("scan.properties"), "scan.max.bytes=1\n");
        assertRefused("more than the 1 bytes allowed", "list", "--config", file.toString());
        assertEquals(2, onsale("flags", "log", "--config", file.toString(), "--bootstrap", stack.bootstrapServers()));
    }

    private void assertRefused(String saying, String... args) {
        err.getBuffer().setLength(0);
        assertEquals(2, run(args), out);
        assertTrue(err.toString().startsWith("onsale: ") && err.toString().contains(saying), err.toString());
    }

    /** What list shows of a letter; missing: nothing. */
    private JsonNode listed(String id, String... options) {
        List<String> args = new ArrayList<>(List.of("list", "--json"));
        args.addAll(List.of(options));
        assertEquals(0, run(args.toArray(String[]::new)), err.toString());
        return out.lines()
                .map(DeadLettersCommandTest::parse)
                .filter(letter -> letter.path("id").asText().equals(id))
                .findFirst()
                .orElse(Web.mapper().missingNode());
    }

    private static JsonNode parse(String json) {
        try {
            return Web.mapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not JSON: " + json, e);
        }
    }

    /** @return topic/partition/offset */
    private static String produce(ProducerRecord<byte[], byte @Nullable []> message) throws Exception {
        try (KafkaProducer<byte[], byte @Nullable []> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", stack.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            var written = producer.send(message).get();
            return DeadLetters.key(written.topic(), written.partition(), written.offset());
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", stack.bootstrapServers(), "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList());
            consumer.seekToBeginning(consumer.assignment());
            List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
            Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(all::add);
            }
            return all;
        }
    }

    /** Bought as by a producer whose partitioner is another. @return id of the dead letter that it becomes */
    private String buyMisplaced(String buyer) throws Exception {
        int wrong = (Samples.SECTION.partition(PARTITIONS) + 1) % PARTITIONS;
        String id = produce(new ProducerRecord<>(Topics.COMMANDS.name(), wrong, KEY, Samples.purchase(buyer, "r1")));
        await().until(() -> !listed(id).isMissingNode());
        return id;
    }

    private static void awaitSold(String buyer) {
        try (Web web = new Web(stack.url(), "--url")) {
            String order = "/orders/" + Requests.orderId(buyer, "r1");
            await().until(() ->
                    web.get(order, Map.of("Onsale-Buyer", buyer)).text("status").equals("SOLD"));
        }
    }

    /** How often the payment worker has told of an order's authorisation. */
    private static long authorisationsReported(String orderId) {
        return read(Topics.COMMANDS.name()).stream()
                .filter(message -> message.partition() == Samples.SECTION.partition(PARTITIONS))
                .map(message -> Samples.COMMANDS.fromBytes(message.value()))
                .filter(command -> command.getHeader().getOrderId().equals(orderId))
                .filter(command -> command.getPayload() instanceof PaymentReported reported
                        && reported.getOperation() == PaymentOperation.AUTHORISE)
                .count();
    }

    private JsonNode audited() {
        String ledger = stack.gatewayUrl() + "/simulator/ledger";
        int exit = onsale("audit", "--json", "--ledger", ledger, "--bootstrap", stack.bootstrapServers());
        assertEquals(0, exit, out + err);
        return parse(out.lines().toList().getLast());
    }

    @Test
    void misplacedPurchase_isShown_repaired_andDecidedOnce() throws Exception {
        String id = buyMisplaced("ada");
        JsonNode open = listed(id);
        assertEquals("WRONG_PARTITION", open.path("problem").asText());
        assertEquals("Purchase", open.path("kind").asText());
        assertEquals("rock-night/A", open.path("section").asText());
        assertEquals(Requests.orderId("ada", "r1"), open.path("order").asText());

        assertEquals(0, run("show", id), err.toString());
        assertTrue(out.contains("problem  WRONG_PARTITION: key 'rock-night/A' belongs to partition"), out);
        assertTrue(out.contains("partitioner=murmur2_random") && out.contains("\"requestId\" : \"r1\""), out);
        assertEquals(0, run("show", id, "--json"), err.toString());
        assertEquals("rock-night/A", parse(out).path("key").asText());

        long soldBefore = audited().path("seatsSold").asLong();
        assertEquals(0, run("repair", id, "--who", "bob"), err.toString());
        awaitSold("ada");
        await().until(() -> listed(id).isMissingNode());
        assertRefused("was already repaired 20", "repair", id);
        assertTrue(err.toString().contains("by bob: WRONG_PARTITION: key")
                && err.toString().contains("--again"));
        assertRefused("nothing left to drop", "drop", id, "--why", "no use");

        assertEquals(0, run("repair", id, "--again", "--why", "to be sure"), err.toString());
        await().until(() -> listed(id, "--all").at("/ended/why").asText(), why -> why.equals("to be sure"));
        assertEquals(soldBefore + 1, audited().path("seatsSold").asLong());
    }

    @Test
    void record_isDropped_forAReason_byAName() throws Exception {
        String id = produce(new ProducerRecord<>(Topics.COMMANDS.name(), 0, KEY, "hello".getBytes(UTF_8)));
        await().until(() -> !listed(id).isMissingNode());
        assertRefused("Send Avro in the Confluent wire format", "repair", id);
        assertRefused("Missing required option: '--why=REASON'", "drop", id);
        assertRefused("Every change says why", "drop", id, "--why", " ");
        long commands = read(Topics.COMMANDS.name()).size();

        assertEquals(0, run("drop", id, "--who", "eve", "--why", "a test of the load balancer"), err.toString());

        await().until(() -> listed(id).isMissingNode());
        assertEquals("eve", listed(id, "--all").at("/ended/who").asText());
        assertEquals(0, run("list", "--all"));
        assertTrue(
                out.lines()
                        .anyMatch(line -> line.startsWith(id) && line.endsWith("by eve: a test of the load balancer")),
                out);
        assertEquals(0, run("show", id));
        assertTrue(out.contains("state    dropped 20") && out.contains("\"text\" : \"hello\""), out);
        assertEquals(0, onsale("flags", "log", "--bootstrap", stack.bootstrapServers()));
        assertTrue(out.contains("dead-letter of " + id + ": DROPPED  (a test of the load balancer)"), out);
        assertEquals(commands, read(Topics.COMMANDS.name()).size());
    }

    /** As the worker puts one aside that it could not finish: it may have been executed all the same. */
    @Test
    void authorisation_isSentAgain_andChargesNobodyTwice() throws Exception {
        String order = Requests.orderId("dan", "r1");
        produce(new ProducerRecord<>(Topics.COMMANDS.name(), KEY, Samples.purchase("dan", "r1")));
        awaitSold("dan");
        ConsumerRecord<byte[], byte[]> asked = read(Topics.PAYMENTS.name()).stream()
                .filter(message ->
                        Samples.PAYMENTS.fromBytes(message.value()).getOperation() == PaymentOperation.AUTHORISE
                                && new String(message.key(), UTF_8).equals(order))
                .findFirst()
                .orElseThrow();
        String id = DeadLetters.key(asked.topic(), asked.partition(), asked.offset());
        produce(new ProducerRecord<>(
                Topics.DEAD_LETTERS,
                null,
                id.getBytes(UTF_8),
                asked.value(),
                DeadLetters.headers(Problem.UNDELIVERABLE, "taken 9 times", asked.key())));
        assertEquals("AUTHORISE", listed(id).path("kind").asText());
        assertEquals(1, authorisationsReported(order));

        assertEquals(0, run("repair", id, "--why", "workers have enough memory again"), err.toString());

        await().until(() -> authorisationsReported(order) == 2);
        List<ConsumerRecord<byte[], byte[]>> copies = read(Topics.PAYMENTS.name()).stream()
                .filter(message -> Arrays.equals(message.value(), asked.value()))
                .toList();
        assertEquals(2, copies.size());
        assertEquals(asked.timestamp(), copies.getLast().timestamp());
        assertTrue(audited().path("proven").asBoolean());
    }

    @Test
    void letter_isNamed_whenThereIsNone() {
        assertRefused("There is no dead letter 'onsale.commands/0/999999'", "show", "onsale.commands/0/999999");
        assertFalse(err.toString().contains("\tat "));
    }
}
