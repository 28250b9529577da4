package dev.onsale.audit;

import static java.util.Objects.requireNonNull;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.inventory.InventoryService;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.OpenSection;
import dev.onsale.wire.PaymentOutcome;
import dev.onsale.wire.PaymentReported;
import dev.onsale.wire.PaymentRequest;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.SeatPreference;
import dev.onsale.wire.SectionDefinition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** On a real broker with a real decider: forty orders, paid for by a stand-in for the payment worker. */
final class LiveSale {

    static final SectionKey ROCK = new SectionKey("rock", "A");
    private static final SectionKey JAZZ = new SectionKey("jazz", "A");
    private static final int ORDERS = 20;

    private LiveSale() {}

    /** When it returns, everything is decided and the decider has stopped. */
    static void sell(TestCluster cluster, Path state) throws Exception {
        try (InventoryService decider = cluster.decider(state)) {
            for (SectionKey key : List.of(ROCK, JAZZ)) {
                var definition = new SectionDefinition("Night", "EUR", 5, 10, 0, 4500L, 3600, 6, null, null);
                cluster.send(key, Sale.header(key).build(), new OpenSection(definition));
                for (int i = 0; i < ORDERS; i++) {
                    buy(cluster, key, "buyer" + i);
                }
            }
            pay(cluster, 4 * ORDERS);
            await().atMost(Duration.ofMinutes(2)).until(() -> events(cluster) >= 6 * ORDERS + 2);
            assertTrue(decider.live());
        }
    }

    /** Asks for a seat; the same buyer asks again in the same words. */
    static void buy(TestCluster cluster, SectionKey key, String buyer) throws Exception {
        cluster.send(
                key,
                Sale.header(key).setBuyer(buyer).setRequestId(key.eventId()).build(),
                new Purchase(1, List.of(), SeatPreference.CONTIGUOUS, null, "pm_card_visa"));
    }

    static int events(TestCluster cluster) {
        return cluster.read(Topics.EVENTS.name()).size();
    }

    /** Reports that whatever is asked of the gateway succeeded, until a number of requests is reported. */
    private static void pay(TestCluster cluster, int requests) {
        Set<String> paid = new HashSet<>();
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    for (LogRecord message : cluster.read(Topics.PAYMENTS.name())) {
                        PaymentRequest request = Sale.CODECS.payments().read(requireNonNull(message.value()));
                        if (paid.add(request.getIdempotencyKey())) {
                            var key = new SectionKey(request.getEventId(), request.getSectionId());
                            cluster.send(
                                    key,
                                    Sale.header(key)
                                            .setOrderId(request.getOrderId())
                                            .build(),
                                    new PaymentReported(
                                            request.getAttempt(),
                                            request.getOperation(),
                                            PaymentOutcome.SUCCEEDED,
                                            "",
                                            "pi",
                                            request.getAmount()));
                        }
                    }
                    return paid.size() >= requests;
                });
    }
}
