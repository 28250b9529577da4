package dev.onsale.orders;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onsale.release.flags.Flags;
import dev.onsale.release.flags.KnownFlag;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells when the share of a build was changed: buyers may come over from instances of the other build, with orders that were
 * accepted there and are not decided yet.
 */
final class BuyersMoved implements Runnable {

    private final Flags flags;
    private final Runnable moved;
    private @Nullable JsonNode share;

    /** @param moved called after each change, on a thread of its own */
    BuyersMoved(Flags flags, Runnable moved) {
        this.flags = flags;
        this.moved = moved;
        this.share = flags.definition(KnownFlag.ORDER_SERVICE.flag());
    }

    @Override
    public synchronized void run() {
        JsonNode now = flags.definition(KnownFlag.ORDER_SERVICE.flag());
        if (!Objects.equals(now, share)) {
            share = now;
            Thread.ofVirtual().name("buyers-moved").start(moved);
        }
    }
}
