package dev.onsale.audit;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.onsale.wire.PaymentOperation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What events and reports say of one order, kept by code that knows nothing of the rules. Money is in minor units. */
final class OrderFacts {

    private static final ObjectMapper JSON = new ObjectMapper()
            .setVisibility(PropertyAccessor.ALL, JsonAutoDetect.Visibility.NONE)
            .setVisibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY);

    /** Where an order stands. */
    enum State {
        /** Its first event was something else than an answer, which is reported once. */
        UNANSWERED,
        REJECTED,
        HELD,
        SOLD,
        ENDED
    }

    /** How an operation ended, as far as is known. */
    enum Outcome {
        PENDING,
        SUCCEEDED,
        REFUSED
    }

    /** A payment operation: asked for by an event, reported by a command. Offset -1: not yet. */
    static final class Operation {
        PaymentOperation operation = PaymentOperation.UNKNOWN;
        int attempt;
        long amount;
        long askedEvent = -1;
        long reportedCommand = -1;
        long reportedAmount;
        Outcome outcome = Outcome.PENDING;
    }

    State state = State.UNANSWERED;
    String buyer = "";
    /** Of the answer. */
    String variant = "";

    long requestHash;
    int quantity;
    List<String> seats = new ArrayList<>();
    long total;
    /** On the section's clock. */
    long deadlineMillis;
    /** Offset of the answer in onsale.events. */
    long answeredEvent = -1;

    long lastCommand;
    long lastMillis;
    List<Operation> operations = new ArrayList<>();
    /** Invariants of which a violation by this order is reported already. */
    Set<Integer> broken = new java.util.TreeSet<>();

    boolean owns() {
        return state == State.HELD || state == State.SOLD;
    }

    Optional<Operation> find(PaymentOperation operation, int attempt) {
        return operations.stream()
                .filter(each -> each.operation == operation && each.attempt == attempt)
                .findFirst();
    }

    Operation of(PaymentOperation operation, int attempt) {
        return find(operation, attempt).orElseGet(() -> {
            var added = new Operation();
            added.operation = operation;
            added.attempt = attempt;
            operations.add(added);
            return added;
        });
    }

    List<Operation> succeeded(PaymentOperation operation) {
        return operations.stream()
                .filter(each -> each.operation == operation && each.outcome == Outcome.SUCCEEDED)
                .toList();
    }

    /** Whether an operation has been asked for and not reported. */
    boolean pending(PaymentOperation operation) {
        return operations.stream()
                .anyMatch(
                        each -> each.operation == operation && each.askedEvent >= 0 && each.outcome == Outcome.PENDING);
    }

    long captured() {
        return sum(PaymentOperation.CAPTURE);
    }

    long refunded() {
        return sum(PaymentOperation.REFUND);
    }

    private long sum(PaymentOperation operation) {
        return succeeded(operation).stream()
                .mapToLong(each -> each.reportedAmount)
                .sum();
    }

    byte[] toBytes() {
        try {
            return JSON.writeValueAsBytes(this);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static OrderFacts fromBytes(byte[] bytes) {
        try {
            return JSON.readValue(bytes, OrderFacts.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
