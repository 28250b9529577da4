package dev.onsale.system.stack;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Buyers who stand in a few queues: each comes as soon as the one before is through, as long as something else goes on. */
public final class BuyerQueues {

    /** What a buyer does. */
    @FunctionalInterface
    public interface Purchase {
        void by(String buyer) throws Exception;
    }

    private final int queues;
    private final int atLeast;
    private final Purchase purchase;
    private final AtomicInteger buyers = new AtomicInteger();

    /** @param atLeast so many buyers come, also when the other thing is over before */
    public BuyerQueues(int queues, int atLeast, Purchase purchase) {
        this.queues = queues;
        this.atLeast = atLeast;
        this.purchase = purchase;
    }

    /** Buys while the work lasts. @throws Exception of a buyer or of the work */
    public <T> T during(Callable<T> work) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> open = new ArrayList<>();
            for (int i = 0; i < queues; i++) {
                open.add(executor.submit(() -> {
                    while (!over.get() || buyers.get() < atLeast) {
                        purchase.by("buyer-" + buyers.incrementAndGet());
                    }
                    return null;
                }));
            }
            T result;
            try {
                result = work.call();
            } finally {
                over.set(true);
            }
            for (Future<?> queue : open) {
                queue.get();
            }
            return result;
        }
    }

    /** How many have come. */
    public int count() {
        return buyers.get();
    }
}
