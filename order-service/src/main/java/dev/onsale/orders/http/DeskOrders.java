package dev.onsale.orders.http;

import dev.onsale.fallback.desk.NotSoldHereException;
import dev.onsale.orders.fallback.Fallback;
import dev.onsale.orders.log.CommandLog;
import dev.onsale.release.flags.Variants;
import dev.onsale.schemas.Requests;
import dev.onsale.schemas.SectionKey;
import dev.onsale.wire.CancelOrder;
import dev.onsale.wire.CancelledBy;
import dev.onsale.wire.Command;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.OrderState;
import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.PaymentState;
import dev.onsale.wire.Reason;
import dev.onsale.wire.Receipt;
import dev.onsale.wire.RetryPayment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.state.HostInfo;

/**
 * Orders while a fallback is under way: every instance knows all of them and decides at once. What PostgreSQL and the desk
 * throw is for {@link FallbackChoice} to tell the caller.
 */
final class DeskOrders implements Orders {

    private static final Receipt NONE = new Receipt(0, -1L);

    private final Fallback fallback;
    private final Admission admission;
    private final Variants variants;

    DeskOrders(Fallback fallback, Admission admission, Variants variants) {
        this.fallback = fallback;
        this.admission = admission;
        this.variants = variants;
    }

    @Override
    public Optional<HostInfo> heldElsewhere(String orderId) {
        return Optional.empty();
    }

    /** When the fallback is over meanwhile, nothing is known any more: the orders go on changing in the log. */
    @Override
    public Found find(String orderId) {
        Optional<OrderStatus> status = fallback.underWay() ? fallback.find(orderId) : Optional.empty();
        return status.<Found>map(Found.Decided::new).orElseGet(Found.Nothing::new);
    }

    @Override
    public void requireCaughtUp() {
        if (!fallback.complete()) {
            throw FallbackChoice.changing("The fallback begins or ends; send the same call again in some seconds.");
        }
    }

    @Override
    public Changes changes(String orderId) {
        return new Polled(orderId, find(orderId).etag());
    }

    /** Nobody says when an order changes, so it is looked at again and again. */
    private final class Polled implements Changes {
        private final String orderId;
        private String seen;

        Polled(String orderId, String seen) {
            this.orderId = orderId;
            this.seen = seen;
        }

        @Override
        public boolean await(Duration atMost) throws InterruptedException {
            long until = System.nanoTime() + atMost.toNanos();
            for (long left = atMost.toNanos(); left > 0; left = until - System.nanoTime()) {
                TimeUnit.NANOSECONDS.sleep(Math.min(left, fallback.pause().toNanos()));
                String now = find(orderId).etag();
                if (!now.equals(seen)) {
                    seen = now;
                    return true;
                }
            }
            return false;
        }

        @Override
        public void close() {}
    }

    @Override
    public void wakeAll() {}

    @Override
    public Found purchase(String buyer, String requestId, PurchaseRequest request) {
        String orderId = Requests.orderId(buyer, requestId);
        CommandHeader header = LogOrders.header(buyer, requestId, orderId, request.section());
        // The request id may stand for a purchase in another section, of which the desk's decision knows nothing.
        Found known = find(orderId);
        if (known instanceof Found.Nothing) {
            admission.requireOpen(request.section());
            header.setVariants(variants.of(buyer));
            known = decide(header, request);
        }
        known.requireSameContent(Requests.hash(header, request.purchase()));
        return known;
    }

    private Found decide(CommandHeader header, PurchaseRequest request) {
        try {
            return new Found.Decided(fallback.decide(request.section(), new Command(header, request.purchase()))
                    .orElseThrow());
        } catch (NotSoldHereException e) {
            if (e.why() == NotSoldHereException.Cause.UNKNOWN_SECTION) {
                return new Found.Decided(unknownSection(header, Requests.hash(header, request.purchase())));
            }
            throw e;
        }
    }

    /** As the decider would answer. Nothing is written of it: it says the same again. */
    private static OrderStatus unknownSection(CommandHeader header, long hash) {
        return OrderStatus.newBuilder()
                .setOrderId(header.getOrderId())
                .setEventId(header.getEventId())
                .setSectionId(header.getSectionId())
                .setBuyer(header.getBuyer())
                .setRequestHash(hash)
                .setState(OrderState.REJECTED)
                .setPayment(PaymentState.NONE)
                .setAttempt(0)
                .setSeats(List.of())
                .setQuantity(0)
                .setTotal(0)
                .setCurrency("")
                .setReason(Reason.UNKNOWN_SECTION.name())
                .setReceipt(NONE)
                .setVersion(0)
                .build();
    }

    @Override
    public Found purchaseUnseen(String buyer, String requestId, PurchaseRequest request) {
        return purchase(buyer, requestId, request);
    }

    @Override
    public void cancel(Found order, CancelledBy by, String note) {
        decide(order, new CancelOrder(by, note));
    }

    @Override
    public void retryPayment(Found.Decided order, String paymentToken) {
        decide(order, new RetryPayment(paymentToken, order.status().getAttempt()));
    }

    private void decide(Found order, Object payload) {
        if (!(order instanceof Found.Decided(OrderStatus status))) {
            throw new IllegalArgumentException("an order that the desk does not know has no section");
        }
        SectionKey section = new SectionKey(status.getEventId(), status.getSectionId());
        CommandHeader header = CommandLog.header(section)
                .setOrderId(status.getOrderId())
                .setBuyer(status.getBuyer())
                .build();
        var _ = fallback.decide(section, new Command(header, payload));
    }

    @Override
    public Map<String, Object> json(Found found) {
        if (found instanceof Found.Decided(OrderStatus status)) {
            return OrderJson.of(status);
        }
        throw new IllegalArgumentException("an order that the desk does not know cannot be shown");
    }
}
