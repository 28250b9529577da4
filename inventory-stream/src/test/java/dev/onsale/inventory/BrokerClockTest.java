package dev.onsale.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BrokerClockTest {

    private static final long HOUR = Duration.ofHours(1).toMillis();

    private static long nanos(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }

    @Test
    void clock_followsTheWall_beforeAnyRecord() {
        assertEquals(1_500, new BrokerClock(1_000, nanos(7)).millis(nanos(507)));
    }

    @Test
    void clock_followsTheBroker_whenTheWallIsAnHourOff() {
        for (long wall : new long[] {1_000_000 - HOUR, 1_000_000 + HOUR}) {
            var clock = new BrokerClock(wall, 0);
            clock.observe(1_000_000, nanos(10));

            assertEquals(1_000_990, clock.millis(nanos(1_000)));
        }
    }

    @Test
    void clock_ignoresOldRecords_onceItHasSeenAFreshOne() {
        var clock = new BrokerClock(0, 0);
        clock.observe(500_000, nanos(0));
        clock.observe(100_000, nanos(10));

        assertEquals(500_010, clock.millis(nanos(10)));
    }
}
