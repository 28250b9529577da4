package dev.onsale.orders.http;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;

/** However the calls of a buyer come and go at once, no more of them wait than may, and none keeps its place for ever. */
class WaitLimitInterleavingsTest {

    private static final int INTERLEAVINGS = 100;
    private static final MeterRegistry METERS = new SimpleMeterRegistry();

    @Test
    void places_areNeverMoreThanTheLimit_andAllComeBack() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            WaitLimit limit = new WaitLimit(1, 2, METERS);
            AtomicInteger inside = new AtomicInteger();
            Thread other = new Thread(() -> visit(limit, inside));
            other.start();
            visit(limit, inside);
            try {
                other.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            limit.take("ada").close();
        });
    }

    private static void visit(WaitLimit limit, AtomicInteger inside) {
        WaitLimit.Place place;
        try {
            place = limit.take("ada");
        } catch (Problem tooMany) {
            return;
        }
        assertTrue(inside.incrementAndGet() <= 1, "two are inside");
        inside.decrementAndGet();
        place.close();
    }
}
