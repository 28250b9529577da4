package dev.onsale.audit;

import dev.onsale.domain.Order;
import dev.onsale.inventory.wire.States;
import dev.onsale.wire.OrderStatus;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that is kept of one order while its partition is decided again: what was decided, which only {@link Replay} touches, and the
 * facts that its events tell, which only {@link FactCheck} does. In one place, so that an order is looked up once.
 */
final class Dossier {

    private final Codecs codecs;
    private @Nullable Order order;
    private @Nullable OrderStatus told;
    private @Nullable OrderFacts facts;
    /** The order and its status as they were read or written; null when they have changed since. Empty: there is none. */
    private byte @Nullable [] stored = Row.NOTHING;

    private byte @Nullable [] status = Row.NOTHING;

    private long purchaseOffset;
    private long purchaseMillis;

    Dossier(Codecs codecs) {
        this.codecs = codecs;
    }

    /** As decided; empty: not at all. */
    Optional<Order> order() {
        if (order == null && stored != null && stored.length > 0) {
            order = States.toDomain(codecs.storedOrders().readOwn(stored));
        }
        return Optional.ofNullable(order);
    }

    void decide(Order now) {
        order = now;
        stored = null;
        purchaseOffset = now.purchase().offset();
        purchaseMillis = now.purchase().atMillis();
    }

    /** @param now the last status that was decided */
    void tell(OrderStatus now) {
        told = now;
        status = null;
    }

    /** What the log says of it; empty: nothing. */
    Optional<OrderFacts> facts() {
        return Optional.ofNullable(facts);
    }

    void know(OrderFacts now) {
        facts = now;
    }

    /** The order as it must be stored; empty: there is none. */
    byte[] stored() {
        if (stored == null) {
            stored = order == null ? Row.NOTHING : codecs.storedOrders().write(States.toStored(order));
        }
        return stored;
    }

    /** The status that must be told; empty: there is none. */
    byte[] status() {
        if (status == null) {
            status = told == null ? Row.NOTHING : codecs.statuses().write(told);
        }
        return status;
    }

    /** Where the command stands that made the order. */
    long purchaseOffset() {
        return purchaseOffset;
    }

    /** When it was made, epoch milliseconds. */
    long purchaseMillis() {
        return purchaseMillis;
    }

    /** For {@link #fromBytes}, by the same build. */
    byte[] toBytes() {
        return new Packed(1024)
                .put(stored())
                .put(status())
                .put(purchaseOffset)
                .put(purchaseMillis)
                .put(facts == null ? Row.NOTHING : facts.toBytes())
                .toBytes();
    }

    static Dossier fromBytes(byte[] bytes, Codecs codecs) {
        var from = ByteBuffer.wrap(bytes);
        var dossier = new Dossier(codecs);
        dossier.stored = Packed.bytes(from);
        dossier.status = Packed.bytes(from);
        dossier.purchaseOffset = from.getLong();
        dossier.purchaseMillis = from.getLong();
        byte[] facts = Packed.bytes(from);
        dossier.facts = facts.length == 0 ? null : OrderFacts.fromBytes(facts);
        return dossier;
    }
}
