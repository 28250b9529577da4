package dev.onsale.release.canary;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onsale.release.flags.FlagChange;
import dev.onsale.release.flags.FlagChanges;
import dev.onsale.release.flags.FlagDefinition;
import dev.onsale.release.flags.KnownFlag;
import dev.onsale.release.log.ReleaseEntry;
import dev.onsale.release.log.ReleaseLog;
import dev.onsale.runtime.OperatorError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/** The canaries of one path as they stand in the release log, and what is written there of them. */
final class CanaryLog implements AutoCloseable {

    private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(10);
    private static final long SEEN_MILLIS = 5;

    private final String path;
    private final KnownFlag flag;
    private final FlagChanges changes;
    private final ReleaseLog releases;
    private final List<ReleaseEntry> known = new ArrayList<>();

    CanaryLog(String path, Map<String, Object> kafka) {
        this.path = path;
        this.flag = CanaryPlan.flagOf(path);
        this.changes = new FlagChanges(kafka, WRITE_TIMEOUT, "canary-" + path);
        this.releases = new ReleaseLog(kafka);
    }

    /** From now on, whoever wrote before can write no more. */
    void takeOver() {
        changes.takeOver();
    }

    Optional<CanaryRun> latest() {
        try {
            known.addAll(releases.next());
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            throw new OperatorError(
                    "The release log cannot be read (" + e.getMessage()
                            + "); start the brokers, or correct --bootstrap or --config.",
                    e);
        }
        return CanaryRun.latest(path, known);
    }

    /** A later one may have been begun since. */
    CanaryRun asItStands(CanaryRun run) {
        return latest().filter(latest -> latest.id().equals(run.id()))
                .orElseThrow(
                        () -> new OperatorError("Another canary of " + path + " has been begun; this one is over."));
    }

    /** Writes a share and the entries that it rests on, of which the last one names it, in one transaction. */
    void write(int percent, List<ReleaseEntry> entries) throws InterruptedException {
        ReleaseEntry last = entries.getLast();
        FlagChange change =
                FlagChange.now(flag.flag(), present(), FlagDefinition.ofShare(percent), last.who(), last.why());
        CanaryEntries.name(last, change);
        changes.write(change, entries);
        awaitSeen(last);
    }

    /** Writes an entry that changes nothing. */
    void write(ReleaseEntry entry) throws InterruptedException {
        changes.write(entry);
        awaitSeen(entry);
    }

    /** A transaction is committed a moment before readers see it; whoever reads on must not miss what was written here. */
    private void awaitSeen(ReleaseEntry entry) throws InterruptedException {
        long begin = System.nanoTime();
        while (latest().isEmpty() || known.stream().noneMatch(seen -> seen.id().equals(entry.id()))) {
            if (System.nanoTime() - begin > WRITE_TIMEOUT.toNanos()) {
                throw new OperatorError("What was written to the release log is not seen there within "
                        + WRITE_TIMEOUT.toSeconds() + " s; look at the brokers, then go on by 'canary resume'.");
            }
            TimeUnit.MILLISECONDS.sleep(SEEN_MILLIS);
        }
    }

    private @Nullable JsonNode present() {
        return changes.latest().stream()
                .filter(change -> change.flag().equals(flag.flag()))
                .map(FlagChange::after)
                .findFirst()
                .orElse(null);
    }

    @Override
    public void close() {
        changes.close();
        releases.close();
    }
}
