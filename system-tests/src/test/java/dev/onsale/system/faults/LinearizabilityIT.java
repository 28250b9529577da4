package dev.onsale.system.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.onsale.system.linearizability.Call;
import dev.onsale.system.linearizability.History;
import dev.onsale.system.linearizability.History.Refused;
import dev.onsale.system.stack.OrderServiceProcess;
import dev.onsale.system.stack.Shop;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * What buyers are told over HTTP while deciders and instances of order-service are killed can be explained by one order of their
 * calls, for each seat and for each order. How often one is killed is {@code -Dlinearizability.kills}.
 */
@Tag("long")
@Timeout(3_600)
class LinearizabilityIT {

    private static final int KILLS = Integer.getInteger("linearizability.kills", 4);
    private static final Duration SETTLES_WITHIN = Duration.ofSeconds(90);
    private static final String EVENT = "fight";
    private static final int SECTIONS = 40;
    private static final int HOLD_SECONDS = 3;
    private static final String LAYOUT = """
            event: fight
            name: Fight
            currency: EUR
            holdSeconds: %d
            maxPerBuyer: 4
            sections:
            """.formatted(HOLD_SECONDS)
            + IntStream.range(0, SECTIONS)
                    .mapToObj(i ->
                            "  - { section: S" + i + ", rows: 1, seatsPerRow: " + Fighters.SEATS + ", price: 4500 }\n")
                    .collect(Collectors.joining());

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @Test
    void answers_areExplainedByOneOrderOfTheCalls_whenProcessesAreKilled() throws Exception {
        long seed = Long.getLong("linearizability.seed", System.nanoTime());
        System.out.println("linearizability: seed " + seed);
        Queue<Call> record = new ConcurrentLinkedQueue<>();
        try (Lab lab = Lab.start(folder);
                DeciderProcess one = decider(lab, "decider-1");
                DeciderProcess two = decider(lab, "decider-2");
                OrderServiceProcess left = orders(lab, "left");
                OrderServiceProcess right = orders(lab, "right")) {
            List<URI> apis = List.of(api(left), api(right));
            assertEquals(201, shop(left).open(LAYOUT).status());
            try (Fighters fighters = new Fighters(apis, EVENT, SECTIONS, record, seed)) {
                fighters.start();
                killInTurn(List.of(victim(one), victim(left), victim(two), victim(right)), new Random(seed));
                fighters.stop();
                Awaitility.await()
                        .atMost(SETTLES_WITHIN)
                        .pollInterval(Duration.ofMillis(500))
                        .untilAsserted(() -> assertEquals(List.of(), fighters.unsettled()));
                System.out.println("linearizability: " + KILLS + " kills, " + record.size() + " calls, of which "
                        + record.stream().filter(call -> call.told().isEmpty()).count() + " without an answer, "
                        + fighters.orders() + " orders");
            }
        }
        check(seed, record);
    }

    private static void check(long seed, Queue<Call> record) throws Exception {
        History history = new History(List.copyOf(record), Duration.ofSeconds(HOLD_SECONDS));
        List<Refused> refused = history.refused();
        if (!refused.isEmpty()) {
            Path file = Path.of("target", "history-" + seed + ".txt");
            Files.writeString(file, history.text());
            Refused shortest = Collections.min(
                    refused, Comparator.comparingInt(one -> one.calls().size()));
            throw new AssertionError("seed " + seed + ", the whole history is in " + file.toAbsolutePath() + "; "
                    + refused.stream().map(Refused::about).toList() + " cannot be explained. " + shortest);
        }
    }

    private interface Restart {
        void run() throws Exception;
    }

    private record Victim(Restart kill, Restart start) {}

    private static Victim victim(DeciderProcess decider) {
        return new Victim(decider::kill, decider::start);
    }

    private static Victim victim(OrderServiceProcess orders) {
        return new Victim(orders::kill9, orders::restart);
    }

    /** One in four for so long that the others take over what it had. */
    private static void killInTurn(List<Victim> victims, Random random) throws Exception {
        int longAway = random.nextInt(victims.size());
        for (int kill = 0; kill < KILLS; kill++) {
            int number = kill % victims.size();
            pass(1_000 + random.nextInt(3_000));
            victims.get(number).kill().run();
            pass(number == longAway ? 12_000 : 0);
            victims.get(number).start().run();
        }
    }

    private static void pass(int millis) {
        long until = System.nanoTime() + Duration.ofMillis(millis).toNanos();
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> System.nanoTime() - until >= 0);
    }

    private DeciderProcess decider(Lab lab, String name) {
        return new DeciderProcess(lab.bootstrap(), folder.resolve(name), name, "--session.timeout.ms", "6000");
    }

    private OrderServiceProcess orders(Lab lab, String name) throws Exception {
        return OrderServiceProcess.start(
                Files.createDirectory(folder.resolve(name)), lab.bootstrap(), "--num.standby.replicas", "1");
    }

    private static URI api(OrderServiceProcess orders) {
        return URI.create("http://127.0.0.1:" + orders.instance().http());
    }

    private static Shop shop(OrderServiceProcess orders) {
        return Shop.of(
                api(orders), URI.create("http://127.0.0.1:" + orders.instance().admin()));
    }
}
