package dev.onsale.system.faults;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The decider stands still and does not know it: for others it is dead, and then it is back with what it had begun. */
class FrozenProcessorIT {

    /** {@code -Dfaults.freezes=20} on demand. */
    private static final int FREEZES = Integer.getInteger("faults.freezes", 2);

    private static final int COMMANDS_PER_SECOND = 100;
    private static final Duration WORKS_WITHIN = Duration.ofSeconds(60);
    private static final Duration SESSION = Duration.ofSeconds(6);
    private static final Duration TRANSACTION = Duration.ofSeconds(2);

    @TempDir
    Path folder;

    @Test
    @Tag("processor-sigstop-zombie")
    void everyCommand_isDecidedOnce_whenAFrozenProcessorIsReplacedAndThaws() throws Exception {
        long seed = System.nanoTime();
        System.out.println("processor-sigstop-zombie: seed " + seed);
        Random random = new Random(seed);
        try (Lab lab = Lab.start(folder);
                Commands commands = new Commands(lab.bootstrap());
                DeciderProcess one = decider(lab, "one");
                DeciderProcess other = decider(lab, "other");
                Pulse pulse = new Pulse(lab.bootstrap());
                Crowd crowd = new Crowd(commands, "sigstop", 8, seed)) {
            crowd.start(COMMANDS_PER_SECOND);
            Awaitility.await().atMost(WORKS_WITHIN).until(() -> assigned(one) > 0 && assigned(other) > 0);
            awaitDecisions(pulse, one, other);
            for (int freeze = 1; freeze <= FREEZES; freeze++) {
                boolean first = random.nextBoolean();
                DeciderProcess frozen = first ? one : other;
                DeciderProcess awake = first ? other : one;
                long before = assigned(awake);
                frozen.freeze();
                Awaitility.await("the other decider takes over")
                        .atMost(WORKS_WITHIN)
                        .until(() -> assigned(awake) > before);
                awaitDecisions(pulse, one, other);
                frozen.thaw();
                awaitDecisions(pulse, one, other);
            }
            crowd.stop();
            System.out.println("processor-sigstop-zombie: "
                    + new Oracle(lab.bootstrap(), lab.gateway()).awaitProof(() -> {
                        one.requireRunning();
                        other.requireRunning();
                    }));
            System.out.println("processor-sigstop-zombie: " + FREEZES + " freezes, " + pulse.beats()
                    + " events, longest gap " + pulse.longestGapMillis() + " ms");
        }
    }

    @Test
    @Tag("commit-races-transaction-timeout")
    void nothingIsLost_whenTheBrokerEndsATransactionBeforeItsDeciderDoes() throws Exception {
        long seed = System.nanoTime();
        System.out.println("commit-races-transaction-timeout: seed " + seed);
        Random random = new Random(seed);
        try (Lab lab = Lab.start(folder);
                Commands commands = new Commands(lab.bootstrap());
                DeciderProcess decider = new DeciderProcess(
                        lab.bootstrap(),
                        folder.resolve("state"),
                        "under-test",
                        "--session.timeout.ms",
                        "20000",
                        "--kafka.transaction.timeout.ms",
                        Long.toString(TRANSACTION.toMillis()));
                Pulse pulse = new Pulse(lab.bootstrap());
                Crowd crowd = new Crowd(commands, "timeout", 8, seed)) {
            crowd.start(COMMANDS_PER_SECOND);
            awaitDecisions(pulse, decider);
            for (int freeze = 1; freeze <= FREEZES; freeze++) {
                decider.freeze();
                // Some are thawed just before the timeout, some just after it.
                pass(TRANSACTION.plusMillis(random.nextInt(3_000) - 500L));
                decider.thaw();
                awaitDecisions(pulse, decider);
            }
            crowd.stop();
            System.out.println("commit-races-transaction-timeout: "
                    + new Oracle(lab.bootstrap(), lab.gateway()).awaitProof(decider::requireRunning));
            System.out.println("commit-races-transaction-timeout: " + FREEZES + " freezes, " + pulse.beats()
                    + " events, longest gap " + pulse.longestGapMillis() + " ms");
        }
    }

    /** How often partitions were assigned to a decider. */
    private static long assigned(DeciderProcess decider) {
        return decider.output()
                .lines()
                .filter(line -> line.contains(" assigned: "))
                .count();
    }

    private DeciderProcess decider(Lab lab, String name) {
        return new DeciderProcess(
                lab.bootstrap(), folder.resolve(name), name, "--session.timeout.ms", Long.toString(SESSION.toMillis()));
    }

    private static void awaitDecisions(Pulse pulse, DeciderProcess... deciders) {
        long before = pulse.beats();
        Awaitility.await()
                .atMost(WORKS_WITHIN)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    for (DeciderProcess decider : deciders) {
                        decider.requireRunning();
                    }
                    return pulse.beats() >= before + COMMANDS_PER_SECOND;
                });
    }

    private static void pass(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        Awaitility.await()
                .atMost(time.multipliedBy(2))
                .pollDelay(Duration.ZERO)
                .until(() -> System.nanoTime() >= until);
    }
}
