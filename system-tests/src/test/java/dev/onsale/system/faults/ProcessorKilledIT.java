package dev.onsale.system.faults;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The decider is killed, again and again, while it decides. */
class ProcessorKilledIT {

    /** In a round; {@code -Dfaults.kills=100} on demand. */
    private static final int KILLS = Integer.getInteger("faults.kills", 5);

    private static final int MOST_ROUNDS = 5;

    private static final int COMMANDS_PER_SECOND = 200;
    private static final Duration WORKS_AGAIN_WITHIN = Duration.ofSeconds(60);
    private static final int MOST_MILLIS_AT_WORK = 300;

    @TempDir
    Path folder;

    @Test
    @Tag("processor-sigkill-mid-transaction")
    void everyCommand_isDecidedOnce_whenTheProcessorIsKilledMidTransaction() throws Exception {
        var finding = new Finding("processor-sigkill-mid-transaction");
        long seed = finding.seed();
        Random random = new Random(seed);
        try (Lab lab = Lab.start(folder);
                Commands commands = new Commands(lab.bootstrap());
                DeciderProcess decider = new DeciderProcess(lab.bootstrap(), folder.resolve("state"));
                Pulse pulse = new Pulse(lab.bootstrap())) {
            Oracle oracle = new Oracle(lab.bootstrap(), lab.gateway());
            long aborted = 0;
            // A kill hits a transaction by chance, so there are more of them until one has.
            for (int round = 1; round <= MOST_ROUNDS && aborted == 0; round++) {
                try (Crowd crowd = new Crowd(commands, "sigkill-" + round, 8, seed)) {
                    crowd.start(COMMANDS_PER_SECOND);
                    for (int kill = 1; kill <= KILLS; kill++) {
                        awaitWork(lab, decider);
                        Pause.of(Duration.ofMillis(random.nextInt(MOST_MILLIS_AT_WORK)));
                        decider.kill();
                        decider.start();
                    }
                    crowd.stop();
                    Oracle.Proof proof = oracle.awaitProof(decider::requireRunning);
                    aborted = aborted(lab);
                    finding.saw(round * KILLS + " kills", proof, aborted + " events were rolled back", pulse);
                }
            }
            assertTrue(aborted > 0, "no kill hit a transaction under way");
        }
    }

    private static long aborted(Lab lab) {
        return TopicReader.countWithAborted(lab.bootstrap(), Topics.EVENTS.name())
                - TopicReader.committed(lab.bootstrap(), Topics.EVENTS.name()).size();
    }

    /** Returns when events are being written, committed or not. */
    private static void awaitWork(Lab lab, DeciderProcess decider) {
        try (KafkaConsumer<byte[], byte[]> written =
                TopicReader.atEnd(lab.bootstrap(), Topics.EVENTS.name(), "read_uncommitted")) {
            Awaitility.await()
                    .atMost(WORKS_AGAIN_WITHIN)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> {
                        decider.requireRunning();
                        return !written.poll(Duration.ofMillis(20)).isEmpty();
                    });
        }
    }
}
