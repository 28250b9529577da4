package dev.onsale.orders.view;

import dev.onsale.schemas.SectionKey;
import dev.onsale.wire.Receipt;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Orders that were accepted by this instance and are not in the view yet. */
public final class InFlight {

    /** An order of which the view shows nothing this long after its command was decided will never appear in it. */
    private static final Duration GIVEN_UP_AFTER = Duration.ofMinutes(1);

    private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();

    /**
     * An accepted order.
     *
     * @param hash what it asks for, see {@code Requests.hash}
     * @param receipt where its command stands; fails when the log did not take it
     */
    public record Entry(
            String orderId,
            String buyer,
            SectionKey section,
            long hash,
            CompletableFuture<Receipt> receipt,
            long sinceNanos) {

        public Entry(String orderId, String buyer, SectionKey section, long hash) {
            this(orderId, buyer, section, hash, new CompletableFuture<>(), System.nanoTime());
        }

        /** The receipt, once there is one. */
        public @Nullable Receipt receiptNow() {
            return receipt.isDone() && !receipt.isCompletedExceptionally() ? receipt.join() : null;
        }
    }

    /** Adds an entry unless there is one for its order. @return the one that was there before, or null */
    public @Nullable Entry addIfAbsent(Entry entry) {
        return entries.putIfAbsent(entry.orderId(), entry);
    }

    public Optional<Entry> find(String orderId) {
        return Optional.ofNullable(entries.get(orderId));
    }

    public void remove(String orderId) {
        entries.remove(orderId);
    }

    public int size() {
        return entries.size();
    }

    /** Forgets orders that were decided long ago and did not come into the view, such as dead letters. */
    public void forget(Predicate<Receipt> decided) {
        long now = System.nanoTime();
        entries.values().removeIf(entry -> {
            Receipt receipt = entry.receiptNow();
            return receipt != null && now - entry.sinceNanos() > GIVEN_UP_AFTER.toNanos() && decided.test(receipt);
        });
    }
}
