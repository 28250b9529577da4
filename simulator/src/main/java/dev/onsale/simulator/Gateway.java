package dev.onsale.simulator;

import static dev.onsale.simulator.Violation.unless;

import dev.onsale.domain.Command.PaymentReported;
import dev.onsale.domain.Event.PaymentRequested;
import dev.onsale.domain.PaymentOperation;
import dev.onsale.domain.PaymentOutcome;
import dev.onsale.simulator.Step.Behaviour;
import dev.onsale.simulator.Tally.Sight;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A payment gateway with a ledger of its own. It answers a repeated idempotency key as it did the first time, refuses one
 * with another body, and says of one that is under way only that. Every effect is checked against what it has done before
 * and against what the log says by then.
 */
final class Gateway {

    /** Money of one order in minor units. */
    static final class Money {
        long authorised;
        long captured;
        long refunded;
        /** A void or refund was refused: it needs a person. */
        boolean undoingRefused;
    }

    private record Answered(PaymentKey key, PaymentRequested body, PaymentReported answer) {}

    private record UnderWay(String idempotencyKey, PaymentRequested body) {}

    private final Books books;
    private final Tally tally;
    private final Map<String, Money> ledger = new HashMap<>();
    private final Map<String, Answered> answers = new HashMap<>();
    private final Map<PaymentKey, UnderWay> underWay = new LinkedHashMap<>();

    Gateway(Books books, Tally tally) {
        this.books = books;
        this.tally = tally;
    }

    /** What the caller hears; nothing when it is left in the dark. */
    @Nullable
    PaymentReported call(PaymentKey key, String idempotencyKey, PaymentRequested body, Behaviour behaviour) {
        if (behaviour == Behaviour.FAILED) {
            tally.count(Sight.CALLS_FAILED);
            return null;
        }
        boolean heard = behaviour != Behaviour.DONE_UNHEARD && behaviour != Behaviour.DECLINED_UNHEARD;
        if (!heard) {
            tally.count(Sight.ANSWERS_UNHEARD);
        }
        Answered before = answers.get(idempotencyKey);
        if (before != null) {
            tally.count(Sight.ANSWERED_FROM_MEMORY);
            PaymentReported answer =
                    before.key.equals(key) && before.body.equals(body) ? before.answer : conflict(body);
            return heard ? answer : null;
        }
        if (isUnderWay(idempotencyKey)) {
            return null;
        }
        if (behaviour == Behaviour.HANGS) {
            tally.count(Sight.CALLS_HUNG);
            underWay.put(key, new UnderWay(idempotencyKey, body));
            return null;
        }
        boolean declines = behaviour == Behaviour.DECLINED || behaviour == Behaviour.DECLINED_UNHEARD;
        PaymentReported answer = perform(key, idempotencyKey, body, declines);
        return heard ? answer : null;
    }

    private boolean isUnderWay(String idempotencyKey) {
        return !underWay.isEmpty()
                && underWay.values().stream().anyMatch(call -> call.idempotencyKey.equals(idempotencyKey));
    }

    private PaymentReported conflict(PaymentRequested body) {
        tally.count(Sight.KEY_CONFLICTS);
        return new PaymentReported(
                body.orderId(), body.attempt(), body.operation(), PaymentOutcome.CONFLICT, "idempotency_error", "", 0);
    }

    /** Comes to a call that hangs, if it does. */
    void catchUp(PaymentKey key, boolean declines) {
        UnderWay call = underWay.remove(key);
        if (call != null) {
            perform(key, call.idempotencyKey, call.body, declines);
        }
    }

    void catchUpAll() {
        while (!underWay.isEmpty()) {
            catchUp(underWay.keySet().iterator().next(), false);
        }
    }

    /** A call that hangs; none: none does. */
    @Nullable
    PaymentKey anyUnderWay(Random random) {
        return underWay.isEmpty()
                ? null
                : underWay.keySet().stream()
                        .skip(random.nextInt(underWay.size()))
                        .findFirst()
                        .orElseThrow();
    }

    private PaymentReported perform(PaymentKey key, String idempotencyKey, PaymentRequested body, boolean declines) {
        Money money = money(key.section(), key.orderId());
        boolean undoing = body.operation() == PaymentOperation.VOID || body.operation() == PaymentOperation.REFUND;
        if (declines) {
            tally.count(Sight.DECLINES);
            money.undoingRefused |= undoing;
        } else {
            take(key, body, money);
        }
        String reference = body.gatewayReference().isEmpty() ? "pi-" + idempotencyKey : body.gatewayReference();
        PaymentReported answer = new PaymentReported(
                body.orderId(),
                body.attempt(),
                body.operation(),
                declines ? PaymentOutcome.DECLINED : PaymentOutcome.SUCCEEDED,
                declines ? "declined" : "",
                reference,
                declines ? 0 : body.amount());
        answers.put(idempotencyKey, new Answered(key, body, answer));
        return answer;
    }

    /** The effect. The buyer's money is never there twice, and never without the tickets being on its side. */
    private void take(PaymentKey key, PaymentRequested body, Money money) {
        long amount = body.amount();
        boolean hasTickets = books.hasTickets(key.section(), key.orderId());
        long net = money.captured - money.refunded;
        switch (body.operation()) {
            case AUTHORISE -> {
                unless(
                        money.authorised == 0 && net == 0,
                        Invariant.MONEY,
                        () -> key.orderId() + " is charged again while " + (money.authorised + net) + " is taken");
                money.authorised += amount;
            }
            case CAPTURE -> {
                unless(money.authorised == amount, Invariant.MONEY, () -> key + " captures what is not authorised");
                money.authorised -= amount;
                money.captured += amount;
            }
            case VOID -> {
                unless(money.authorised == amount, Invariant.MONEY, () -> key + " voids what is not authorised");
                unless(!hasTickets, Invariant.MONEY, () -> key + " lets go of the money for tickets that are kept");
                money.authorised -= amount;
                tally.count(Sight.VOIDS);
            }
            case REFUND -> {
                unless(net == amount, Invariant.MONEY, () -> key + " gives back what is not captured");
                unless(!hasTickets, Invariant.MONEY, () -> key + " gives back the money for tickets that are kept");
                money.refunded += amount;
            }
        }
    }

    Money money(String section, String orderId) {
        return ledger.computeIfAbsent(section + "/" + orderId, absent -> new Money());
    }
}
