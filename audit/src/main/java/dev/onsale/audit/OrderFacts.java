package dev.onsale.audit;

import dev.onsale.wire.PaymentOperation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
        private void write(DataOutputStream out) throws IOException {
            out.writeByte(operation.ordinal());
            out.writeInt(attempt);
            out.writeLong(amount);
            out.writeLong(askedEvent);
            out.writeLong(reportedCommand);
            out.writeLong(reportedAmount);
            out.writeByte(outcome.ordinal());
        }

        private static Operation read(DataInputStream in) throws IOException {
            var read = new Operation();
            read.operation = OPERATIONS[in.readByte()];
            read.attempt = in.readInt();
            read.amount = in.readLong();
            read.askedEvent = in.readLong();
            read.reportedCommand = in.readLong();
            read.reportedAmount = in.readLong();
            read.outcome = OUTCOMES[in.readByte()];
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
    /** Invariants of which a violation by this order is reported already. */
    Set<Integer> broken = new java.util.TreeSet<>();

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
        var bytes = new ByteArrayOutputStream(256);
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(state.ordinal());
            Packed.write(out, buyer);
            Packed.write(out, variant);
            out.writeLong(requestHash);
            out.writeInt(quantity);
            out.writeInt(seats.size());
            for (String seat : seats) {
                Packed.write(out, seat);
            }
            out.writeLong(total);
            out.writeLong(deadlineMillis);
            out.writeLong(answeredEvent);
            out.writeLong(lastCommand);
            out.writeLong(lastMillis);
            out.writeInt(operations.size());
            for (Operation each : operations) {
                each.write(out);
            }
            out.writeInt(broken.size());
            for (int invariant : broken) {
                out.writeInt(invariant);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static OrderFacts fromBytes(byte[] bytes) {
        var facts = new OrderFacts();
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            facts.state = STATES[in.readByte()];
            facts.buyer = Packed.text(in);
            facts.variant = Packed.text(in);
            facts.requestHash = in.readLong();
            facts.quantity = in.readInt();
            for (int left = in.readInt(); left > 0; left--) {
                facts.seats.add(Packed.text(in));
            }
            facts.total = in.readLong();
            facts.deadlineMillis = in.readLong();
            facts.answeredEvent = in.readLong();
            facts.lastCommand = in.readLong();
            facts.lastMillis = in.readLong();
            for (int left = in.readInt(); left > 0; left--) {
                facts.operations.add(Operation.read(in));
            }
            for (int left = in.readInt(); left > 0; left--) {
                facts.broken.add(in.readInt());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return facts;
    }
}
