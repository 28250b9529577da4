package dev.onsale.audit;

import dev.onsale.audit.AuditReport.Receipt;
import dev.onsale.domain.Order;
import dev.onsale.domain.SectionState;
import dev.onsale.inventory.wire.Intake;
import dev.onsale.inventory.wire.LiveSection;
import dev.onsale.inventory.wire.States;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Command;
import dev.onsale.wire.Event;
import dev.onsale.wire.OrderStatus;
import dev.onsale.wire.StoredOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * Decides the commands of one partition again, in order, and holds the events, payment requests, statuses and stores of the
 * cluster against that: invariant 7. The facts of the events go to {@link FactCheck}.
 */
final class Replay {

    private final AuditOptions options;
    private final Codecs codecs;
    private final Findings findings;
    private final PaymentLog payments;
    private final StatusLog statuses;
    private final Later later;
    private final FactCheck facts;
    private final Table<Order> orders;
    private final Table<OrderStatus> told;
    private final Map<SectionKey, LiveSection> sections = new HashMap<>();
    private final Map<SectionKey, SectionState> states = new HashMap<>();
    private final Set<SectionKey> undecidable = new HashSet<>();

    Replay(
            AuditOptions options,
            Codecs codecs,
            Findings findings,
            PaymentLog payments,
            StatusLog statuses,
            Later later,
            Store store) {
        this.options = options;
        this.codecs = codecs;
        this.findings = findings;
        this.payments = payments;
        this.statuses = statuses;
        this.later = later;
        this.facts = new FactCheck(findings, store, options.expiryTolerance());
        this.orders = new Table<>(
                store,
                'o',
                order -> codecs.storedOrders().write(States.toStored(order)),
                bytes -> States.toDomain(codecs.storedOrders().readOwn(bytes)));
        this.told = new Table<>(store, 's', codecs.statuses()::write, codecs.statuses()::readOwn);
    }

    FactCheck facts() {
        return facts;
    }

    /**
     * Takes the whole partition.
     *
     * @param intake reads commands of this cluster
     * @param commandsEnd the offset after the last command that is audited
     * @param commandsNow the offset after the last command that there is by now
     */
    void run(Intake intake, LogCursor commands, LogCursor events, long commandsEnd, LongSupplier commandsNow) {
        var matcher = new EventMatcher(() -> nextEvent(events));
        for (LogRecord message = commands.next(); message != null; message = commands.next()) {
            if (concerns(message)) {
                command(intake, message, matcher);
            }
        }
        long now = commandsEnd;
        for (Logged rest = matcher.rest(); rest != null; rest = matcher.rest()) {
            now = rest.commandOffset() < now ? now : commandsNow.getAsLong();
            boolean decidedLater = rest.commandOffset() >= commandsEnd && rest.commandOffset() < now;
            if (decidedLater && !rest.reported()) {
                later.note(rest.event());
            } else {
                extra(rest, rest.message().atMillis(), Optional.empty());
            }
        }
    }

    private boolean concerns(LogRecord message) {
        return options.eventId().isEmpty() || message.keyText().startsWith(options.eventId() + "/");
    }

    private @Nullable Logged nextEvent(LogCursor events) {
        LogRecord message = events.next();
        while (message != null && !concerns(message)) {
            message = events.next();
        }
        if (message == null) {
            return null;
        }
        var logged = new Logged(message, read(message.value()));
        findings.story().event(logged);
        return logged;
    }

    private @Nullable Event read(byte @Nullable [] value) {
        try {
            return value == null ? null : codecs.events().read(value);
        } catch (SerializationException e) {
            return null;
        }
    }

    private void command(Intake intake, LogRecord message, EventMatcher matcher) {
        switch (intake.read(message.key(), message.value(), message.partition())) {
            case Intake.Undecidable _ -> {
                EventMatcher.Match match = matcher.match(message.offset(), 0);
                findings.command(message.atMillis(), match.events().size());
                compare(message, "", List.of(), match);
            }
            case Intake.Decidable(SectionKey key, Command command) -> {
                LiveSection.Outcome outcome = decide(key, command, message);
                List<Event> decided = outcome == null ? List.of() : outcome.events();
                EventMatcher.Match match = matcher.match(message.offset(), decided.size());
                findings.command(message.atMillis(), match.events().size());
                findings.story().command(key, command, message);
                if (outcome != null) {
                    compare(message, key.toString(), decided, match);
                    outcome.payments().forEach(request -> payments.expect(request, message));
                }
                match.stray().stream()
                        .filter(each -> key.toString().equals(each.message().keyText()))
                        .forEach(each -> facts.stray(key, message, each));
                facts.step(key, command, message, match.events());
            }
        }
    }

    /** Null when the section cannot be decided any more, which is reported once. */
    private LiveSection.@Nullable Outcome decide(SectionKey key, Command command, LogRecord message) {
        if (undecidable.contains(key)) {
            return null;
        }
        LiveSection section = sections.computeIfAbsent(
                key, absent -> LiveSection.unknown(absent, orderId -> orders.find(absent + "/" + orderId)));
        try {
            LiveSection.Outcome outcome =
                    section.decide(command, message.partition(), message.offset(), message.atMillis());
            outcome.orders().forEach(order -> orders.put(key + "/" + order.orderId(), order));
            outcome.statuses().forEach(status -> told.put(key + "/" + status.getOrderId(), status));
            outcome.section().ifPresent(state -> states.put(key, state));
            return outcome;
        } catch (RuntimeException e) {
            // A decider that meets this stands still; nothing after it in this section can have been decided.
            undecidable.add(key);
            findings.violation(
                    7,
                    message.atMillis(),
                    command.getHeader().getOrderId(),
                    "Section " + key + " cannot be decided again from here on: " + e,
                    message.receipt());
            return null;
        }
    }

