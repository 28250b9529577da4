package dev.onsale.orders;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.onsale.orders.Caller.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More calls that would wait than an instance has connections for. */
final class CrowdTest {

    private static final int CONNECTIONS = 12;
    private static final int MAY_WAIT = CONNECTIONS / 2;

    @Test
    void call_isAnsweredAtOnce_whenHalfOfTheConnectionsWait(@TempDir Path folder) throws Exception {
        try (TestBroker broker = TestBroker.start();
                ScriptedDecider decider = new ScriptedDecider(broker);
                OrderService service = OrdersEndToEndTest.startService(
                        broker, folder, Map.of("http.connections", Integer.toString(CONNECTIONS)))) {
            Caller http = new Caller(service.httpPort());
            await().atMost(Duration.ofSeconds(60)).until(service::ready);
            await().until(() -> http.buy("first", "r", OrdersEndToEndTest.TWO, "Prefer", "wait=10")
                            .status()
                    == 201);
            decider.holdBack();
            List<CompletableFuture<Answer>> waiting = IntStream.range(0, MAY_WAIT)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> buy(http, i), command -> Thread.ofVirtual().start(command)))
                    .toList();
            await().until(() -> waits(service) == MAY_WAIT);

            Answer crowded = buy(http, MAY_WAIT);

            assertEquals(202, crowded.status(), crowded.response().body());
            assertEquals("2", crowded.header("Retry-After"));
            assertEquals("", crowded.header("Preference-Applied"));
            Answer decided = http.buy("first", "r", OrdersEndToEndTest.TWO, "Prefer", "wait=10");
            assertEquals(201, decided.status(), decided.response().body());
            assertEquals("", decided.header("Retry-After"));
            decider.goOn();
            waiting.forEach(answer -> assertEquals(201, answer.join().status()));
        }
    }

    private static Answer buy(Caller http, int buyer) {
        return http.buy("held-" + buyer, "r", OrdersEndToEndTest.TWO, "Prefer", "wait=60");
    }

    private static int waits(OrderService service) {
        return new Caller(service.adminPort())
                .get("/metrics")
                .response()
                .body()
                .lines()
                .filter(line -> line.startsWith("onsale_http_waiting "))
                .mapToInt(line -> (int) Double.parseDouble(line.split(" ", 2)[1]))
                .sum();
    }
}
