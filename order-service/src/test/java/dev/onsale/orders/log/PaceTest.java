package dev.onsale.orders.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PaceTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long MANY = 1_000_000;

    @Test
    void wait_isNotKnown_whenNothingWasDecidedWhileCommandsWaited() {
        Pace idle = Pace.unknown(100, 0).seen(150, 150, SECOND).seen(200, 200, 2 * SECOND);
        assertEquals(Duration.ZERO, idle.waitBehind(MANY));
    }

    @Test
    void wait_isWhatIsAheadByThePace() {
        Pace pace = Pace.unknown(0, 0).seen(500, MANY, SECOND);
        assertEquals(Duration.ofSeconds(4), pace.waitBehind(2_000));
        assertEquals(Duration.ZERO, pace.waitBehind(0));
    }

    @Test
    void pace_followsTheDecider_withinSeconds() {
        Pace pace = Pace.unknown(0, 0);
        long decided = 0;
        for (int second = 1; second <= 10; second++) {
            decided += 1_000;
            pace = pace.seen(decided, MANY, second * SECOND);
        }
        for (int second = 11; second <= 30; second++) {
            decided += 100;
            pace = pace.seen(decided, MANY, second * SECOND);
        }
        assertEquals(100, pace.perSecond(), 20);
    }

    @Test
    void standingStill_isCounted_onceTheDeciderGoesOn() {
        Pace pace = Pace.unknown(0, 0);
        for (int look = 1; look <= 100; look++) {
            // It decides 400 at once every two seconds, and is looked at five times a second.
            pace = pace.seen(look / 10 * 400L, MANY, look * SECOND / 5);
        }
        assertEquals(200, pace.perSecond(), 1);
    }

    @Test
    void timeWithoutCommands_isNotCounted() {
        Pace busy = Pace.unknown(0, 0).seen(500, MANY, SECOND);
        Pace afterANight = busy.seen(1_000, 1_000, 40_000 * SECOND).seen(1_500, MANY, 40_001 * SECOND);
        assertEquals(500, afterANight.perSecond(), 1);
    }
}
