package dev.onsale.system.linearizability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.system.linearizability.Told.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Histories of a shop that does one thing at a time are explained, and those that were damaged afterwards are not. */
class RandomHistoriesTest {

    private static final int HISTORIES = 300;
    private static final int CALLS = 80;

    private static final List<Status> STATUSES = List.of(Status.values());

    private final long seed = System.nanoTime();

    @Test
    void everyHistory_isExplained_whenTheShopIsSequential() {
        System.out.println("random histories: seed " + seed);
        for (int i = 0; i < HISTORIES; i++) {
            assertEquals(List.of(), check(history(i)).refused(), "history " + (seed + i));
        }
    }

    @ParameterizedTest
    @EnumSource
    void history_isRefused_whenItIsDamaged(Damage damage) {
        System.out.println("random histories, " + damage + ": seed " + seed);
        int damaged = 0;
        for (int i = 0; i < HISTORIES; i++) {
            Optional<List<Call>> wrong = damage.done(history(i));
            if (wrong.isPresent()) {
                damaged++;
                assertTrue(!check(wrong.get()).refused().isEmpty(), "history " + (seed + i) + " is explained");
            }
        }
        assertTrue(damaged >= HISTORIES / 10, damaged + " histories had a place for it");
    }

    /** A changed answer can be true by chance, as one of two reads that overlap the change; most are not. */
    @Test
    void mostHistories_areRefused_whenOneAnswerIsAnother() {
        System.out.println("random histories, one answer changed: seed " + seed);
        int refused = 0;
        for (int i = 0; i < HISTORIES; i++) {
            List<Call> wrong = withAnotherAnswer(history(i), new Random(seed + i));
            refused += check(wrong).refused().isEmpty() ? 0 : 1;
        }
        System.out.println("random histories, one answer changed: " + refused + " of " + HISTORIES + " refused");
        assertTrue(refused >= HISTORIES * 7 / 10, refused + " refused");
    }

    private List<Call> history(int number) {
        return SequentialShop.history(seed + number, CALLS, 1 + number % 4);
    }

    private static History check(List<Call> calls) {
        return new History(calls, Duration.ofMillis(SequentialShop.HOLD_MILLIS));
    }

    private static List<Call> withAnotherAnswer(List<Call> history, Random random) {
        List<Call> calls = new ArrayList<>(history);
        int at;
        do {
            at = random.nextInt(calls.size());
        } while (calls.get(at).told().isEmpty());
        Call call = calls.get(at);
        Status before = call.told().orElseThrow().status();
        Status after;
        do {
            after = STATUSES.get(random.nextInt(STATUSES.size()));
        } while (after == before);
        Status status = after;
        calls.set(
                at,
                Damage.with(
                        call,
                        told -> new Told(
                                told.orderId(),
                                status,
                                status.compareTo(Status.QUEUED) > 0 ? call.seats() : List.of(),
                                status == Status.REJECTED ? "SEATS_TAKEN" : "")));
        return calls;
    }
}
