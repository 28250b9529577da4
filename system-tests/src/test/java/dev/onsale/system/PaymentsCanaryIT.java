package dev.onsale.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.payments.simulator.GatewaySimulator;
import dev.onsale.payments.simulator.SimulatorConfig;
import dev.onsale.runtime.Settings;
import dev.onsale.system.stack.BuyerQueues;
import dev.onsale.system.stack.Gateway;
import dev.onsale.system.stack.OnsaleProcess;
import dev.onsale.system.stack.OnsaleProcess.Ended;
import dev.onsale.system.stack.Shop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Canaries of a second payment gateway while buyers buy. The short form has one bad gateway and one that is as good as the first;
 * how many of each: {@code -Dcanary.bad} and {@code -Dcanary.good}; how many percent the bad one declines: {@code
 * -Dcanary.bad.percent}.
 */
@Timeout(3_600)
class PaymentsCanaryIT {

    private static final int BAD = Integer.getInteger("canary.bad", 1);
    private static final int GOOD = Integer.getInteger("canary.good", 1);
    private static final int BAD_PERCENT = Integer.getInteger("canary.bad.percent", 25);
    private static final int FEW_BUYERS = 200;
    private static final Pattern BUYERS = Pattern.compile("\"canaryBuyers\":(\\d+)");
    /** What the first gateway declines, and a second one that is as good. */
    private static final int GOOD_PERCENT = 1;

    private static final String LAYOUT = """
            event: payments
            name: Payments
            currency: EUR
            holdSeconds: 600
            maxPerBuyer: 2
            sections:
              - { section: A, capacity: 100000, price: 4500 }
            """;

    @TempDir
    Path folder;

    private GatewaySimulator candidate;
    private OnsaleProcess onsale;
    private Shop shop;

    @BeforeEach
    void start() throws IOException {
        candidate = GatewaySimulator.start(SimulatorConfig.from(Settings.of(Map.of(
                "gateway.port",
                "0",
                "gateway.ledger",
                folder.resolve("candidate.jsonl").toString()))));
        onsale = OnsaleProcess.up(
                folder.resolve("data"),
                Map.of(
                        "worker.gateway.candidate.url",
                        candidateUrl(),
                        "worker.gateway.candidate.key",
                        "sk_test_second"));
        shop = Shop.of(onsale);
        assertEquals(201, shop.open(LAYOUT).status());
        decline(onsale.gateway(), GOOD_PERCENT);
    }

    @AfterEach
    void stop() {
        onsale.close();
        candidate.close();
    }

    private String candidateUrl() {
        return "http://127.0.0.1:" + candidate.port();
    }

    @Test
    @Tag("long")
    void paymentsCanary_isAborted_whenMoreIsDeclined_andPromotedWhenNot() throws Exception {
        BuyerQueues buyers = new BuyerQueues(8, 0, this::buy);
        buyers.during(() -> {
            decline(URI.create(candidateUrl()), BAD_PERCENT);
            int inTime = 0;
            for (int i = 1; i <= BAD; i++) {
                Ended canary = canary("bad " + i);
                assertEquals(1, canary.exitCode(), canary.output());
                assertTrue(canary.output().contains("more buyers are bad"), canary.output());
                assertTrue(canary.output().contains("The abort reaches buyers"), canary.output());
                inTime += canaryBuyers(canary) <= FEW_BUYERS ? 1 : 0;
            }
            System.out.println(
                    inTime + " of " + BAD + " bad canaries were aborted within " + FEW_BUYERS + " of their buyers");
            assertTrue(inTime > 0 || BAD == 0);

            decline(URI.create(candidateUrl()), GOOD_PERCENT);
            int promoted = 0;
            for (int i = 1; i <= GOOD; i++) {
                promoted += canary("good " + i).exitCode() == 0 ? 1 : 0;
                assertEquals(
                        0,
                        OnsaleProcess.run(
                                        "flags",
                                        "set",
                                        "payments-path",
                                        "--share",
                                        "0",
                                        "--why",
                                        "again",
                                        "--admin",
                                        "" + onsale.admin())
                                .exitCode());
            }
            System.out.println(promoted + " of " + GOOD + " good canaries were promoted");
            // Two of a hundred may be aborted by mistake: of fewer than twenty none, of twenty one.
            assertTrue(GOOD - promoted <= GOOD / 20, promoted + " of " + GOOD);
            return null;
        });
        System.out.println(buyers.count() + " buyers in all");
        Ended audit = OnsaleProcess.run(
                "audit",
                "--bootstrap",
                onsale.bootstrap(),
                "--ledger",
                onsale.gateway() + "/simulator/ledger",
                "--ledger",
                candidateUrl() + "/simulator/ledger");
        System.out.println(audit.output());
        assertEquals(0, audit.exitCode(), audit.output());
    }

    private static void decline(URI gateway, int percent) {
        try {
            new Gateway(gateway).behave("\"declineRate\":" + percent / 100.0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Ended canary(String why) {
        Ended ended = OnsaleProcess.run(
                "canary",
                "start",
                "--path",
                "payments",
                "--bootstrap",
                onsale.bootstrap(),
                "--steps=50,100",
                "--min-buyers=200",
                "--min-step=1",
                "--latency-objective=20000",
                "--queue-objective=20000",
                "--json",
                "--why",
                why);
        System.out.println(why + ": " + ended.output().lines().toList().getLast());
        return ended;
    }

    private static int canaryBuyers(Ended canary) {
        Matcher found = BUYERS.matcher(canary.output());
        int buyers = Integer.MAX_VALUE;
        while (found.find()) {
            buyers = Integer.parseInt(found.group(1));
        }
        return buyers;
    }

    private void buy(String buyer) throws IOException {
        Shop.Answer answer = shop.buy(
                buyer,
                "ticket",
                "{\"eventId\":\"payments\",\"sectionId\":\"A\",\"quantity\":1,\"paymentToken\":\"pm_card_visa\"}",
                10);
        assertTrue(answer.status() < 300, answer.toString());
    }
}
