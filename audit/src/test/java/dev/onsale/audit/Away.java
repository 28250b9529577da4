package dev.onsale.audit;

import dev.onsale.domain.Order;
import dev.onsale.inventory.wire.LiveSection;
import dev.onsale.schemas.Requests;
import dev.onsale.schemas.SectionKey;
import dev.onsale.wire.Command;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.EnterFallback;
import dev.onsale.wire.ExpireHolds;
import dev.onsale.wire.LeaveFallback;
import dev.onsale.wire.PaymentOutcome;
import dev.onsale.wire.PaymentReported;
import dev.onsale.wire.PaymentRequest;
import dev.onsale.wire.Purchase;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A section of a {@link Sale} that is decided in its decider's stead, until it is given back. */
final class Away {

    private final Sale sale;
    private final SectionKey key;
    private final long epoch;
    private final Map<String, Order> orders = new HashMap<>();
    private final LiveSection section;
    private final Deque<PaymentRequest> unpaid = new ArrayDeque<>();
    private final List<Command> decided = new ArrayList<>();
    private long lastMillis;
    private int sent;

    private Away(Sale sale, SectionKey key, long epoch) {
        this.sale = sale;
        this.key = key;
        this.epoch = epoch;
        this.section = sale.copy(key, orders);
        this.lastMillis = sale.nowMillis;
    }

    static Away enter(Sale sale, SectionKey key, long epoch) {
        sale.send(key, Sale.header(key).build(), new EnterFallback(epoch));
        return new Away(sale, key, epoch);
    }

    /** Decides a command here; the log hears of it later. */
    void decide(CommandHeader header, Object payload) {
        lastMillis = Math.max(lastMillis, sale.nowMillis);
        if (!section.section().holdsEndedBy(lastMillis, 1).isEmpty()) {
            note(Sale.header(key).build(), new ExpireHolds(List.of()));
        }
        note(header, payload);
    }

    private void note(CommandHeader header, Object payload) {
        if (payload instanceof Purchase) {
            header.setOrderId(Requests.orderId(header.getBuyer(), header.getRequestId()));
        }
        LiveSection.Elsewhere elsewhere = section.decideElsewhere(new Command(header, payload), 0, lastMillis);
        elsewhere.outcome().orders().forEach(order -> orders.put(order.orderId(), order));
        unpaid.addAll(elsewhere.outcome().payments());
        decided.add(elsewhere.command());
    }

    void pay(PaymentOutcome wanted) {
        PaymentRequest request = unpaid.poll();
        if (request != null) {
            PaymentReported report = sale.answer(request, wanted);
            decide(Sale.header(key).setOrderId(request.getOrderId()).build(), report);
        }
    }

    /** Sends some of what was decided, and some of it again, as whoever sends does after a crash. */
    void send(int more) {
        int again = Math.max(0, sent - 2);
        int until = Math.min(decided.size(), sent + more);
        decided.subList(again, until).forEach(each -> sale.send(key, each.getHeader(), each.getPayload()));
        sent = until;
    }

    void giveBack() {
        send(decided.size());
        var leave = new LeaveFallback(epoch, section.section().version());
        sale.send(key, Sale.header(key).build(), leave);
        sale.sendAgain(key);
    }
}
