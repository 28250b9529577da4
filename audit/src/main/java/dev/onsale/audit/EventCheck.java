package dev.onsale.audit;

import dev.onsale.audit.AuditReport.Receipt;
import dev.onsale.schemas.Topics;
import dev.onsale.wire.Event;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** {@code onsale.events} against what was decided, byte for byte and in order. */
final class EventCheck {

    private final Findings findings;
    private final Codec<Event> codec;

    EventCheck(Findings findings, Codec<Event> codec) {
        this.findings = findings;
        this.codec = codec;
    }

    /**
     * Holds the events of a command against what was decided.
     *
     * @param key that the events must have
     */
    void compare(LogRecord command, String key, List<Event> decided, EventMatcher.Match match) {
        match.stray().forEach(stray -> extra(stray, command.atMillis(), Optional.of(command.receipt())));
        List<byte[]> expected = decided.stream().map(codec::write).toList();
        byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
        if (inStep(keyBytes, expected, match.events())) {
            order(command, match, true);
            return;
        }
        List<Event> missing = new ArrayList<>();
        List<Logged> unexpected = new ArrayList<>(match.events());
        boolean inOrder = true;
        for (int i = 0; i < decided.size(); i++) {
            Optional<Logged> found = same(keyBytes, expected.get(i), i, match.events(), unexpected);
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

    /** As it mostly is. */
    private boolean inStep(byte[] key, List<byte[]> expected, List<Logged> events) {
        if (expected.size() != events.size()) {
            return false;
        }
        for (int i = 0; i < expected.size(); i++) {
            if (!same(key, expected.get(i), events.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static Runnable missing(List<Event> missing, Event decided) {
        return () -> missing.add(decided);
    }

    private Optional<Logged> same(byte[] key, byte[] decided, int index, List<Logged> all, List<Logged> left) {
        if (index < all.size() && left.contains(all.get(index)) && same(key, decided, all.get(index))) {
            return Optional.of(all.get(index));
        }
        return left.stream().filter(each -> same(key, decided, each)).findFirst();
    }

    private boolean same(byte[] key, byte[] decided, Logged logged) {
        byte[] value = logged.message().value();
        return logged.readable()
                && value != null
                && Arrays.equals(logged.message().key(), key)
                && codec.same(value, logged.event(), decided);
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

    /**
     * Reports an event, once, that stands where it does not belong.
     *
     * @param command by which it stands; empty: none
     */
    void extra(Logged logged, long atMillis, Optional<Receipt> command) {
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
}
