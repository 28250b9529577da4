package dev.onsale.system.faults;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The decider stands still and does not know it: for others it is dead, and then it is back with what it had begun. */
@Tag("long")
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
        var finding = new Finding("processor-sigstop-zombie");
        long seed = finding.seed();
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
            // In turn: one that thaws may have no partitions for a minute, and nobody could take over from it.
            boolean first = random.nextBoolean();
            for (int freeze = 1; freeze <= FREEZES; freeze++, first = !first) {
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
            Oracle.Proof proof = new Oracle(lab.bootstrap(), lab.gateway()).awaitProof(() -> {
                one.requireRunning();
                other.requireRunning();
            });
            finding.saw(FREEZES + " freezes", proof, pulse);
        }
    }

    @Test
    @Tag("commit-races-transaction-timeout")
    void nothingIsLost_whenTheBrokerEndsATransactionBeforeItsDeciderDoes() throws Exception {
        var finding = new Finding("commit-races-transaction-timeout");
        long seed = finding.seed();
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
                Pause.of(TRANSACTION.plusMillis(random.nextInt(3_000) - 500L));
                decider.thaw();
                awaitDecisions(pulse, decider);
            }
            crowd.stop();
            Oracle.Proof proof = new Oracle(lab.bootstrap(), lab.gateway()).awaitProof(decider::requireRunning);
            finding.saw(FREEZES + " freezes", proof, pulse);
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
        pulse.awaitMore(COMMANDS_PER_SECOND, WORKS_WITHIN, () -> {
            for (DeciderProcess decider : deciders) {
                decider.requireRunning();
            }
        });
    }
}