    private void compare(LogRecord command, String key, List<Event> decided, EventMatcher.Match match) {
        match.stray().forEach(stray -> extra(stray, command.atMillis(), Optional.of(command.receipt())));
        List<Event> missing = new ArrayList<>();
        List<Logged> unexpected = new ArrayList<>(match.events());
        boolean inOrder = true;
        for (int i = 0; i < decided.size(); i++) {
            byte[] bytes = codecs.events().write(decided.get(i));
            Optional<Logged> found = same(key, bytes, i, match.events(), unexpected);
            inOrder &= found.isPresent()
                    && i < match.events().size()
                    && found.get() == match.events().get(i);
            found.ifPresentOrElse(unexpected::remove, missing(missing, decided.get(i)));
        }
        if (missing.isEmpty() && unexpected.isEmpty()) {
            order(command, match, inOrder);
            return;
        }
        while (!missing.isEmpty() && !unexpected.isEmpty()) {
            differs(command, key, missing.removeFirst(), unexpected.removeFirst());
        }
        for (Event lost : missing) {
            findings.violation(
                    7,
                    command.atMillis(),
                    lost.getHeader().getOrderId(),
                    lost.getPayload().getClass().getSimpleName() + " was decided for this command, but is not in "
                            + Topics.EVENTS.name() + " where it belongs.",
                    receipts(command, match));
        }
        unexpected.forEach(each -> extra(each, command.atMillis(), Optional.of(command.receipt())));
    }

    private static Runnable missing(List<Event> missing, Event decided) {
        return () -> missing.add(decided);
    }

    private Optional<Logged> same(String key, byte[] decided, int index, List<Logged> all, List<Logged> left) {
        if (index < all.size() && left.contains(all.get(index)) && same(key, decided, all.get(index))) {
            return Optional.of(all.get(index));
        }
        return left.stream().filter(each -> same(key, decided, each)).findFirst();
    }

    private boolean same(String key, byte[] decided, Logged logged) {
        byte[] value = logged.message().value();
        return logged.readable()
                && value != null
                && logged.message().keyText().equals(key)
                && codecs.events().same(value, logged.event(), decided);
    }

    private void order(LogRecord command, EventMatcher.Match match, boolean inOrder) {
        Logged inFront = match.inFront();
        if (inFront != null) {
            inFront.markReported();
            findings.violation(
                    7,
                    command.atMillis(),
                    match.events().getFirst().orderId(),
                    "Events are out of order: that of a later command stands in front of this command's.",
                    inFront.receipt(),
                    match.events().getFirst().receipt());
        } else if (!inOrder) {
            findings.violation(
                    7,
                    command.atMillis(),
                    match.events().getFirst().orderId(),
                    "The events of this command are in another order than decided.",
                    receipts(command, match));
        }
    }

    private static Receipt[] receipts(LogRecord command, EventMatcher.Match match) {
        List<Receipt> receipts = new ArrayList<>(List.of(command.receipt()));
        match.events().forEach(each -> receipts.add(each.receipt()));
        return receipts.toArray(Receipt[]::new);
    }

    private void differs(LogRecord command, String key, Event decided, Logged logged) {
        String difference = logged.readable() ? Differences.between(logged.event(), decided) : "it cannot be read";
        String underKey = logged.message().keyText().equals(key)
                ? ""
                : " Its key is '" + logged.message().keyText() + "'.";
        findings.violation(
                7,
                command.atMillis(),
                decided.getHeader().getOrderId(),
                decided.getPayload().getClass().getSimpleName() + " differs from the decision: " + difference + "."
                        + underKey,
                command.receipt(),
                logged.receipt());
    }

    private void extra(Logged logged, long atMillis, Optional<Receipt> command) {
        if (logged.reported()) {
            return;
        }
        logged.markReported();
        List<Receipt> receipts = new ArrayList<>();
        if (logged.readable()) {
            var receipt = logged.event().getHeader().getReceipt();
            receipts.add(new Receipt(Topics.COMMANDS.name(), receipt.getPartition(), receipt.getOffset()));
        } else {
            command.ifPresent(receipts::add);
        }
        receipts.add(logged.receipt());
        findings.violation(
                7,
                atMillis,
                logged.orderId(),
                "",
                logged.readable()
                        ? logged.name() + " stands here, but the command that it names did not lead to it."
                        : "A record stands here that is no event.",
                receipts);
    }

    /** Holds the last states against the stores' changelogs and the told statuses. */
    void end(int partition, StoreLog stores) {
        orders.forEach((key, order) -> {
            String section = key.substring(0, key.lastIndexOf('/'));
            Receipt purchase = new Receipt(
                    Topics.COMMANDS.name(), partition, order.purchase().offset());
            boolean changed = later.order(key);
            StoredOrder stored = States.toStored(order);
            stores.expectOrder(key, stored, purchase, changed);
            told.find(key)
                    .ifPresent(status -> statuses.expect(
                            key, status, purchase, order.purchase().atMillis(), changed || later.paused(section)));
        });
        states.forEach((key, state) ->
                stores.expectSection(key.toString(), States.toStored(state), later.section(key.toString())));
        stores.end(later);
    }
}
