package dev.onsale.system.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.onsale.schemas.SectionKey;
import dev.onsale.system.stack.KafkaCluster;
import dev.onsale.system.stack.OrderServiceProcess;
import dev.onsale.system.stack.Shop;
import dev.onsale.system.stack.SmallDisk;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The disk of one broker is full, then those of two of three, which is more than a sale can do without. */
@Tag("long")
@Timeout(900)
class DiskFullIT {

    /** Enough for the topics, of which each partition takes a few pages at once. */
    private static final int MEGABYTES = 256;

    private static final int COMMANDS_PER_SECOND = 100;
    private static final Duration WORKS_WITHIN = Duration.ofMinutes(2);
    private static final SectionKey SECTION = new SectionKey("full", "A");
    private static final int SEATS = 400;
    /** Whose orders are accepted just before the disks are full. */
    private static final int BUYERS = 50;

    @TempDir
    static Path folder;

    private static final List<SmallDisk> DISKS = new ArrayList<>();
    private static KafkaCluster cluster;
    private static Lab lab;
    private static DeciderProcess decider;
    private static Commands commands;

    @BeforeAll
    static void start() throws Exception {
        for (int broker = 0; broker < 2; broker++) {
            DISKS.add(SmallDisk.mountOrSkip(KafkaCluster.data(folder, broker), MEGABYTES));
        }
        cluster = KafkaCluster.start(folder);
        lab = Lab.start(folder, cluster);
        decider = new DeciderProcess(lab.bootstrap(), folder.resolve("state"));
        commands = new Commands(lab.bootstrap());
    }

    @AfterAll
    static void stop() throws Exception {
        if (commands != null) {
            commands.close();
            decider.close();
            lab.close();
        }
        DISKS.forEach(SmallDisk::close);
    }

    @Test
    @Tag("broker-away-at-the-edge")
    void noAcceptedOrderIsLost_whenDisksAreFull() throws Exception {
        var finding = new Finding("broker-away-at-the-edge");
        long seed = finding.seed();
        try (Pulse pulse = new Pulse(lab.bootstrap());
                Crowd crowd = new Crowd(commands, "one-full", 8, seed)) {
            crowd.start(COMMANDS_PER_SECOND);
            awaitDecisions(pulse);
            fill(0);
            awaitDecisions(pulse);
            crowd.stop();
            free(0);
            finding.saw("the disk of one broker full", prove(), pulse);
        }
        Path place = Files.createDirectory(folder.resolve("orders"));
        try (var orders = OrderServiceProcess.start(place, lab.bootstrap(), "--produce.timeout.ms", "2000")) {
            Shop shop = Shop.of(
                    URI.create("http://127.0.0.1:" + orders.instance().http()),
                    URI.create("http://127.0.0.1:" + orders.instance().admin()));
            commands.open(SECTION, 1, SEATS, 300);
            commands.flush();
            Map<String, String> accepted = new HashMap<>();
            awaitAnswer(shop, accepted, 202);
            while (accepted.size() < BUYERS) {
                buy(shop, accepted);
            }
            DISKS.forEach(SmallDisk::fill);
            String refusal = awaitAnswer(shop, accepted, 503).text("type");
            awaitEnd(0);
            awaitEnd(1);
            assertEquals(503, buy(shop, accepted).status());
            free(0, 1);
            awaitAnswer(shop, accepted, 202);

            accepted.forEach((orderId, buyer) -> Awaitility.await(orderId)
                    .atMost(WORKS_WITHIN)
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> shop.order(buyer, orderId, 10).text("status"), "SOLD"::equals));
            finding.saw(
                    "the disks of two of three brokers full: the edge refused (" + refusal + "), and sold all "
                            + accepted.size() + " orders that it had accepted",
                    prove());
        }
    }

    /** Buys until an answer has this status. */
    private static Shop.Answer awaitAnswer(Shop shop, Map<String, String> accepted, int status) {
        return Awaitility.await("an answer " + status)
                .atMost(WORKS_WITHIN)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> buy(shop, accepted), answer -> answer.status() == status);
    }

    private static Shop.Answer buy(Shop shop, Map<String, String> accepted) throws IOException {
        String buyer = "buyer-" + System.nanoTime();
        Shop.Answer answer =
                shop.buy(buyer, "r", Shop.seats(SECTION.eventId(), SECTION.sectionId(), 1, Commands.GOOD_CARD), 0);
        if (answer.status() < 300) {
            accepted.put(answer.text("orderId"), buyer);
        }
        return answer;
    }

    private static void fill(int broker) {
        DISKS.get(broker).fill();
        awaitEnd(broker);
    }

    /** A broker that cannot write to its only disk ends by itself. */
    private static void awaitEnd(int broker) {
        Awaitility.await("the end of broker " + broker).atMost(WORKS_WITHIN).until(() -> !cluster.alive(broker));
    }

    private static void free(int... brokers) throws IOException {
        for (int broker : brokers) {
            DISKS.get(broker).free();
            cluster.restart(broker);
        }
        cluster.awaitInSync();
    }

    private static Oracle.Proof prove() {
        return new Oracle(lab.bootstrap(), lab.gateway()).awaitProof(decider::requireRunning);
    }

    private static void awaitDecisions(Pulse pulse) {
        pulse.awaitMore(2 * COMMANDS_PER_SECOND, WORKS_WITHIN, decider::requireRunning);
    }
}
