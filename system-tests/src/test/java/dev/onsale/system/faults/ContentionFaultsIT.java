package dev.onsale.system.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.inventory.InventoryService;
import dev.onsale.schemas.SectionKey;
import dev.onsale.wire.OrderState;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand buyers want the same seats at the same moment. */
@Tag("long")
class ContentionFaultsIT {

    private static final int CONTENDERS = 10_000;
    private static final int PRODUCERS = 8;

    @TempDir
    Path folder;

    private Lab lab;
    private InventoryService decider;
    private Commands commands;

    @BeforeEach
    void start() {
        lab = Lab.start(folder);
        decider = lab.decide(folder.resolve("state"), new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
        commands = new Commands(lab.bootstrap());
    }

    @AfterEach
    void stop() throws Exception {
        commands.close();
        decider.close();
        lab.close();
    }

    @Test
    @Tag("last-seat-10k-contenders")
    void lastSeat_isSoldOnce_when10000BuyersWantIt() {
        SectionKey section = new SectionKey("last-seat", "A");
        commands.open(section, 1, 1, 300);

        atOnce(buyer -> commands.buy(section, "buyer-" + buyer, "r", 1, List.of(), Commands.GOOD_CARD));

        Oracle.Proof proof = new Oracle(lab.bootstrap(), lab.gateway()).awaitProof();
        new Finding("last-seat-10k-contenders").saw(CONTENDERS + " buyers", proof);
        assertEquals(Map.of(OrderState.SOLD, 1L, OrderState.REJECTED, CONTENDERS - 1L), proof.orders());
    }

    /** That no hold is partial is part of the oracle: see {@link SeatBook}. */
    @Test
    @Tag("multi-seat-all-or-nothing")
    void seats_areHeldAllOrNone_when10000BuyersWantOverlappingOnes() {
        var finding = new Finding("multi-seat-all-or-nothing");
        long seed = finding.seed();
        SectionKey section = new SectionKey("multi-seat", "A");
        commands.open(section, 10, 20, 3);

        atOnce(buyer -> {
            Random random = new Random(seed + buyer);
            int quantity = 2 + random.nextInt(5);
            int first = 1 + random.nextInt(20 - quantity + 1);
            char row = (char) ('A' + random.nextInt(10));
            List<String> seats = random.nextInt(5) == 0
                    ? List.of()
                    : IntStream.range(first, first + quantity)
                            .mapToObj(number -> row + "-" + number)
                            .toList();
            String card = random.nextInt(4) == 0 ? Commands.BAD_CARD : Commands.GOOD_CARD;
            commands.buy(section, "buyer-" + buyer, "r", quantity, seats, card);
        });

        Oracle.Proof proof = new Oracle(lab.bootstrap(), lab.gateway()).awaitProof();
        finding.saw(CONTENDERS + " buyers", proof);
        Map<OrderState, Long> ended = proof.orders();
        assertTrue(ended.keySet().containsAll(Set.of(OrderState.SOLD, OrderState.EXPIRED)), ended::toString);
        assertEquals(
                CONTENDERS, ended.values().stream().mapToLong(Long::longValue).sum());
    }

    private void atOnce(IntConsumer buy) {
        try (ExecutorService producers = Executors.newFixedThreadPool(PRODUCERS)) {
            IntStream.range(0, PRODUCERS)
                    .forEach(producer -> producers.execute(() -> IntStream.range(0, CONTENDERS)
                            .filter(buyer -> buyer % PRODUCERS == producer)
                            .forEach(buy)));
        }
        commands.flush();
    }
}
