package dev.onsale.orders;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.orders.Caller.Answer;
import dev.onsale.wire.Purchase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two builds side by side while one is tried: an instance of each. */
@Order(1)
final class BuildsTest {

    private static final Duration START = Duration.ofSeconds(60);
    private static final String NOBODY = "0".repeat(32);

    private final TestBroker broker;
    private final ScriptedDecider decider;
    private final OrderService stable;
    private final OrderService candidate;
    private final Caller ofStable;
    private final Caller ofCandidate;

    BuildsTest(@TempDir Path folder) throws Exception {
        broker = TestBroker.start();
        decider = new ScriptedDecider(broker);
        stable = OrdersEndToEndTest.startService(broker, folder.resolve("stable"), Map.of());
        candidate = OrdersEndToEndTest.startService(
                broker, folder.resolve("candidate"), Map.of("build.variant", "candidate"));
        ofStable = new Caller(stable.httpPort());
        ofCandidate = new Caller(candidate.httpPort());
        for (Caller caller : new Caller[] {ofStable, ofCandidate}) {
            await().atMost(START)
                    .until(() ->
                            caller.get("/orders/" + NOBODY, "Onsale-Buyer", "b").status() == 404);
        }
    }

    @AfterEach
    void stop() throws Exception {
        candidate.close();
        stable.close();
        decider.close();
        broker.close();
    }

    @Test
    void eachBuild_stampsWhatItWrites_andHoldsEveryOrderItself() throws Exception {
        for (int i = 0; i < 12; i++) {
            String buyer = "held-" + i;
            Answer order = (i % 2 == 0 ? ofStable : ofCandidate)
                    .buy(buyer, "r", OrdersEndToEndTest.TWO, "Onsale-Forwarded", "1", "Prefer", "wait=10");
            assertEquals(201, order.status(), order.response().body());
            for (Caller either : new Caller[] {ofStable, ofCandidate}) {
                // Marked as passed on already, so it cannot be passed on to the other build.
                await().until(
                                () -> either.get(
                                                order.header("Location"),
                                                "Onsale-Buyer",
                                                buyer,
                                                "Onsale-Forwarded",
                                                "1")
                                        .status(),
                                status -> status == 200);
            }
        }

        Map<String, String> builds = broker.written().stream()
                .filter(command -> command.getPayload() instanceof Purchase)
                .collect(Collectors.toMap(
                        command -> command.getHeader().getBuyer(),
                        command -> command.getHeader().getVariants().getOrDefault("order-service", "")));
        assertEquals(12, builds.size());
        builds.forEach((buyer, build) -> assertEquals(
                Integer.parseInt(buyer.substring("held-".length())) % 2 == 0 ? "stable" : "candidate", build, buyer));
    }

    @Test
    void orderAcceptedByTheOtherBuild_isNotDenied_afterTheShareWasChanged() {
        decider.holdBack();
        Answer queued = ofCandidate.buy("held-ada", "r", OrdersEndToEndTest.TWO);
        assertEquals(202, queued.status(), queued.response().body());
        String order = queued.header("Location");

        Answer changed =
                new Caller(stable.adminPort()).send("PUT", "/admin/flags", """
                        {"name":"order-service","definition":{"state":"ENABLED","defaultVariant":"stable",
                         "variants":{"stable":"stable","candidate":"candidate"}},"who":"ada","why":"back to stable"}
                        """, "Content-Type", "application/json");
        assertEquals(200, changed.status(), changed.response().body());

        await().until(() -> ofStable.get(order, "Onsale-Buyer", "held-ada").problem(), "catching-up"::equals);
        decider.goOn();
        await().until(() -> ofStable.get(order, "Onsale-Buyer", "held-ada").status(), status -> {
            assertFalse(status == 404, "an accepted order is denied");
            return status == 200;
        });
    }

    @Test
    void candidate_asksForNoTraffic_whileItsKillSwitchIsThrown() {
        Caller admin = new Caller(candidate.adminPort());
        assertEquals(200, admin.get("/health/ready").status());

        kill("OFF");
        await().until(() -> admin.get("/health/ready").status(), status -> status == 503);
        assertTrue(stable.ready());

        kill("ON");
        await().until(() -> admin.get("/health/ready").status(), status -> status == 200);
    }

    private void kill(String state) {
        Answer changed = new Caller(stable.adminPort())
                .send(
                        "PUT",
                        "/admin/flags",
                        "{\"name\":\"candidate\",\"state\":\"%s\",\"who\":\"ada\",\"why\":\"it smells\"}"
                                .formatted(state),
                        "Content-Type",
                        "application/json");
        assertEquals(200, changed.status(), changed.response().body());
    }
}
