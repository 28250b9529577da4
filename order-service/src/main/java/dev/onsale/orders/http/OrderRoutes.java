package dev.onsale.orders.http;

import dev.onsale.orders.view.ViewUnavailableException;
import dev.onsale.schemas.Requests;
import dev.onsale.wire.CancelledBy;
import dev.onsale.wire.OrderState;
import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.PaymentState;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.kafka.streams.state.HostInfo;

/** The calls of buyers about orders. */
final class OrderRoutes {

    private static final String JSON = "application/json";
    private static final Pattern ORDER_ID = Pattern.compile("[0-9a-f]{32}");
    private static final byte[] NO_BODY = {};
    private static final int CROWDED_AGAIN_SECONDS = 2;

    private final Entrance entrance;
    private final Orders orders;
    private final Forwarder forwarder;
    private final WaitLimit waitLimit;
    private final SseStream sse;
    private final Duration cancelWait;

    OrderRoutes(
            Entrance entrance,
            Orders orders,
            Forwarder forwarder,
            WaitLimit waitLimit,
            SseStream sse,
            Duration cancelWait) {
        this.entrance = entrance;
        this.orders = orders;
        this.forwarder = forwarder;
        this.waitLimit = waitLimit;
        this.sse = sse;
        this.cancelWait = cancelWait;
    }

    /** @param atDesk the same for calls that the choice sends to the desk */
    void register(Router router, Choice choice, OrderRoutes atDesk) {
        router.on("POST", "/orders", choice.of(this::purchase, atDesk::purchase))
                .on("GET", "/orders/{orderId}", choice.of(this::show, atDesk::show))
                .on("DELETE", "/orders/{orderId}", choice.of(this::cancel, atDesk::cancel))
                .on("POST", "/orders/{orderId}/payments", choice.of(this::retryPayment, atDesk::retryPayment));
    }

    private void purchase(Call call) throws InterruptedException, IOException {
        String buyer = entrance.buyer(call);
        String requestId = Callers.requestId(call);
        byte[] body = call.body(PurchaseRequest.MAX_BODY_BYTES, JSON);
        PurchaseRequest request = PurchaseRequest.parse(body);
        try {
            Optional<HostInfo> away = Optional.empty();
            while (true) {
                Optional<HostInfo> owner = orders.heldElsewhere(Requests.orderId(buyer, requestId));
                if (owner.isEmpty()) {
                    purchaseHere(call, buyer, requestId, request);
                    return;
                }
                if (Callers.forwarded(call)) {
                    throw new ViewUnavailableException(null);
                }
                if (owner.equals(away)) {
                    purchaseUnseen(call, buyer, requestId, request);
                    return;
                }
                if (forwarder.forward(call, owner.get(), call.target(), body)) {
                    return;
                }
                // Until that is known, another instance may have taken its orders over.
                away = owner;
            }
        } catch (ViewUnavailableException e) {
            if (Callers.forwarded(call) || call.mayBeTriedAgain()) {
                throw e;
            }
            purchaseUnseen(call, buyer, requestId, request);
        }
    }

    private void purchaseUnseen(Call call, String buyer, String requestId, PurchaseRequest request) {
        Found accepted = orders.purchaseUnseen(buyer, requestId, request);
        call.status(202)
                .set("Location", "/orders/" + Requests.orderId(buyer, requestId))
                .json(orders.json(accepted));
    }

    private void purchaseHere(Call call, String buyer, String requestId, PurchaseRequest request)
            throws InterruptedException {
        String orderId = Requests.orderId(buyer, requestId);
        Optional<Duration> wait = waiting(call);
        try (WaitLimit.Place place = place(buyer, wait)) {
            Found order = orders.purchase(buyer, requestId, request);
            if (wait.isPresent() && order instanceof Found.Queued) {
                order = awaitDecision(call, orderId, wait.get(), order);
            }
            wait.ifPresent(applied -> Prefer.applied(call, applied));
            if (order instanceof Found.Queued) {
                putOff(call, wait);
            }
            call.status(purchaseStatus(order))
                    .set("Location", "/orders/" + orderId)
                    .set("ETag", order.etag());
            call.json(orders.json(order));
        }
    }

