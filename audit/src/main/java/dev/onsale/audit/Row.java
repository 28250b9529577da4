package dev.onsale.audit;

import dev.onsale.audit.AuditReport.Receipt;
import java.nio.ByteBuffer;

/** Something that is known of one order, to be held against what else is known of it. */
final class Row {

    /** Order keys are eventId/sectionId/orderId, payment keys as {@link Later#paymentKey} says. */
    enum Kind {
        /** From {@code onsale.payments}: a payment key, and the record's value. */
        ASKED,
        /** The oldest record that there is in a partition of {@code onsale.payments}, of which older ones were deleted. */
        KEPT_FROM,
        /** From {@code onsale.orders}: an order key, and the record's value. */
        TOLD,
        /** The same of an event that is not audited. */
        TOLD_ELSEWHERE,
        /** From the changelog of orders: its key, and the record's value. */
        STORED,
        /** The same, a tombstone. */
        UNSTORED,
        /** What happened after the last command that is audited changed this order: an order key. */
        LATER,
        /** It asked for this payment: a payment key. */
        LATER_ASKED,
        /** It moved the ends of holds, that of this order among them: an order key. */
        LATER_MOVED,
        /** Decided: a payment key, the command's receipt and time, and the request that must be asked. */
        REQUEST,
        /** Decided: an order key, the purchase's receipt and time, and the order's last status. */
        STATUS,
        /** Decided: an order key, the purchase's receipt, the newest time in the stores, and the order as it must be stored. */
        ORDER,
        /** An order id, its last command and time, and {@link Sums} by the log. */
        SUMS,
        /** An order id, an entry of a gateway's ledger and its time, and {@link Sums} by that entry. */
        CHARGED,
        /** An idempotency key that had an effect, the ledger's entry of it and its time, and the order's id. */
        EFFECT,
        /** An order key, the event by which the order got its seats, and {@link OrderFacts}. */
        OWNED
    }

    static final byte[] NOTHING = {};

    private static final Kind[] KINDS = Kind.values();

    private final Kind kind;
    private final String key;
    private final int partition;
    private final long offset;
    private final long atMillis;
    private final byte[] value;

    /**
     * A row.
     *
     * @param key of what, as its kind says
     * @param partition of the record that says so
     * @param offset of that record
     * @param atMillis time of that record, epoch milliseconds
     * @param value as its kind says; empty: none
     */
    Row(Kind kind, String key, int partition, long offset, long atMillis, byte[] value) {
        this.kind = kind;
        this.key = key;
        this.partition = partition;
        this.offset = offset;
        this.atMillis = atMillis;
        this.value = value;
    }

    /** What a record of a topic says by its value; a tombstone says nothing. */
    static Row of(Kind kind, String key, LogRecord message) {
        byte[] value = message.value();
        return new Row(
                kind, key, message.partition(), message.offset(), message.atMillis(), value == null ? NOTHING : value);
    }

    Kind kind() {
        return kind;
    }

    String key() {
        return key;
    }

    int partition() {
        return partition;
    }

    long offset() {
        return offset;
    }

    long atMillis() {
        return atMillis;
    }

    byte[] value() {
        return value;
    }

    /** Where the record stands, in a topic that the kind tells. */
    Receipt in(String topic) {
        return new Receipt(topic, partition, offset);
    }

    /** For {@link #read}, by the same build. */
    @SuppressWarnings("EnumOrdinal")
    void write(Packed to) {
        to.put((byte) kind.ordinal())
                .put(key)
                .put(partition)
                .put(offset)
                .put(atMillis)
                .put(value);
    }

    static Row read(ByteBuffer from) {
        return new Row(
                KINDS[from.get()],
                Packed.text(from),
                from.getInt(),
                from.getLong(),
                from.getLong(),
                Packed.bytes(from));
    }

    /** Of an order key. */
    static String orderId(String orderKey) {
        return orderKey.substring(orderKey.lastIndexOf('/') + 1);
    }
}
