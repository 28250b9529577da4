package dev.onsale.audit;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What to audit, and where.
 *
 * @param kafka properties of every Kafka client, {@code bootstrap.servers} among them
 * @param archive folder of an archive that is audited instead of the cluster; empty: the cluster is
 * @param work folder that keeps what is done, so that an audit that was stopped goes on; empty: nothing is kept
 * @param eventId the only event to audit; empty: all
 * @param from commands before are replayed, but neither counted nor reported
 * @param to commands from then on are replayed, but neither counted nor reported
 * @param budget what reading may take, and what it costs
 * @param estimateOnly say what would be read, and read nothing
 * @param registryUrl schema registry; empty: the ids pinned in this build
 * @param ledgers the gateways' own ledgers to hold against the log, each an http(s) URL or a file of JSON lines; empty: none
 * @param expiryTolerance by how much a hold may outlive its deadline
 * @param patience how long to wait for the decider to catch up with the end of the log
 */
public record AuditOptions(
        Map<String, Object> kafka,
        Optional<Path> archive,
        Optional<Path> work,
        String eventId,
        Optional<Instant> from,
        Optional<Instant> to,
        Budget budget,
        boolean estimateOnly,
        String registryUrl,
        String registryUser,
        String registryPassword,
        List<String> ledgers,
        Duration expiryTolerance,
        Duration patience) {

    public AuditOptions {
        kafka = Map.copyOf(kafka);
        ledgers = List.copyOf(ledgers);
    }

    /** Everything that there is, without limits. */
    public static AuditOptions of(Map<String, Object> kafka) {
        return new AuditOptions(
                kafka,
                Optional.empty(),
                Optional.empty(),
                "",
                Optional.empty(),
                Optional.empty(),
                Budget.NONE,
                false,
                "",
                "",
                "",
                List.of(),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10));
    }

    /** Most bytes to read, also for what they cost; 0: no limit. */
    public long maxBytes() {
        return budget.bytes() == Long.MAX_VALUE ? 0 : budget.bytes();
    }

    /** Only one event. */
    public AuditOptions withEvent(String newEventId) {
        return copy(newEventId, from, to, budget, estimateOnly, ledgers, patience);
    }

    /** Only commands whose record time is not before {@code newFrom} and before {@code newTo}. */
    public AuditOptions withRange(Optional<Instant> newFrom, Optional<Instant> newTo) {
        return copy(eventId, newFrom, newTo, budget, estimateOnly, ledgers, patience);
    }

    /** @param newMaxBytes most bytes to read; 0: no limit */
    public AuditOptions withMaxBytes(long newMaxBytes) {
        return withBudget(budget.withMaxBytes(newMaxBytes));
    }

    public AuditOptions withBudget(Budget newBudget) {
        return copy(eventId, from, to, newBudget, estimateOnly, ledgers, patience);
    }

    public AuditOptions withEstimateOnly(boolean newEstimateOnly) {
        return copy(eventId, from, to, budget, newEstimateOnly, ledgers, patience);
    }

    /** One ledger for each gateway that took payments. */
    public AuditOptions withLedgers(List<String> newLedgers) {
        return copy(eventId, from, to, budget, estimateOnly, newLedgers, patience);
    }

    /** An archive instead of the cluster. */
    public AuditOptions withArchive(Path folder) {
        return new AuditOptions(
                kafka,
                Optional.of(folder),
                work,
                eventId,
                from,
                to,
                budget,
                estimateOnly,
                registryUrl,
                registryUser,
                registryPassword,
                ledgers,
                expiryTolerance,
                patience);
    }

    /** @param folder keeps what is done; of an audit that was stopped, the same one */
    public AuditOptions withWork(Path folder) {
        return new AuditOptions(
                kafka,
                archive,
                Optional.of(folder),
                eventId,
                from,
                to,
                budget,
                estimateOnly,
                registryUrl,
                registryUser,
                registryPassword,
                ledgers,
                expiryTolerance,
                patience);
    }

    public AuditOptions withPatience(Duration newPatience) {
        return copy(eventId, from, to, budget, estimateOnly, ledgers, newPatience);
    }

    public AuditOptions withRegistry(String url, String user, String password) {
        return new AuditOptions(
                kafka,
                archive,
                work,
                eventId,
                from,
                to,
                budget,
                estimateOnly,
                url,
                user,
                password,
                ledgers,
                expiryTolerance,
                patience);
    }

    private AuditOptions copy(
            String newEventId,
            Optional<Instant> newFrom,
            Optional<Instant> newTo,
            Budget newBudget,
            boolean newEstimateOnly,
            List<String> newLedgers,
            Duration newPatience) {
        return new AuditOptions(
                kafka,
                archive,
                work,
                newEventId,
                newFrom,
                newTo,
                newBudget,
                newEstimateOnly,
                registryUrl,
                registryUser,
                registryPassword,
                newLedgers,
                expiryTolerance,
                newPatience);
    }
}