    /** An accepted order stays accepted: when it cannot be waited for any longer, it is shown as queued. */
    private Found awaitDecision(Call call, String orderId, Duration wait, Found accepted) throws InterruptedException {
        try {
            Found found = orders.await(orderId, deadline(call, wait), f -> f instanceof Found.Decided);
            return found instanceof Found.Nothing ? accepted : found;
        } catch (ViewUnavailableException e) {
            if (Callers.forwarded(call) || call.mayBeTriedAgain()) {
                throw e;
            }
            return accepted;
        }
    }

    private static int purchaseStatus(Found order) {
        return order instanceof Found.Decided(OrderStatus status)
                ? switch (status.getState()) {
                    case HELD, SOLD -> 201;
                    case REJECTED -> 409;
                    case EXPIRED, CANCELLED, REFUNDED, UNKNOWN -> 200;
                }
                : 202;
    }

    private void show(Call call) throws InterruptedException, IOException {
        String buyer = entrance.buyer(call);
        String orderId = orderId(call);
        if (answeredByOwner(call, orderId, NO_BODY)) {
            return;
        }
        if (call.headers("Accept").stream().anyMatch(accept -> accept.contains(SseStream.MEDIA_TYPE))) {
            try (WaitLimit.Place place = waitLimit.take(buyer)) {
                sse.send(call, orderId, buyer);
            }
            return;
        }
        Optional<Duration> wait = waiting(call);
        Found order = orders.require(orderId, buyer);
        Predicate<Found> worthAnAnswer =
                found -> !found.pending() || (ETags.isConditional(call) && !ETags.callerHas(call, found.etag()));
        if (wait.isPresent() && !worthAnAnswer.test(order)) {
            try (WaitLimit.Place place = waitLimit.take(buyer)) {
                Found later = orders.await(orderId, deadline(call, wait.get()), worthAnAnswer);
                order = later instanceof Found.Nothing ? order : later;
            }
        }
        wait.ifPresent(applied -> Prefer.applied(call, applied));
        if (!worthAnAnswer.test(order)) {
            putOff(call, wait);
        }
        call.set("ETag", order.etag()).set("Cache-Control", "no-store");
        if (ETags.callerHas(call, order.etag())) {
            call.status(304).empty();
        } else {
            call.status(200).json(orders.json(order));
        }
    }

    private void cancel(Call call) throws InterruptedException, IOException {
        String buyer = entrance.buyer(call);
        String orderId = orderId(call);
        if (answeredByOwner(call, orderId, NO_BODY)) {
            return;
        }
        Found order = orders.require(orderId, buyer);
        if (order.pending()) {
            Duration wait = Prefer.waiting(call).orElse(cancelWait);
            try (WaitLimit.Place place = waitLimit.take(buyer)) {
                orders.cancel(order, CancelledBy.BUYER, "");
                order = orders.await(orderId, deadline(call, wait), found -> !found.pending());
            }
        }
        answerCancelled(call, order, Set.of(OrderState.CANCELLED));
    }

    /** Shared by buyers and organizers: 200 when the order ended as asked for, 202 when nothing is decided yet. */
    void answerCancelled(Call call, Found order, Set<OrderState> asked) {
        call.set("ETag", order.etag());
        if (order instanceof Found.Decided(OrderStatus status) && !order.pending()) {
            if (!asked.contains(status.getState())) {
                throw Problem.conflict(
                        "order-ended",
                        "The order has ended otherwise",
                        "The order is " + status.getState()
                                + " and cannot be cancelled any more; only the organizer can refund a sold order.");
            }
            call.status(200).json(orders.json(order));
        } else {
            call.status(202).json(orders.json(order));
        }
    }

