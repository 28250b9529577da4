package dev.onsale.orders.http;

import dev.onsale.wire.CancelledBy;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.streams.state.HostInfo;

/** What can be done with orders, and what is known of them, wherever they are decided. */
interface Orders {

    /** The instance that has to be asked about an order, if it is another one. */
    Optional<HostInfo> heldElsewhere(String orderId);

    /** What is known of an order. */
    Found find(String orderId);

    /**
     * A buyer's order.
     *
     * @throws Problem 404 when this buyer has no such order; 503 when it may have been accepted before this instance came
     *     to know of it
     */
    default Found require(String orderId, String buyer) {
        Found found = find(orderId);
        if (found instanceof Found.Nothing) {
            requireCaughtUp();
        }
        if (!found.belongsTo(buyer)) {
            throw Problem.orderNotFound();
        }
        return found;
    }

    /** @throws Problem 503 while an order of which nothing is known here may have been accepted nevertheless */
    void requireCaughtUp();

    /** Notices changes of an order from now on; to be closed. */
    Changes changes(String orderId);

    /** One call's interest in one order. */
    interface Changes extends AutoCloseable {

        /** Waits for a change since the last one was noticed. @return false when the time is over */
        boolean await(Duration atMost) throws InterruptedException;

        @Override
        void close();
    }

    /** Wakes everyone who waits, whether there was a change or not. */
    void wakeAll();

    /** Waits until what is known of an order is as wanted, or the time is over. @return what is known then */
    default Found await(String orderId, long deadlineNanos, Predicate<Found> wanted) throws InterruptedException {
        try (Changes changes = changes(orderId)) {
            while (true) {
                Found found = find(orderId);
                long remaining = deadlineNanos - System.nanoTime();
                if (wanted.test(found) || remaining <= 0) {
                    return found;
                }
                changes.await(Duration.ofNanos(remaining));
            }
        }
    }

    /**
     * Takes a purchase.
     *
     * @return what is known of the order: the answer to the first such request when this is not the first
     * @throws Problem 422 when the request id stands for another purchase; 503 when none can be taken now
     */
    Found purchase(String buyer, String requestId, PurchaseRequest request);

    /** The same where the order is not held, because the instance that holds it is away. */
    Found purchaseUnseen(String buyer, String requestId, PurchaseRequest request);

    /** Asks for a cancellation. The outcome shows in the order. */
    void cancel(Found order, CancelledBy by, String note);

    /** Offers another means of payment in place of the one that was declined. The outcome shows in the order. */
    void retryPayment(Found.Decided order, String paymentToken);

    /** @throws IllegalArgumentException when nothing is known of the order */
    Map<String, Object> json(Found found);
}
