package dev.onsale.audit;

/** Told how far an audit has come, often. */
@FunctionalInterface
public interface AuditListener {

    /** Tells nobody. */
    AuditListener SILENT = progress -> {};

    /**
     * How far it is.
     *
     * @param doing what is being done, for people
     * @param offsets offsets passed so far, over all topics
     * @param ofOffsets offsets to pass in all; an estimate until all ends are known
     * @param bytesRead bytes read so far
     */
    record Progress(String doing, long offsets, long ofOffsets, long bytesRead) {}

    void at(Progress progress);
}
