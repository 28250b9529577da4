package dev.onsale.orders.view;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Who waits for which order. A waiter first registers, then reads, then waits: so no change is missed. */
public final class Waiters {

    private final ConcurrentHashMap<String, Slot> slots = new ConcurrentHashMap<>();

    /** Changed under the map's lock for its key only. */
    private static final class Slot {
        private int waiters;
        private CompletableFuture<Void> next = new CompletableFuture<>();
    }

    /** One call's interest in one order; to be closed when the call ends. */
    public final class Wait implements AutoCloseable {
        private final String orderId;
        private CompletableFuture<Void> next;

        private Wait(String orderId, CompletableFuture<Void> next) {
            this.orderId = orderId;
            this.next = next;
        }

        /** Waits for a change since the last call of {@link #renew()}. @return false when the time is over */
        public boolean await(Duration atMost) throws InterruptedException {
            try {
                next.get(Math.max(0, atMost.toNanos()), TimeUnit.NANOSECONDS);
                return true;
            } catch (TimeoutException e) {
                return false;
            } catch (ExecutionException e) {
                throw new IllegalStateException("is never completed exceptionally", e);
            }
        }

        /** From now on changes count; read the order after this. */
        public void renew() {
            slots.computeIfPresent(orderId, (id, slot) -> {
                next = slot.next;
                return slot;
            });
        }

        @Override
        public void close() {
            slots.computeIfPresent(orderId, (id, slot) -> --slot.waiters == 0 ? null : slot);
        }
    }

    public Wait register(String orderId) {
        CompletableFuture<Void> next = new CompletableFuture<>();
        Wait wait = new Wait(orderId, next);
        slots.compute(orderId, (id, slot) -> {
            Slot present = slot == null ? new Slot() : slot;
            present.waiters++;
            wait.next = present.next;
            return present;
        });
        return wait;
    }

    void changed(String orderId) {
        slots.computeIfPresent(orderId, (id, slot) -> {
            // Nothing depends on this future but parked threads, so completing it under the lock runs no foreign code.
            slot.next.complete(null);
            slot.next = new CompletableFuture<>();
            return slot;
        });
    }

    /** Wakes everyone, because what this instance holds may have changed. */
    public void wakeAll() {
        slots.keySet().forEach(this::changed);
    }

    /** Orders that someone waits for. */
    public int size() {
        return slots.size();
    }
}
