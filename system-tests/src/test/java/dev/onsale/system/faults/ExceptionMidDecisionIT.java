package dev.onsale.system.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.inventory.InventoryService;
import dev.onsale.wire.OrderState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bug strikes when a decision is half written. */
@Tag("long")
class ExceptionMidDecisionIT {

    private static final int COMMANDS = 600;

    @TempDir
    Path folder;

    /**
     * Throws once for each kind of event. The decider counts an event when it has written the stores and sent the event, and
     * before it sends the rest: other events, the order's status, the payment request.
     */
    private static final class ThrowsOnce extends PrometheusMeterRegistry {
        private final Set<String> toThrow = new HashSet<>(Set.of("SeatsHeld", "PaymentRequested", "SeatsSold"));

        ThrowsOnce() {
            super(PrometheusConfig.DEFAULT);
        }

        @Override
        public Counter newCounter(Meter.Id id) {
            String event = id.getTag("event");
            if (id.getName().equals("onsale.events") && event != null && remove(event)) {
                throw new IllegalStateException("thrown by the test amid a decision, at " + event);
            }
            return super.newCounter(id);
        }

        private boolean remove(String event) {
            synchronized (toThrow) {
                return toThrow.remove(event);
            }
        }

        Set<String> notThrown() {
            synchronized (toThrow) {
                return Set.copyOf(toThrow);
            }
        }
    }

    @Test
    @Tag("exception-after-first-store-write")
    void command_isDecidedOnceAndWhole_whenItsFirstDecisionFailsHalfway() throws Exception {
        var finding = new Finding("exception-after-first-store-write");
        long seed = finding.seed();
        var meters = new ThrowsOnce();
        try (Lab lab = Lab.start(folder);
                Commands commands = new Commands(lab.bootstrap());
                Crowd crowd = new Crowd(commands, "exception", 8, seed);
                InventoryService decider = lab.decide(folder.resolve("state"), meters)) {
            crowd.send(COMMANDS);
            crowd.stop();

            Oracle.Proof proof = new Oracle(lab.bootstrap(), lab.gateway()).awaitProof();

            finding.saw("thrown once at each of 3 kinds of event", proof);
            assertEquals(Set.of(), meters.notThrown());
            assertTrue(proof.orders().containsKey(OrderState.SOLD), proof::toString);
            assertTrue(decider.ready());
        }
    }
}
