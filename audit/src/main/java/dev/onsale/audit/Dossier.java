package dev.onsale.audit;

import dev.onsale.domain.Order;
import dev.onsale.inventory.wire.States;
import dev.onsale.wire.OrderStatus;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that is kept of one order while its partition is decided again: what was decided, which only {@link Replay} touches, and the
 * facts that its events tell, which only {@link FactCheck} does. In one place, so that an order is looked up once.
 */
final class Dossier {

    /** As decided; null: not at all. */
    @Nullable
    Order order;
    /** The last status that was decided. */
    @Nullable
    OrderStatus told;
    /** What the log says of it; null: nothing. */
    @Nullable
    OrderFacts facts;

    /** By order key. */
    static Table<Dossier> table(Store store, Codecs codecs) {
        return new Table<>(store, 'o', dossier -> dossier.toBytes(codecs), bytes -> fromBytes(bytes, codecs));
    }

    Optional<Order> order() {
        return Optional.ofNullable(order);
    }

    Optional<OrderFacts> facts() {
        return Optional.ofNullable(facts);
    }

    private byte[] toBytes(Codecs codecs) {
        var bytes = new ByteArrayOutputStream(1024);
        try (var out = new DataOutputStream(bytes)) {
            Packed.write(
                    out, order == null ? Row.NOTHING : codecs.storedOrders().write(States.toStored(order)));
            Packed.write(out, told == null ? Row.NOTHING : codecs.statuses().write(told));
            Packed.write(out, facts == null ? Row.NOTHING : facts.toBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static Dossier fromBytes(byte[] bytes, Codecs codecs) {
        var dossier = new Dossier();
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            byte[] order = Packed.bytes(in);
            byte[] told = Packed.bytes(in);
            byte[] facts = Packed.bytes(in);
            dossier.order = order.length == 0
                    ? null
                    : States.toDomain(codecs.storedOrders().readOwn(order));
            dossier.told = told.length == 0 ? null : codecs.statuses().readOwn(told);
            dossier.facts = facts.length == 0 ? null : OrderFacts.fromBytes(facts);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return dossier;
    }
}
