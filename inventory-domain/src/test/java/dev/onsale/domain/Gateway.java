package dev.onsale.domain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A payment gateway with its workers. It answers a request once and for all, as an idempotency key makes it do, and the answer
 * may be reported late, twice, and in any order.
 */
final class Gateway {

    private record Key(String orderId, int attempt, PaymentOperation operation) {}

    /** Money of one order, in minor units. */
    static final class Account {
        long authorised;
        long captured;
        long refunded;
        boolean undoingFailed;
    }

    private final Random random;
    private final Map<Key, Command.PaymentReported> answers = new HashMap<>();
    private final Map<String, Account> accounts = new HashMap<>();
    private final List<Event.PaymentRequested> waiting = new ArrayList<>();
    private final List<Command.PaymentReported> reported = new ArrayList<>();

    Gateway(Random random) {
        this.random = random;
    }

    void ask(Event.PaymentRequested request) {
        var key = new Key(request.orderId(), request.attempt(), request.operation());
        if (waiting.stream().anyMatch(request::equals) || answers.containsKey(key)) {
            throw new AssertionError("asked twice: " + request);
        }
        waiting.add(request);
    }

    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    boolean hasReported() {
        return !reported.isEmpty();
    }

    /** The answer to any of the requests that wait. */
    Command.PaymentReported next() {
        Event.PaymentRequested request = waiting.remove(random.nextInt(waiting.size()));
        var key = new Key(request.orderId(), request.attempt(), request.operation());
        Command.PaymentReported answer = answers.computeIfAbsent(key, absent -> execute(request));
        reported.add(answer);
        return answer;
    }

    /** A report that has been made before. */
    Command.PaymentReported again() {
        return reported.get(random.nextInt(reported.size()));
    }

    boolean wasAsked(String orderId, int attempt, PaymentOperation operation) {
        return answers.containsKey(new Key(orderId, attempt, operation))
                || waiting.stream()
                        .anyMatch(request -> request.orderId().equals(orderId)
                                && request.attempt() == attempt
                                && request.operation() == operation);
    }

    Account account(String orderId) {
        return accounts.computeIfAbsent(orderId, absent -> new Account());
    }

    private Command.PaymentReported execute(Event.PaymentRequested request) {
        Account account = account(request.orderId());
        boolean possible = switch (request.operation()) {
            case AUTHORISE -> true;
            case CAPTURE, VOID -> account.authorised == request.amount();
            case REFUND -> account.captured - account.refunded == request.amount();
        };
        if (!possible) {
            throw new AssertionError("cannot be: " + request);
        }
        boolean authorise = request.operation() == PaymentOperation.AUTHORISE;
        if (random.nextInt(authorise ? 3 : 8) == 0) {
            boolean undoing =
                    request.operation() == PaymentOperation.VOID || request.operation() == PaymentOperation.REFUND;
            account.undoingFailed |= undoing;
            return report(request, random.nextBoolean() ? PaymentOutcome.DECLINED : PaymentOutcome.CONFLICT, 0);
        }
        switch (request.operation()) {
            case AUTHORISE -> account.authorised += request.amount();
            case CAPTURE -> {
                account.authorised -= request.amount();
                account.captured += request.amount();
            }
            case VOID -> account.authorised -= request.amount();
            case REFUND -> account.refunded += request.amount();
        }
        return report(request, PaymentOutcome.SUCCEEDED, request.amount());
    }

    private static Command.PaymentReported report(Event.PaymentRequested request, PaymentOutcome outcome, long amount) {
        String reference = request.gatewayReference().isEmpty()
                ? "pi-" + request.orderId() + "-" + request.attempt()
                : request.gatewayReference();
        return new Command.PaymentReported(
                request.orderId(),
                request.attempt(),
                request.operation(),
                outcome,
                outcome == PaymentOutcome.SUCCEEDED ? "" : "no",
                reference,
                amount);
    }
}
