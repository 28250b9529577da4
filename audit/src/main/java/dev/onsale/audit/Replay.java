package dev.onsale.audit;

import dev.onsale.inventory.wire.Intake;
import dev.onsale.inventory.wire.LiveSection;
import dev.onsale.inventory.wire.States;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.SectionKey;
import dev.onsale.wire.Command;
import dev.onsale.wire.Event;
import dev.onsale.wire.PaymentRequest;
import java.util.HashSet;
import java.util.List;
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
    private final RowFile rows;
    private final Later later;
    private final EventCheck events;
    private final FactCheck facts;
    private final Dossiers dossiers;
    private final Sections sections;
    private final Set<SectionKey> undecidable = new HashSet<>();

    /** @param rows get what must stand in other topics, and what {@link FactCheck} makes of each order */
    Replay(AuditOptions options, Codecs codecs, Findings findings, RowFile rows, Store store, Room room) {
        this.options = options;
        this.codecs = codecs;
        this.findings = findings;
        this.rows = rows;
        this.later = new Later(rows);
        this.events = new EventCheck(findings, codecs.events());
        this.dossiers = new Dossiers(store, codecs, room.orders());
        this.sections = new Sections(store, dossiers, room.buyers());
        this.facts = new FactCheck(
                findings, dossiers, sections, new Seats(findings, store, room.rows()), options.expiryTolerance());
    }

    /**
     * Takes the whole partition.
     *
     * @param intake reads commands of this cluster
     * @param commandsEnd the offset after the last command that is audited
     * @param commandsNow the offset after the last command that there is by now
     */
    void run(Intake intake, LogCursor commands, LogCursor logged, long commandsEnd, LongSupplier commandsNow) {
        var matcher = new EventMatcher(() -> nextEvent(logged));
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
                later.note(rest.event(), rest.message());
            } else {
                events.extra(rest, rest.message().atMillis(), Optional.empty());
            }
        }
    }

    private boolean concerns(LogRecord message) {
        return options.eventId().isEmpty() || message.keyText().startsWith(options.eventId() + "/");
    }

    private @Nullable Logged nextEvent(LogCursor cursor) {
        LogRecord message = cursor.next();
        while (message != null && !concerns(message)) {
            message = cursor.next();
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
                events.compare(message, "", List.of(), match);
            }
            case Intake.Decidable(SectionKey key, Command command) -> {
                LiveSection.Outcome outcome = decide(key, command, message);
                List<Event> decided = outcome == null ? List.of() : outcome.events();
                EventMatcher.Match match = matcher.match(message.offset(), decided.size());
                findings.command(message.atMillis(), match.events().size());
                findings.story().command(key, command, message);
                if (outcome != null) {
                    events.compare(message, key.toString(), decided, match);
                    outcome.payments().forEach(request -> requested(request, message));
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
        try {
            LiveSection.Outcome outcome =
                    sections.live(key).decide(command, message.partition(), message.offset(), message.atMillis());
            outcome.orders().forEach(order -> dossiers.change(key + "/" + order.orderId(), each -> each.decide(order)));
            outcome.statuses()
                    .forEach(status -> dossiers.change(key + "/" + status.getOrderId(), each -> each.tell(status)));
            outcome.section().ifPresent(state -> sections.decided(key, state));
            return outcome;
        } catch (OperatorError e) {
            throw e; // It is not the section's fault.
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

    private void requested(PaymentRequest request, LogRecord command) {
        rows.add(
                request.getOrderId(),
                new Row(
                        Row.Kind.REQUEST,
                        PaymentLog.key(request),
                        command.partition(),
                        command.offset(),
                        command.atMillis(),
                        codecs.payments().write(request)));
    }

    /** Holds the last states of sections against their store, and hands on what was decided of each order. */
    void end(int partition, StoreLog stores) {
        dossiers.forEach((key, dossier) -> {
            decided(partition, key, dossier, stores.newestMillis());
            dossier.facts().ifPresent(known -> known(partition, key, known));
        });
        sections.forEachState((key, state) ->
                stores.expectSection(key.toString(), States.toStored(state), later.section(key.toString())));
        stores.end(later);
    }

    private void known(int partition, String key, OrderFacts known) {
        facts.end(partition, key, known, rows);
        if (!options.ledgers().isEmpty()) {
            String orderId = Row.orderId(key);
            byte[] sums = known.sums().toBytes();
            rows.add(orderId, new Row(Row.Kind.SUMS, orderId, partition, known.lastCommand, known.lastMillis, sums));
        }
    }

    private void decided(int partition, String key, Dossier dossier, long newestMillis) {
        String orderId = Row.orderId(key);
        long purchase = dossier.purchaseOffset();
        if (dossier.stored().length > 0) {
            rows.add(orderId, new Row(Row.Kind.ORDER, key, partition, purchase, newestMillis, dossier.stored()));
        }
        if (dossier.status().length > 0) {
            if (later.paused(key.substring(0, key.lastIndexOf('/')))) {
                rows.add(orderId, new Row(Row.Kind.LATER_MOVED, key, partition, 0, 0, Row.NOTHING));
            }
            long atMillis = dossier.purchaseMillis();
            rows.add(orderId, new Row(Row.Kind.STATUS, key, partition, purchase, atMillis, dossier.status()));
        }
    }
}
