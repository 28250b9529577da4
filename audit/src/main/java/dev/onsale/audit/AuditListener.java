package dev.onsale.audit;

import dev.onsale.audit.AuditReport.Receipt;
import dev.onsale.schemas.SectionKey;
import java.util.List;

/** Told how far an audit has come, often; and in the end who has which seats. */
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

    /**
     * Seats of one order at the end of what was audited.
     *
     * @param seats their names; empty in general admission
     * @param state HELD or SOLD
     * @param variant the allocator that chose them
     * @param held the event by which the order got them
     */
    record Owned(
            SectionKey section,
            List<String> seats,
            int quantity,
            String orderId,
            String buyer,
            String state,
            String variant,
            Receipt held) {}

    void at(Progress progress);

    /** Told of each order that has seats, partition by partition. */
    default void owned(Owned owned) {}
}
