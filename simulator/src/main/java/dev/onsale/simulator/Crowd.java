package dev.onsale.simulator;

import dev.onsale.domain.CancelledBy;
import dev.onsale.domain.Command;
import dev.onsale.domain.PaymentOperation;
import dev.onsale.domain.PaymentOutcome;
import dev.onsale.domain.PaymentsState;
import dev.onsale.domain.SalesState;
import dev.onsale.domain.SeatPreference;
import dev.onsale.domain.SectionDefinition;
import dev.onsale.domain.Stamp;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;

/** The buyers and the organizer: what they send next. */
final class Crowd {

    /** A purchase as it was sent. */
    private record Sent(String section, Command.Purchase purchase, String variant) {}

    private final Layout layout;
    private final Random random;
    private final List<Sent> sent = new ArrayList<>();
    private final List<SectionDefinition> definitions;
    private int opened;

    Crowd(Layout layout, Random random) {
        this.layout = layout;
        this.random = random;
        this.definitions = new ArrayList<>(layout.sections());
    }

    Step next() {
        // Some buyers are there before the doors open.
        if (opened < definitions.size() && random.nextInt(3) > 0) {
            return open(opened++);
        }
        if (sent.isEmpty()) {
            return purchase();
        }
        int kind = random.nextInt(100);
        if (kind < 55) {
            return purchase();
        }
        Sent known = sent.get(random.nextInt(4) == 0 ? random.nextInt(sent.size()) : recent());
        String section = known.section;
        Command.Purchase asked = known.purchase;
        if (kind < 72) {
            return send(section, asked, known.variant);
        }
        if (kind < 84) {
            return send(section, new Command.RetryPayment(asked.orderId(), asked.buyer(), "card", random.nextInt(3)));
        }
        if (kind < 89) {
            return send(section, cancel(asked, CancelledBy.BUYER));
        }
        if (kind < 93) {
            return send(section, cancel(asked, CancelledBy.ORGANIZER));
        }
        return switch (kind) {
            case 93, 94 -> send(section, other(asked, 1 + random.nextInt(3), random.nextLong()), known.variant);
            case 95 -> send(anySection(), other(asked, asked.quantity(), asked.requestHash()), known.variant);
            case 96 -> forged(known);
            case 97 -> new Step.Send(random.nextInt(layout.partitions()), section, asked, known.variant);
            case 98 -> {
                var hint = new Command.HoldReference(asked.orderId(), 1);
                yield send(section, new Command.ExpireHolds(List.of(hint)));
            }
            default -> open(random.nextInt(definitions.size()));
        };
    }

    private int recent() {
        return Math.max(0, sent.size() - 1 - random.nextInt(10));
    }

    private Step purchase() {
        String section = anySection();
        SectionDefinition definition = definitions.get(section.charAt(0) - 'A');
        String buyer = "b" + random.nextInt(layout.buyers());
        int quantity = 1 + random.nextInt(random.nextInt(10) == 0 ? 8 : 3);
        List<String> seats = definition.numbered() && random.nextInt(5) < 2 ? seats(definition, quantity) : List.of();
        long total = definition.price() * quantity;
        var purchase = new Command.Purchase(
                buyer + "-" + sent.size(),
                buyer,
                random.nextLong(),
                seats.isEmpty() ? quantity : 0,
                seats,
                random.nextBoolean() ? SeatPreference.CONTIGUOUS : SeatPreference.ANY,
                random.nextInt(4) > 0
                        ? OptionalLong.empty()
                        : OptionalLong.of(random.nextInt(8) > 0 ? total : total + 1),
                "card");
        String variant = random.nextInt(3) == 0 ? Stamp.CANDIDATE : Stamp.STABLE;
        sent.add(new Sent(section, purchase, variant));
        return send(section, purchase, variant);
    }

    /** Neighbouring seats, mostly those in front that everybody wants; now and then one that does not exist. */
    private List<String> seats(SectionDefinition definition, int quantity) {
        double wish = random.nextDouble();
        int row = (int) (Math.min(26, definition.rows()) * wish * wish * wish);
        int from = 1 + random.nextInt(definition.seatsPerRow());
        Set<String> seats = new LinkedHashSet<>();
        for (int seat = from; seat < from + quantity; seat++) {
            seats.add((char) ('A' + row) + "-" + Math.min(seat, definition.seatsPerRow() + 1));
        }
        return List.copyOf(seats);
    }

    /** The same request id with another body. */
    private static Command.Purchase other(Command.Purchase asked, int quantity, long requestHash) {
        return new Command.Purchase(
                asked.orderId(),
                asked.buyer(),
                requestHash,
                Math.max(1, quantity),
                List.of(),
                asked.preference(),
                OptionalLong.empty(),
                asked.paymentToken());
    }

    private static Command cancel(Command.Purchase asked, CancelledBy by) {
        return new Command.CancelOrder(asked.orderId(), asked.buyer(), by, "");
    }

    /** A report on an attempt that cannot have been made. */
    private Step forged(Sent known) {
        var operations = PaymentOperation.values();
        return send(
                known.section,
                new Command.PaymentReported(
                        known.purchase.orderId(),
                        1_000 + random.nextInt(3),
                        operations[random.nextInt(operations.length)],
                        PaymentOutcome.SUCCEEDED,
                        "",
                        "forged",
                        4_500));
    }

    private Step open(int index) {
        SectionDefinition before = definitions.get(index);
        boolean grows = opened > index && before.capacity() < 2_000 && random.nextInt(3) == 0;
        SectionDefinition definition = grows ? grown(before) : before;
        definitions.set(index, definition);
        return send(layout.section(index), new Command.OpenSection(definition));
    }

    private static SectionDefinition grown(SectionDefinition before) {
        return new SectionDefinition(
                before.eventName(),
                before.currency(),
                before.numbered() ? before.rows() + 1 : 0,
                before.seatsPerRow(),
                before.numbered() ? 0 : before.generalAdmission() + 1,
                before.price(),
                before.holdSeconds(),
                before.maxPerBuyer(),
                before.salesOpenMillis(),
                before.salesCloseMillis());
    }

    /** Pauses, stops, closes and opens again, the latter more often. */
    Step organizer() {
        String section = anySection();
        if (random.nextInt(3) == 0) {
            PaymentsState state = random.nextInt(3) == 0 ? PaymentsState.STOPPED : PaymentsState.RUNNING;
            return send(section, new Command.SetPayments(state, ""));
        }
        SalesState state = switch (random.nextInt(8)) {
            case 0, 1 -> SalesState.PAUSED;
            case 2 -> SalesState.CLOSED;
            default -> SalesState.OPEN;
        };
        return send(section, new Command.SetSales(state, ""));
    }

    private String anySection() {
        return layout.section(random.nextInt(definitions.size()));
    }

    private Step send(String section, Command command) {
        return send(section, command, Stamp.STABLE);
    }

    private Step send(String section, Command command, String variant) {
        return new Step.Send(layout.home(section), section, command, variant);
    }
}