    private void retryPayment(Call call) throws InterruptedException, IOException {
        String buyer = entrance.buyer(call);
        String orderId = orderId(call);
        byte[] body = call.body(PurchaseRequest.MAX_BODY_BYTES, JSON);
        String token = PurchaseRequest.paymentToken(Json.object(body, Set.of("paymentToken")));
        if (answeredByOwner(call, orderId, body)) {
            return;
        }
        Found found = orders.require(orderId, buyer);
        if (!(found instanceof Found.Decided order) || !declined(order.status())) {
            throw Problem.conflict("not-declined", "No payment is asked for", whyNoPayment(found));
        }
        int declinedAttempt = order.status().getAttempt();
        Optional<Duration> wait = waiting(call);
        try (WaitLimit.Place place = place(buyer, wait)) {
            orders.retryPayment(order, token);
            boolean answered = false;
            if (wait.isPresent()) {
                Predicate<Found> settled = later -> settled(later, declinedAttempt);
                found = orders.await(orderId, deadline(call, wait.get()), settled);
                answered = settled.test(found);
                Prefer.applied(call, wait.get());
            }
            if (!answered) {
                putOff(call, wait);
            }
            call.status(answered ? 200 : 202).set("ETag", found.etag()).json(orders.json(found));
        }
    }

    private static boolean declined(OrderStatus status) {
        return status.getState() == OrderState.HELD && status.getPayment() == PaymentState.DECLINED;
    }

    private static boolean settled(Found found, int declinedAttempt) {
        return found instanceof Found.Decided(OrderStatus status)
                && (status.getState() != OrderState.HELD
                        || (status.getAttempt() > declinedAttempt && status.getPayment() == PaymentState.DECLINED));
    }

    private static String whyNoPayment(Found found) {
        return switch (found) {
            case Found.Decided(OrderStatus status)
            when status.getState() == OrderState.HELD ->
                "The payment of this order is " + status.getPayment() + "; wait for its outcome.";
            case Found.Decided(OrderStatus status) -> "The order is " + status.getState() + "; it cannot be paid.";
            case Found.Queued queued -> "The order is not decided yet; wait for its outcome.";
            case Found.Nothing nothing -> "The order is not known.";
        };
    }

    /** @return false when this instance has to answer */
    private boolean answeredByOwner(Call call, String orderId, byte[] body) throws InterruptedException, IOException {
        Optional<HostInfo> owner = orders.heldElsewhere(orderId);
        if (owner.isEmpty()) {
            return false;
        }
        if (Callers.forwarded(call) || !forwarder.forward(call, owner.get(), call.target(), body)) {
            throw new ViewUnavailableException(null);
        }
        return true;
    }

    /** How long the caller waits; empty when it did not say, or when so many wait that it had better come again. */
    private Optional<Duration> waiting(Call call) {
        return waitLimit.crowded() ? Optional.empty() : Prefer.waiting(call);
    }

    /** Tells a caller who would have waited, and could not, when to come again for what is not there yet. */
    private static void putOff(Call call, Optional<Duration> waited) {
        if (waited.isEmpty() && Prefer.waiting(call).isPresent()) {
            call.set("Retry-After", Integer.toString(CROWDED_AGAIN_SECONDS));
        }
    }

    private WaitLimit.Place place(String buyer, Optional<Duration> wait) {
        return wait.isPresent() ? waitLimit.take(buyer) : WaitLimit.none();
    }

    private static long deadline(Call call, Duration wait) {
        return call.startedAtNanos() + wait.toNanos();
    }

    /** An order id is a fixed function, so what does not look like one is nobody's order. */
    private static String orderId(Call call) {
        String orderId = call.path("orderId");
        if (!ORDER_ID.matcher(orderId).matches()) {
            throw Problem.orderNotFound();
        }
        return orderId;
    }
}
