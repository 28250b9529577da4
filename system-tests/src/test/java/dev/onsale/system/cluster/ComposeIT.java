package dev.onsale.system.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The whole of docker-compose.yml: it becomes healthy, sells, and survives the loss of a broker and of a decider. */
final class ComposeIT {

    private static final int SEATS = 100;
    private static final int BUYERS = 300;
    private static final int AT_A_TIME = 16;
    /** So many requests are answered when the first part is killed, and so many more when the second is. */
    private static final int BEFORE_A_KILL = 150;

    private static final Duration LONG = Duration.ofMinutes(4);
    private static final Set<String> ENDED = Set.of("SOLD", "REJECTED");

    private static @Nullable ComposeCluster started;

    private final Buyers buyers = new Buyers();

    @BeforeAll
    static void start() {
        Docker.assume("eclipse-temurin:25-jre", "apache/kafka:4.3.1", "apicurio/apicurio-registry:3.3.3");
        started = ComposeCluster.start(Docker.assumeCompose());
    }

    @AfterAll
    static void stop() {
        if (started != null) {
            started.close();
        }
    }

    @Test
    void rush_isSoldAndProven_whenABrokerAndADeciderAreKilled() throws Exception {
        ComposeCluster cluster = cluster();
        Buyers.Answer opened = buyers.open(cluster.url("ADMIN_1"), ComposeCluster.ADMIN_TOKEN, """
                {"event": "rush", "name": "Rush", "currency": "EUR", "holdSeconds": 600, "maxPerBuyer": 2,
                 "sections": [{"section": "FIRST", "capacity": 5, "price": 1000},
                              {"section": "A", "rows": 10, "seatsPerRow": 10, "price": 4500}]}""");
        assertEquals(201, opened.status(), opened.body());
        assertOneTicketIsSold(cluster);

        Map<String, String> buyerByOrder = rush(cluster);

        Map<String, String> endings = endings(cluster, buyerByOrder);
        assertEquals(
                Map.of("SOLD", (long) SEATS, "REJECTED", (long) BUYERS - SEATS),
                endings.values().stream().collect(Collectors.groupingBy(ending -> ending, Collectors.counting())));
        assertEveryTicketIsCapturedOnce(cluster, endings);
        Shell.Ended audit = cluster.onsale(LONG, "audit", "--ledger", ComposeCluster.LEDGER);
        assertEquals(0, audit.exitCode(), audit.output());
    }

    private static ComposeCluster cluster() {
        ComposeCluster cluster = started;
        assertNotNull(cluster);
        return cluster;
    }

    private void assertOneTicketIsSold(ComposeCluster cluster) {
        Buyers.Answer accepted = buyers.buy(cluster.url("HTTP_1"), "rush", "FIRST", "first-buyer");
        assertEquals(202, accepted.status(), accepted.body());
        String orderId = accepted.json().path("orderId").asText();
        Awaitility.await("first ticket sold")
                .atMost(LONG)
                .untilAsserted(() -> assertEquals(
                        "SOLD",
                        buyers.order(cluster.url("HTTP_2"), orderId, "first-buyer")
                                .path("status")
                                .asText()));
    }

    /**
     * Every buyer asks both instances for the same thing. In the middle a broker and a decider are killed, and stay away.
     *
     * @return the buyer of every accepted order
     */
    private Map<String, String> rush(ComposeCluster cluster) throws InterruptedException, ExecutionException {
        Map<String, Set<String>> orders = new ConcurrentHashMap<>();
        AtomicInteger answered = new AtomicInteger();
        List<Future<?>> calls = new ArrayList<>();
        try (ExecutorService callers = Executors.newFixedThreadPool(AT_A_TIME)) {
            for (int i = 0; i < BUYERS * 2; i++) {
                String buyer = "buyer-" + i / 2;
                String url = cluster.url(i % 2 == 0 ? "HTTP_1" : "HTTP_2");
                calls.add(callers.submit(() -> {
                    Buyers.Answer answer = buyers.buy(url, "rush", "A", buyer);
                    assertTrue(answer.status() == 202 || answer.status() == 200, () -> buyer + ": " + answer);
                    orders.computeIfAbsent(buyer, name -> ConcurrentHashMap.newKeySet())
                            .add(answer.json().path("orderId").asText());
                    answered.incrementAndGet();
                }));
            }
            Awaitility.await().atMost(LONG).until(() -> answered.get() >= BEFORE_A_KILL);
            cluster.kill("kafka-2");
            Awaitility.await().atMost(LONG).until(() -> answered.get() >= 2 * BEFORE_A_KILL);
            cluster.kill("inventory-stream-1");
        }
        for (Future<?> call : calls) {
            call.get();
        }
        Map<String, String> buyerByOrder = new HashMap<>();
        orders.forEach((buyer, ids) -> {
            assertEquals(1, ids.size(), () -> buyer + " got more than one order: " + ids);
            buyerByOrder.put(ids.iterator().next(), buyer);
        });
        assertEquals(BUYERS, buyerByOrder.size());
        return buyerByOrder;
    }

    /** Waits until every order has ended and no payment is under way. @return the ending of every order */
    private Map<String, String> endings(ComposeCluster cluster, Map<String, String> buyerByOrder) {
        Map<String, String> endings = new HashMap<>();
        Awaitility.await("every order has its answer and is settled")
                .atMost(LONG)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> {
                    buyerByOrder.forEach((orderId, buyer) -> {
                        if (!endings.containsKey(orderId)) {
                            JsonNode order = buyers.order(cluster.url("HTTP_1"), orderId, buyer);
                            String status = order.path("status").asText();
                            boolean settled = !status.equals("SOLD")
                                    || order.path("payment").asText().equals("CAPTURED");
                            if (ENDED.contains(status) && settled) {
                                endings.put(orderId, status);
                            }
                        }
                    });
                    assertEquals(buyerByOrder.keySet(), endings.keySet());
                });
        return endings;
    }

    private void assertEveryTicketIsCapturedOnce(ComposeCluster cluster, Map<String, String> endings) {
        List<String> captured = buyers.captured(cluster.url("GATEWAY"));
        Set<String> sold = endings.entrySet().stream()
                .filter(ending -> ending.getValue().equals("SOLD"))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        // One more: the ticket that was sold before the rush.
        assertEquals(SEATS + 1, captured.size(), "captures in the gateway's ledger");
        assertEquals(captured.size(), new HashSet<>(captured).size(), "an order was captured twice");
        assertTrue(new HashSet<>(captured).containsAll(sold), "a sold ticket was not captured");
    }
}
