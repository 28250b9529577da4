package dev.onsale.audit;

import java.nio.ByteBuffer;

/**
 * Money of one order, in minor units.
 *
 * @param capturing amount of captures asked for and not reported
 * @param refunding amount of refunds asked for and not reported
 */
record Sums(long captured, long refunded, long capturing, long refunding) {

    static final Sums NONE = new Sums(0, 0, 0, 0);

    Sums plus(Sums more) {
        return new Sums(
                captured + more.captured,
                refunded + more.refunded,
                capturing + more.capturing,
                refunding + more.refunding);
    }

    byte[] toBytes() {
        return ByteBuffer.allocate(4 * Long.BYTES)
                .putLong(captured)
                .putLong(refunded)
                .putLong(capturing)
                .putLong(refunding)
                .array();
    }

    static Sums fromBytes(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new Sums(buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong());
    }
}
