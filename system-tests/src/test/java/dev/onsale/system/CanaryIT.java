package dev.onsale.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.Topics;
import dev.onsale.system.faults.TopicReader;
import dev.onsale.system.stack.BuyerQueues;
import dev.onsale.system.stack.OnsaleProcess;
import dev.onsale.system.stack.Shop;
import dev.onsale.wire.Event;
import dev.onsale.wire.SeatsHeld;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A canary of the second seat allocator while buyers buy. With {@code -Dcanary.buyers=10000} all seats are sold out by so many, and
 * the canary goes through all its usual steps.
 */
class CanaryIT {

    private static final int BUYERS_AT_ONCE = 8;
    /** At least so many come; they stop when the canary is over. */
    private static final int BUYERS = Integer.getInteger("canary.buyers", 0);

    private static final String STEPS = BUYERS == 0 ? "20,50,100" : "5,10,25,50,100";
    private static final String LAYOUT = """
            event: canary
            name: Canary
            currency: EUR
            holdSeconds: 600
            maxPerBuyer: 2
            sections:
              - { section: A, rows: 100, seatsPerRow: 100, price: 4500 }
            """;

    @TempDir
    Path folder;

    @Test
    void allocatorCanary_isPromoted_whileBuyersBuy() throws Exception {
        try (OnsaleProcess onsale = OnsaleProcess.up(folder.resolve("data"))) {
            Shop shop = Shop.of(onsale);
            assertEquals(201, shop.open(LAYOUT).status());

            BuyerQueues buyers = new BuyerQueues(BUYERS_AT_ONCE, BUYERS, buyer -> buy(shop, buyer));
            OnsaleProcess.Ended canary = buyers.during(() -> canary(
                    onsale,
                    "start",
                    "--steps=" + STEPS,
                    "--min-buyers=20",
                    "--min-step=1",
                    "--latency-objective=20000",
                    "--queue-objective=20000",
                    "--why=a better allocator"));

            assertEquals(0, canary.exitCode(), canary.output());
            List<String> steps = List.of(STEPS.split(",", -1));
            for (int i = 1; i < steps.size() - 1; i++) {
                String on = "On from " + steps.get(i - 1) + " to " + steps.get(i) + " % of the buyers";
                assertTrue(canary.output().contains(on), canary.output());
            }
            assertTrue(canary.output().contains("is promoted"), canary.output());
            Map<String, Long> held = heldByVariant(onsale);
            System.out.println(buyers.count() + " buyers during the canary, held by variant: " + held);
            assertTrue(held.getOrDefault("stable", 0L) >= 40, held.toString());
            assertTrue(held.getOrDefault("candidate", 0L) >= 40, held.toString());
            OnsaleProcess.Ended verified = canary(onsale, "verify");
            assertEquals(0, verified.exitCode(), verified.output());
            assertTrue(
                    verified.output().contains("gives all " + (steps.size() - 1) + " verdicts of this canary again"),
                    verified.output());
            Path seats = folder.resolve("seats.jsonl");
            OnsaleProcess.Ended audit =
                    OnsaleProcess.run("audit", "--bootstrap", onsale.bootstrap(), "--seats", seats.toString());
            assertEquals(0, audit.exitCode(), audit.output());
            assertEquals(held, ordersByVariant(seats));
        }
    }

    private static OnsaleProcess.Ended canary(OnsaleProcess onsale, String command, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("canary", command, "--path", "allocator", "--bootstrap", onsale.bootstrap()));
        arguments.addAll(List.of(more));
        return OnsaleProcess.run(arguments.toArray(String[]::new));
    }

    private static void buy(Shop shop, String buyer) throws IOException {
        Shop.Answer answer = shop.buy(buyer, "ticket", Shop.seats("canary", "A", 2, "pm_card_visa"), 10);
        assertTrue(answer.status() < 300 || answer.text("reason").equals("SOLD_OUT"), answer.toString());
    }

    /** As the audit names the variant of each seat; every order here is of two. */
    private static Map<String, Long> ordersByVariant(Path seats) throws IOException {
        Map<String, String> variants = new HashMap<>();
        List<String> lines = Files.readAllLines(seats);
        for (String line : lines) {
            JsonNode seat = Shop.JSON.readTree(line);
            assertEquals(1, seat.path("tickets").asInt(), line);
            variants.put(seat.path("orderId").asText(), seat.path("variant").asText());
        }
        assertEquals(2 * variants.size(), lines.size());
        return variants.values().stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }

    private static Map<String, Long> heldByVariant(OnsaleProcess onsale) {
        AvroSerde<Event> serde = AvroSerde.of(Event.class, PinnedSchemas.released(), Topics.EVENTS.name() + "-value");
        return TopicReader.committed(onsale.bootstrap(), Topics.EVENTS.name()).stream()
                .map(message -> serde.fromBytes(message.value()))
                .filter(event -> event.getPayload() instanceof SeatsHeld)
                .map(event -> event.getHeader().getVariant())
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }
}
