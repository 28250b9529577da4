package dev.onsale.audit;

import dev.onsale.wire.PaymentOperation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What events and reports say of one order, kept by code that knows nothing of the rules. Money is in minor units. */
final class OrderFacts {

    private static final State[] STATES = State.values();
    private static final Outcome[] OUTCOMES = Outcome.values();
    private static final PaymentOperation[] OPERATIONS = PaymentOperation.values();

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

        @SuppressWarnings("EnumOrdinal")
        private void write(Packed to) {
            to.put((byte) operation.ordinal())
                    .put(attempt)
                    .put(amount)
                    .put(askedEvent)
                    .put(reportedCommand)
                    .put(reportedAmount)
                    .put((byte) outcome.ordinal());
        }

        private static Operation read(ByteBuffer from) {
            var read = new Operation();
            read.operation = OPERATIONS[from.get()];
            read.attempt = from.getInt();
            read.amount = from.getLong();
            read.askedEvent = from.getLong();
            read.reportedCommand = from.getLong();
            read.reportedAmount = from.getLong();
            read.outcome = OUTCOMES[from.get()];
            return read;
        }
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
    /** A bit for each invariant of which a violation by this order is reported already. */
    private int broken;

    /** Takes note of a violation. @return whether it is the first of this invariant by this order */
    boolean breaks(int invariant) {
        int before = broken;
        broken |= 1 << invariant;
        return broken != before;
    }

    boolean owns() {
        return state == State.HELD || state == State.SOLD;
    }

    Optional<Operation> find(PaymentOperation operation, int attempt) {
        for (Operation each : operations) {
            if (each.operation == operation && each.attempt == attempt) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
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

    Sums sums() {
        return new Sums(
                captured(),
                refunded(),
                pending(PaymentOperation.CAPTURE) ? total : 0,
                pending(PaymentOperation.REFUND) ? total : 0);
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

    /** For {@link #fromBytes}, by the same build. */
    @SuppressWarnings("EnumOrdinal")
    byte[] toBytes() {
        var to = new Packed(256);
        to.put((byte) state.ordinal()).put(buyer).put(variant).put(requestHash).put(quantity);
        to.put(seats.size());
        seats.forEach(to::put);
        to.put(total).put(deadlineMillis).put(answeredEvent).put(lastCommand).put(lastMillis);
        to.put(operations.size());
        operations.forEach(each -> each.write(to));
        to.put(broken);
        return to.toBytes();
    }

    static OrderFacts fromBytes(byte[] bytes) {
        var from = ByteBuffer.wrap(bytes);
        var facts = new OrderFacts();
        facts.state = STATES[from.get()];
        facts.buyer = Packed.text(from);
        facts.variant = Packed.text(from);
        facts.requestHash = from.getLong();
        facts.quantity = from.getInt();
        for (int left = from.getInt(); left > 0; left--) {
            facts.seats.add(Packed.text(from));
        }
        facts.total = from.getLong();
        facts.deadlineMillis = from.getLong();
        facts.answeredEvent = from.getLong();
        facts.lastCommand = from.getLong();
        facts.lastMillis = from.getLong();
        for (int left = from.getInt(); left > 0; left--) {
            facts.operations.add(Operation.read(from));
        }
        facts.broken = from.getInt();
        return facts;
    }
}
