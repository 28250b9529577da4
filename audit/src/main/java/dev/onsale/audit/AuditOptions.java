package dev.onsale.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What to audit, and where.
 *
 * @param kafka properties of every Kafka client, {@code bootstrap.servers} among them
 * @param eventId the only event to audit; empty: all
 * @param from commands before are replayed, but neither counted nor reported
 * @param to commands from then on are replayed, but neither counted nor reported
 * @param maxBytes most bytes to read; 0: no limit
 * @param estimateOnly say what would be read, and read nothing
 * @param registryUrl schema registry; empty: the ids pinned in this build
 * @param ledger the gateway's own ledger to hold against the log: an http(s) URL or a file of JSON lines; empty: none
 * @param expiryTolerance by how much a hold may outlive its deadline
 * @param patience how long to wait for the decider to catch up with the end of the log
 */
public record AuditOptions(
        Map<String, Object> kafka,
        String eventId,
        Optional<Instant> from,
        Optional<Instant> to,
        long maxBytes,
        boolean estimateOnly,
        String registryUrl,
        String registryUser,
        String registryPassword,
        String ledger,
        Duration expiryTolerance,
        Duration patience) {

    public AuditOptions {
        kafka = Map.copyOf(kafka);
    }

    /** Everything that there is, without limits. */
    public static AuditOptions of(Map<String, Object> kafka) {
        return new AuditOptions(
                kafka,
                "",
                Optional.empty(),
                Optional.empty(),
                0,
                false,
                "",
                "",
                "",
                "",
                Duration.ofSeconds(10),
                Duration.ofSeconds(10));
    }

    /** Only one event. */
    public AuditOptions withEvent(String newEventId) {
        return copy(newEventId, from, to, maxBytes, estimateOnly, ledger, patience);
    }

    /** Only commands whose record time is not before {@code newFrom} and before {@code newTo}. */
    public AuditOptions withRange(Optional<Instant> newFrom, Optional<Instant> newTo) {
        return copy(eventId, newFrom, newTo, maxBytes, estimateOnly, ledger, patience);
    }

    public AuditOptions withMaxBytes(long newMaxBytes) {
        return copy(eventId, from, to, newMaxBytes, estimateOnly, ledger, patience);
    }

    public AuditOptions withEstimateOnly(boolean newEstimateOnly) {
        return copy(eventId, from, to, maxBytes, newEstimateOnly, ledger, patience);
    }

    public AuditOptions withLedger(String newLedger) {
        return copy(eventId, from, to, maxBytes, estimateOnly, newLedger, patience);
    }

    public AuditOptions withPatience(Duration newPatience) {
        return copy(eventId, from, to, maxBytes, estimateOnly, ledger, newPatience);
    }

    public AuditOptions withRegistry(String url, String user, String password) {
        return new AuditOptions(
                kafka,
                eventId,
                from,
                to,
                maxBytes,
                estimateOnly,
                url,
                user,
                password,
                ledger,
                expiryTolerance,
                patience);
    }

    private AuditOptions copy(
            String newEventId,
            Optional<Instant> newFrom,
            Optional<Instant> newTo,
            long newMaxBytes,
            boolean newEstimateOnly,
            String newLedger,
            Duration newPatience) {
        return new AuditOptions(
                kafka,
                newEventId,
                newFrom,
                newTo,
                newMaxBytes,
                newEstimateOnly,
                registryUrl,
                registryUser,
                registryPassword,
                newLedger,
                expiryTolerance,
                newPatience);
    }
}
