package dev.onsale.orders.http;

import dev.onsale.orders.log.CommandLog;
import dev.onsale.orders.log.LogUnavailableException;
import dev.onsale.orders.log.Queue;
import dev.onsale.orders.view.InFlight;
import dev.onsale.orders.view.OrderView;
import dev.onsale.orders.view.Waiters;
import dev.onsale.release.flags.Variants;
import dev.onsale.schemas.Requests;
import dev.onsale.schemas.SectionKey;
import dev.onsale.wire.CancelOrder;
import dev.onsale.wire.CancelledBy;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.Receipt;
import dev.onsale.wire.RetryPayment;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;

/** Orders that the decider decides, at the instance that holds them. */
final class LogOrders implements Orders {

    private final CommandLog log;
    private final Queue queue;
    private final OrderView view;
    private final Admission admission;
    private final Variants variants;

    LogOrders(CommandLog log, Queue queue, OrderView view, Admission admission, Variants variants) {
        this.log = log;
        this.queue = queue;
        this.view = view;
        this.admission = admission;
        this.variants = variants;
    }

    @Override
    public Optional<HostInfo> heldElsewhere(String orderId) {
        return view.ownerElsewhere(orderId);
    }

    /**
     * An accepted order leaves the list of those in flight after its status can be read, so that list is looked at first: an
     * order is never missed in between.
     */
    @Override
    public Found find(String orderId) {
        var entry = view.inFlight().find(orderId);
        var status = view.status(orderId);
        if (status.isPresent()) {
            return new Found.Decided(status.get());
        }
        return entry.isPresent() ? new Found.Queued(entry.get()) : new Found.Nothing();
    }

    @Override
    public void requireCaughtUp() {
        if (queue.catchingUp()) {
            throw Problem.tryAgain(
                    "catching-up",
                    "Accepted orders are still being decided",
                    "This instance has just started, and the order may be among those that wait to be decided; send the"
                            + " same call again.",
                    1);
        }
    }

    @Override
    public Changes changes(String orderId) {
        Waiters.Wait wait = view.waiters().register(orderId);
        return new Changes() {
            @Override
            public boolean await(Duration atMost) throws InterruptedException {
                boolean changed = wait.await(atMost);
                wait.renew();
                return changed;
            }

            @Override
            public void close() {
                wait.close();
            }
        };
    }

    @Override
    public void wakeAll() {
        view.waiters().wakeAll();
    }

    @Override
    public Found purchase(String buyer, String requestId, PurchaseRequest request) {
        String orderId = Requests.orderId(buyer, requestId);
        CommandHeader header = header(buyer, requestId, orderId, request.section());
        long hash = Requests.hash(header, request.purchase());
        Found known = find(orderId);
        if (known instanceof Found.Nothing) {
            admission.require(request.section());
            InFlight.Entry entry = new InFlight.Entry(orderId, buyer, request.section(), hash);
            InFlight.Entry other = view.inFlight().addIfAbsent(entry);
            if (other == null) {
                return decidedMeanwhile(orderId, hash, produce(entry, header, request.purchase()));
            }
            known = new Found.Queued(other);
        }
        known.requireSameContent(hash);
        if (known instanceof Found.Queued queued) {
            joined(queued.entry());
        }
        return known;
    }

    /** Between the look into the view and the entry in flight, an earlier request may have been decided. */
    private Found decidedMeanwhile(String orderId, long hash, Found.Queued queued) {
        Found now = find(orderId);
        if (now instanceof Found.Decided) {
            view.inFlight().remove(orderId);
            now.requireSameContent(hash);
            return now;
        }
        return queued;
    }

    private Found.Queued produce(InFlight.Entry entry, CommandHeader header, Purchase purchase) {
        try {
            entry.receipt().complete(write(entry.section(), header, purchase));
            return new Found.Queued(entry);
        } catch (RuntimeException e) {
            view.inFlight().remove(entry.orderId());
            entry.receipt().completeExceptionally(e);
            throw e;
        }
    }

    private static void joined(InFlight.Entry entry) {
        try {
            entry.receipt().join();
        } catch (CompletionException e) {
            throw new LogUnavailableException(e);
        }
    }

    /** The decider still knows a repeated request. */
    @Override
    public Found purchaseUnseen(String buyer, String requestId, PurchaseRequest request) {
        admission.require(request.section());
        String orderId = Requests.orderId(buyer, requestId);
        CommandHeader header = header(buyer, requestId, orderId, request.section());
        var entry = new InFlight.Entry(orderId, buyer, request.section(), Requests.hash(header, request.purchase()));
        entry.receipt().complete(write(request.section(), header, request.purchase()));
        return new Found.Queued(entry);
    }

    /** Flags are asked only for what is written: most calls of a rush repeat one that is known already. */
    private Receipt write(SectionKey section, CommandHeader header, Purchase purchase) {
        header.setVariants(variants.of(header.getBuyer()));
        return log.append(section, header, purchase);
    }

    /** Of a purchase; its variants are not resolved. */
    static CommandHeader header(String buyer, String requestId, String orderId, SectionKey section) {
        return CommandLog.header(section)
                .setRequestId(requestId)
                .setOrderId(orderId)
                .setBuyer(buyer)
                .build();
    }

    @Override
    public void cancel(Found order, CancelledBy by, String note) {
        append(order, new CancelOrder(by, note));
    }

    @Override
    public void retryPayment(Found.Decided order, String paymentToken) {
        append(order, new RetryPayment(paymentToken, order.status().getAttempt()));
    }

    private void append(Found order, Object payload) {
        switch (order) {
            case Found.Decided(var status) ->
                append(
                        status.getOrderId(),
                        status.getBuyer(),
                        new SectionKey(status.getEventId(), status.getSectionId()),
                        payload);
            case Found.Queued(var entry) -> append(entry.orderId(), entry.buyer(), entry.section(), payload);
            case Found.Nothing nothing -> throw new IllegalArgumentException("an unknown order has no section");
        }
    }

    private void append(String orderId, String buyer, SectionKey section, Object payload) {
        CommandHeader header =
                CommandLog.header(section).setOrderId(orderId).setBuyer(buyer).build();
        log.append(section, header, payload);
    }

    @Override
    public Map<String, Object> json(Found found) {
        return switch (found) {
            case Found.Decided decided -> OrderJson.of(decided.status());
            case Found.Queued(var entry) -> {
                Receipt receipt = entry.receiptNow();
                yield OrderJson.queued(entry.orderId(), entry.section(), entry.buyer(), receipt, ahead(receipt));
            }
            case Found.Nothing nothing -> throw new IllegalArgumentException("an unknown order cannot be shown");
        };
    }

    private long ahead(@Nullable Receipt receipt) {
        return receipt == null ? 0 : queue.ahead(receipt.getPartition(), receipt.getOffset());
    }
}
