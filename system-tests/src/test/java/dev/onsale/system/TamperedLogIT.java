package dev.onsale.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onsale.cli.embedded.EmbeddedBroker;
import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.Topics;
import dev.onsale.system.stack.OnsaleProcess;
import dev.onsale.system.stack.Shop;
import dev.onsale.system.stack.Shop.Answer;
import dev.onsale.system.stack.TamperedLog;
import dev.onsale.wire.Command;
import dev.onsale.wire.Event;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentReported;
import dev.onsale.wire.RetryPayment;
import dev.onsale.wire.SeatsHeld;
import dev.onsale.wire.SeatsSold;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The auditor is audited: a log that was tampered with on disk must not pass. */
@Tag("long")
class TamperedLogIT {

    private static final AvroSerde<Event> EVENTS =
            AvroSerde.of(Event.class, PinnedSchemas.released(), Topics.EVENTS.name() + "-value");
    private static final AvroSerde<Command> COMMANDS =
            AvroSerde.of(Command.class, PinnedSchemas.released(), Topics.COMMANDS.name() + "-value");

    @TempDir
    static Path folder;

    private static Path original;
    private static String ada;
    private static String bob;

    /** A small sale, stopped: ada, bob and cyd have a seat each; a second try to pay for ada's order changed nothing. */
    @BeforeAll
    static void sell() throws Exception {
        try (OnsaleProcess onsale = OnsaleProcess.up(folder.resolve("data"))) {
            Shop shop = Shop.of(onsale);
            shop.open("""
                    event: rock-night
                    name: Rock Night
                    currency: EUR
                    holdSeconds: 300
                    maxPerBuyer: 6
                    sections:
                      - { section: A, rows: 1, seatsPerRow: 5, price: 4500 }
                    """);
            ada = buy(shop, "ada", "A-1");
            bob = buy(shop, "bob", "A-2");
            buy(shop, "cyd", "A-3");
            repeatRetry(onsale.bootstrap());
            Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                JsonNode report = audit(onsale.bootstrap(), 0);
                assertEquals(3, report.path("seatsSold").asInt(), report.toString());
                assertEquals(13_500, report.path("captured").asLong(), report.toString());
            });
        }
        original = folder.resolve("data").resolve("kafka");
    }

    private static String buy(Shop shop, String buyer, String seat) throws IOException {
        Answer held = shop.buy(
                buyer,
                "ticket",
                "{\"eventId\":\"rock-night\",\"sectionId\":\"A\",\"seats\":[\"%s\"],\"paymentToken\":\"pm_card_visa\"}"
                        .formatted(seat),
                10);
        Awaitility.await()
                .until(() -> shop.order(buyer, held.text("orderId"), 5).text("status"), "SOLD"::equals);
        return held.text("orderId");
    }

    /** A command that is refused: the place in the log where a doubled capture is put later. */
    private static void repeatRetry(String bootstrap) throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", bootstrap),
                new StringSerializer(),
                COMMANDS.serializer())) {
            var header = dev.onsale.wire.CommandHeader.newBuilder()
                    .setEventId("rock-night")
                    .setSectionId("A")
                    .setOrderId(ada)
                    .setBuyer("ada")
                    .build();
            var command = new Command(header, new RetryPayment("pm_card_visa", 0));
            producer.send(new ProducerRecord<>(Topics.COMMANDS.name(), "rock-night/A", command))
                    .get();
        }
    }

    private static JsonNode audit(String bootstrap, int exitCode) throws IOException {
        OnsaleProcess.Ended audit = OnsaleProcess.run("audit", "--bootstrap", bootstrap, "--json");
        assertEquals(exitCode, audit.exitCode(), audit.output());
        List<String> lines =
                audit.output().lines().filter(line -> line.startsWith("{")).toList();
        return Shop.JSON.readTree(lines.getLast());
    }

    private static JsonNode auditCopy(TamperedLog copy, int exitCode) throws IOException {
        try (EmbeddedBroker broker = EmbeddedBroker.start(copy.logDir(), 0, () -> {})) {
            return audit(broker.bootstrapServers(), exitCode);
        }
    }

    @Test
    void copy_isProven_whenNothingWasChanged(@TempDir Path target) throws IOException {
        TamperedLog copy = TamperedLog.copyOf(original, target.resolve("copy"));
        copy.rewrite(Topics.EVENTS.name(), Optional::of);

        JsonNode report = auditCopy(copy, 0);

        assertTrue(report.path("proven").asBoolean(), report.toString());
        assertEquals(3, report.path("seatsSold").asInt());
    }

    @Test
    void story_isTold_ofOneOrder_andOfItsSeat(@TempDir Path target) throws IOException {
        TamperedLog copy = TamperedLog.copyOf(original, target.resolve("copy"));
        try (EmbeddedBroker broker = EmbeddedBroker.start(copy.logDir(), 0, () -> {})) {
            List<String> order = story(broker, 0, "--order", ada);
            List<String> seat = story(broker, 0, "--seat", "A/A-1");

            assertEquals(
                    "Purchase",
                    Shop.JSON.readTree(order.getFirst()).path("kind").asText());
            assertEquals(
                    "OpenSection",
                    Shop.JSON.readTree(seat.getFirst()).path("kind").asText());
            assertTrue(seat.containsAll(order.subList(0, order.size() - 1)), () -> seat + " lacks some of " + order);
            assertEquals(
                    "order " + ada,
                    Shop.JSON.readTree(order.getLast()).path("of").asText());
            assertTrue(Shop.JSON.readTree(order.getLast()).path("proven").asBoolean(), order::getLast);
            assertEquals(List.of(), story(broker, 2, "--seat", "A/A-9"));
        }
    }

    private static List<String> story(EmbeddedBroker broker, int exitCode, String option, String whose)
            throws IOException {
        OnsaleProcess.Ended audit =
                OnsaleProcess.run("audit", "--bootstrap", broker.bootstrapServers(), "--json", option, whose);
        assertEquals(exitCode, audit.exitCode(), audit.output());
        return audit.output().lines().filter(line -> line.startsWith("{")).toList();
    }

    static Stream<Arguments> tampering() {
        return Stream.of(
                arguments("doubled sale", Topics.EVENTS.name(), events(TamperedLogIT::sellAdasSeatToBob), 1),
                arguments("lost event", Topics.EVENTS.name(), events(TamperedLogIT::loseAdasSale), 7),
                arguments("changed price", Topics.EVENTS.name(), events(TamperedLogIT::cheapenBobsHold), 3),
                arguments("doubled capture", Topics.COMMANDS.name(), commands(TamperedLogIT::captureTwice), 3));
    }

    private static Function<byte[], Optional<byte[]>> events(Function<Event, Optional<Event>> edit) {
        return TamperedLog.typed(EVENTS, edit);
    }

    private static Function<byte[], Optional<byte[]>> commands(Function<Command, Optional<Command>> edit) {
        return TamperedLog.typed(COMMANDS, edit);
    }

    private static Optional<Event> sellAdasSeatToBob(Event event) {
        if (event.getHeader().getOrderId().equals(bob)) {
            switch (event.getPayload()) {
                case SeatsHeld held -> held.setSeats(List.of("A-1"));
                case SeatsSold sold -> sold.setSeats(List.of("A-1"));
                default -> {}
            }
        }
        return Optional.of(event);
    }

    private static Optional<Event> loseAdasSale(Event event) {
        boolean lost = event.getHeader().getOrderId().equals(ada) && event.getPayload() instanceof SeatsSold;
        return lost ? Optional.empty() : Optional.of(event);
    }

    private static Optional<Event> cheapenBobsHold(Event event) {
        if (event.getHeader().getOrderId().equals(bob) && event.getPayload() instanceof SeatsHeld held) {
            held.setTotal(1);
        }
        return Optional.of(event);
    }

    private static Optional<Command> captureTwice(Command command) {
        if (command.getPayload() instanceof RetryPayment) {
            command.setPayload(new PaymentReported(
                    2, PaymentOperation.CAPTURE, dev.onsale.wire.PaymentOutcome.SUCCEEDED, "", "pi_forged", 4500L));
        }
        return Optional.of(command);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void tampering(
            String name, String topic, Function<byte[], Optional<byte[]>> edit, int invariant, @TempDir Path target)
            throws IOException {
        TamperedLog copy = TamperedLog.copyOf(original, target.resolve("copy"));
        assertTrue(copy.rewrite(topic, edit) > 0, "nothing was changed");

        JsonNode report = auditCopy(copy, 1);

        Set<Integer> broken = new HashSet<>();
        for (JsonNode violation : report.path("violations")) {
            broken.add(violation.path("invariant").asInt());
            assertTrue(violation.path("receipts").size() > 0, violation.toString());
        }
        System.out.println(name + ": " + report.path("violations"));
        assertTrue(broken.contains(invariant), name + " was not found as invariant " + invariant + ": " + report);
    }
}
