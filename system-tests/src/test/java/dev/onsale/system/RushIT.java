package dev.onsale.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.onsale.system.stack.Ledger;
import dev.onsale.system.stack.OnsaleProcess;
import dev.onsale.system.stack.Rush;
import dev.onsale.system.stack.Shop;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everybody wants a ticket at once, and nobody trusts the network. */
@Tag("long")
class RushIT {

    private static final int BUYERS = 2_000;
    private static final int SEATS = 500;
    /** {@code -Drush.crashes=10} on demand. */
    private static final int CRASHES = Integer.getInteger("rush.crashes", 2);

    /** Holds outlast ten crashes, each with half a minute of restart on a busy machine. */
    private static final String LAYOUT = """
            event: rush
            name: Rush
            currency: EUR
            holdSeconds: 1200
            maxPerBuyer: 1
            sections:
              - { section: A, rows: 20, seatsPerRow: 25, price: 4500 }
            """;

    @TempDir
    Path folder;

    @Test
    void everySeat_isSoldOnce_andEveryRequestAnswered_when2000BuyersAskThreeTimesEach() throws Exception {
        try (OnsaleProcess onsale = OnsaleProcess.up(folder.resolve("data"))) {
            assertEquals(201, Shop.of(onsale).open(LAYOUT).status());

            Rush rush = Rush.of(onsale, "rush", "A", BUYERS, 3);
            rush.run();

            assertSettled(onsale, rush);
        }
    }

    @Test
    void everyAcceptedRequest_hasItsOneAnswer_whenTheProcessIsKilledAgainAndAgain() throws Exception {
        try (OnsaleProcess onsale = OnsaleProcess.up(folder.resolve("data"))) {
            assertEquals(201, Shop.of(onsale).open(LAYOUT).status());

            Rush rush = Rush.of(onsale, "rush", "A", BUYERS, 3);
            Thread buyers = Thread.ofPlatform().start(rush::run);
            for (int crash = 1; crash <= CRASHES; crash++) {
                rush.awaitAnswers(crash * BUYERS / (CRASHES + 2));
                onsale.kill9();
                onsale.start();
            }
            buyers.join();

            assertSettled(onsale, rush);
        }
    }

    /** Every buyer's answers are alike, 500 orders are SOLD, the gateway took exactly their money, and the log proves it. */
    private static void assertSettled(OnsaleProcess onsale, Rush rush) {
        assertEquals(Map.of(), rush.disagreements());
        assertEquals(BUYERS, rush.answers().size());
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            Ledger ledger = Ledger.of(onsale.gateway());
            assertEquals(SEATS, ledger.succeeded("capture").size());
        });
        assertEquals(SEATS, rush.finalStates().getOrDefault("SOLD", 0L));
        assertEquals(BUYERS - SEATS, rush.finalStates().getOrDefault("REJECTED", 0L));
        Ledger ledger = Ledger.of(onsale.gateway());
        assertEquals(rush.sold(4500), ledger.paid());
        OnsaleProcess.Ended audit = OnsaleProcess.run("audit", "--bootstrap", onsale.bootstrap());
        assertEquals(0, audit.exitCode(), audit.output());
    }
}
