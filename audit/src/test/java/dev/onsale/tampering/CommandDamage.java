package dev.onsale.tampering;

import static dev.onsale.tampering.Values.COMMANDS;
import static dev.onsale.tampering.Values.EVENTS;

import dev.onsale.wire.Command;
import dev.onsale.wire.Event;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentOutcome;
import dev.onsale.wire.PaymentReported;
import dev.onsale.wire.PaymentSettled;
import dev.onsale.wire.Purchase;
import dev.onsale.wire.SeatsHeld;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What may be done to {@code onsale.commands}. Only commands that led to something are touched; no others changed anything. */
final class CommandDamage {

    private CommandDamage() {}

    static List<Damage> all() {
        return List.of(
                Damage.of("command lost", 7, t -> {
                            Found<Command> command = withEvents(t);
                            t.touchCommand(command.place());
                            t.lose(command.place());
                        })
                        .followedBy(23456),
                Damage.of("command lost, and the gap closed", 7, t -> {
                            Found<Command> command = withEvents(t);
                            t.touchCommand(command.place());
                            t.closeUp(command.place());
                        })
                        .followedBy(123456),
                Damage.of("command doubled", 7, CommandDamage::repeat).followedBy(123456),
                Damage.of("commands swapped", 7, CommandDamage::swap).followedBy(123456),
                Damage.of("last commands cut off", 7, CommandDamage::cutOff).followedBy(3),
                Damage.of("command garbled", 7, t -> {
                            Found<Command> command = withEvents(t);
                            t.touchCommand(command.place());
                            t.cut(command);
                        })
                        .followedBy(123456),
                Damage.of("command at another time", 7, t -> {
                            Found<Command> command = purchase(t);
                            t.touchCommand(command.place());
                            t.put(
                                    command.place(),
                                    new Entry(
                                            command.entry().atMillis() - 3_600_000,
                                            command.entry().key(),
                                            command.entry().value()));
                        })
                        // Its hold ends earlier, so others may get its seats.
                        .followedBy(3),
                Damage.of("purchase changed", 7, t -> {
                            Found<Command> command = purchase(t);
                            t.touchCommand(command.place());
                            t.alter(COMMANDS, command, each -> {
                                var purchase = (Purchase) each.getPayload();
                                purchase.setSeats(List.of());
                                purchase.setQuantity(purchase.getQuantity() + 1);
                            });
                        })
                        .followedBy(3),
                Damage.of("purchase of a fallback changed", 7, t -> {
                            Found<Command> command = purchase(t, true);
                            t.touchCommand(command.place());
                            t.alter(COMMANDS, command, each -> ((Purchase) each.getPayload()).setQuantity(7));
                        })
                        .followedBy(123456),
                Damage.of("purchase by another buyer", 27, t -> {
                            Found<Command> command = purchase(t);
                            t.touchCommand(command.place());
                            t.alter(COMMANDS, command, each -> each.getHeader().setBuyer("mallory"));
                        })
                        .followedBy(3),
                Damage.of(
                        "amount of a capture changed",
                        37,
                        alterCapture(report -> report.setAmount(report.getAmount() + 1))),
                Damage.of("capture denied", 37, alterCapture(report -> report.setOutcome(PaymentOutcome.DECLINED))),
                Damage.of("capture forged", 37, CommandDamage::captureAgain));
    }

    private static Found<Command> withEvents(Tampering t) {
        return t.pick(COMMANDS, each -> !t.eventsOf(each.place()).isEmpty());
    }

    /** One that was answered by a hold. */
    private static Found<Command> purchase(Tampering t) {
        return purchase(t, false);
    }

    private static Found<Command> purchase(Tampering t, boolean adopted) {
        return t.pick(
                COMMANDS,
                each -> each.value().getPayload() instanceof Purchase
                        && (each.value().getHeader().getAdopted() != null) == adopted
                        && t.eventsOf(each.place()).stream()
                                .anyMatch(event -> event.value().getPayload() instanceof SeatsHeld));
    }

    /** All that follow move up, so that the next events name the command in front of theirs. */
    private static void repeat(Tampering t) {
        Found<Command> command =
                t.pick(COMMANDS, each -> nextWithEvents(t, each).isPresent());
        t.touchCommand(command.place());
        nextWithEvents(t, command).ifPresent(next -> t.touchCommand(next.place()));
        t.insert(command.place(), command.entry());
    }

    private static Optional<Found<Command>> nextWithEvents(Tampering t, Found<Command> command) {
        return t.all(COMMANDS).stream()
                .filter(each -> Tampering.after(command, each)
                        && !t.eventsOf(each.place()).isEmpty())
                .findFirst();
    }

    private static void swap(Tampering t) {
        List<Found<Command>> all = t.all(COMMANDS);
        Found<Command> first = t.pick(all.stream()
                .filter(each -> all.stream()
                        .anyMatch(behind -> behind.place().equals(each.place().next())
                                && !behind.entry().equals(each.entry())
                                && !t.eventsOf(each.place()).isEmpty()
                                && !t.eventsOf(behind.place()).isEmpty()))
                .toList());
        t.touchCommand(first.place());
        t.touchCommand(first.place().next());
        t.swap(first.place());
    }

    private static void cutOff(Tampering t) {
        Found<Event> last = t.all(EVENTS).getLast();
        Place from = Tampering.commandOf(last);
        List<Entry> commands = t.partition(from);
        t.touchCommand(from);
        commands.subList(from.offset(), commands.size()).clear();
    }

    private static Consumer<Tampering> alterCapture(Consumer<PaymentReported> change) {
        return t -> {
            Found<Command> report = captured(t);
            t.touchCommand(report.place());
            t.alter(COMMANDS, report, each -> change.accept((PaymentReported) each.getPayload()));
        };
    }

    /** The first report of a capture, and not one that repeats it. */
    private static Found<Command> captured(Tampering t) {
        return t.pick(
                COMMANDS,
                each -> each.value().getPayload() instanceof PaymentReported report
                        && report.getOperation() == PaymentOperation.CAPTURE
                        && t.eventsOf(each.place()).stream()
                                .anyMatch(event -> event.value().getPayload() instanceof PaymentSettled));
    }

    private static void captureAgain(Tampering t) {
        Found<Command> report = captured(t);
        Entry forged = Tampering.altered(COMMANDS, report, each -> {
            var capture = (PaymentReported) each.getPayload();
            capture.setAttempt(capture.getAttempt() + 7);
            capture.setGatewayReference("pi_forged");
        });
        t.touch(t.append(report.place(), forged));
    }
}
