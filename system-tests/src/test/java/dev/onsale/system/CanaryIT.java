package dev.onsale.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.Topics;
import dev.onsale.system.faults.TopicReader;
import dev.onsale.system.stack.OnsaleProcess;
import dev.onsale.system.stack.Shop;
import dev.onsale.wire.Event;
import dev.onsale.wire.SeatsHeld;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A canary of the second seat allocator while buyers buy. */
class CanaryIT {

    private static final int BUYERS_AT_ONCE = 8;
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

    private final AtomicInteger buyers = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();

    @Test
    void allocatorCanary_isPromoted_whileBuyersBuy() throws Exception {
        try (OnsaleProcess onsale = OnsaleProcess.up(folder.resolve("data"))) {
            Shop shop = Shop.of(onsale);
            assertEquals(201, shop.open(LAYOUT).status());

            OnsaleProcess.Ended canary = whileBuyersBuy(
                    shop,
                    () -> canary(
                            onsale,
                            "start",
                            "--steps=20,50,100",
                            "--min-buyers=20",
                            "--min-step=1",
                            "--latency-objective=20000",
                            "--queue-objective=20000",
                            "--why=a better allocator"));

            assertEquals(0, canary.exitCode(), canary.output());
            assertTrue(canary.output().contains("On from 20 to 50 % of the buyers"), canary.output());
            assertTrue(canary.output().contains("is promoted"), canary.output());
            Map<String, Long> held = heldByVariant(onsale);
            System.out.println(buyers + " buyers during the canary, held by variant: " + held);
            assertTrue(held.getOrDefault("stable", 0L) >= 40, held.toString());
            assertTrue(held.getOrDefault("candidate", 0L) >= 40, held.toString());
            OnsaleProcess.Ended verified = canary(onsale, "verify");
            assertEquals(0, verified.exitCode(), verified.output());
            assertTrue(verified.output().contains("gives all 2 verdicts of this canary again"), verified.output());
            OnsaleProcess.Ended audit = OnsaleProcess.run("audit", "--bootstrap", onsale.bootstrap());
            assertEquals(0, audit.exitCode(), audit.output());
        }
    }

    private static OnsaleProcess.Ended canary(OnsaleProcess onsale, String command, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("canary", command, "--path", "allocator", "--bootstrap", onsale.bootstrap()));
        arguments.addAll(List.of(more));
        return OnsaleProcess.run(arguments.toArray(String[]::new));
    }

    private interface Work {
        OnsaleProcess.Ended run();
    }

    private OnsaleProcess.Ended whileBuyersBuy(Shop shop, Work work) throws Exception {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> queues = new ArrayList<>();
            for (int i = 0; i < BUYERS_AT_ONCE; i++) {
                queues.add(executor.submit(() -> {
                    while (!over.get()) {
                        buy(shop, "buyer-" + buyers.incrementAndGet());
                    }
                    return null;
                }));
            }
            OnsaleProcess.Ended ended;
            try {
                ended = work.run();
            } finally {
                over.set(true);
            }
            for (Future<?> queue : queues) {
                queue.get();
            }
            return ended;
        }
    }

    private static void buy(Shop shop, String buyer) throws IOException {
        Shop.Answer answer = shop.buy(buyer, "ticket", Shop.seats("canary", "A", 2, "pm_card_visa"), 10);
        assertTrue(answer.status() < 300, answer.toString());
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
