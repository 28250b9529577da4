package dev.onsale.simulator;

import static dev.onsale.simulator.Violation.unless;

import dev.onsale.domain.Command;
import dev.onsale.domain.Decider.Recorded;
import dev.onsale.domain.Orders;
import dev.onsale.domain.Section;
import dev.onsale.domain.Stamp;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * The books of the whole sale: that every command of every partition was decided once, in order; that a decider which never
 * crashed would have decided the same; and what each section's events say.
 */
final class Books {

    private record Place(int partition, String section) {}

    private final Tally tally;
    private final List<Partition> partitions;
    private final Rules rules;
    private final long[] positions;
    private final Map<String, SectionBooks> sections = new LinkedHashMap<>();
    /** Sections that are decided again, one that never restarts for each place where one is decided. */
    private final Map<Place, Section> again = new HashMap<>();

    private long commands;
    private long fingerprint;

    Books(List<Partition> partitions, Set<Mutant> mutants, Tally tally) {
        this.partitions = partitions;
        this.rules = MutantRules.of(mutants);
        this.tally = tally;
        this.positions = new long[partitions.size()];
    }

    /** Enters a decision that was committed. */
    void enter(Instance.Decided decided) {
        int partition = decided.stamp().partition();
        CommandLog.Entry entry = decided.entry();
        OptionalLong next = partitions.get(partition).log.nextCommitted(positions[partition]);
        unless(
                entry.isCommitted() && next.isPresent() && next.getAsLong() == decided.offset(),
                Invariant.ONE_OUTCOME,
                () -> "partition " + partition + " decided command " + decided.offset() + ", the next one is "
                        + (next.isPresent() ? next.getAsLong() : "none"));
        positions[partition] = decided.offset() + 1;
        commands++;
        if (decided.deadLetter()) {
            return;
        }
        SectionBooks books = section(entry.section);
        boolean repeated = entry.command instanceof Command.Purchase purchase && books.isAnswered(purchase.orderId());
        for (Recorded recorded : decided.recorded()) {
            books.enter(recorded, entry.atMillis);
        }
        books.requireNoHoldPastItsEnd(entry.atMillis);
        if (entry.command instanceof Command.Purchase purchase) {
            tally.count(repeated ? Tally.Sight.REPEATED_REQUESTS : Tally.Sight.PURCHASES);
            unless(
                    books.isAnswered(purchase.orderId()),
                    Invariant.ONE_OUTCOME,
                    () -> purchase.orderId() + " has no answer");
        }
        requireSameAgain(decided);
        fingerprint = 31 * fingerprint + decided.recorded().toString().hashCode();
    }

    private void requireSameAgain(Instance.Decided decided) {
        CommandLog.Entry entry = decided.entry();
        var place = new Place(decided.stamp().partition(), entry.section);
        Section section = again.computeIfAbsent(place, absent -> Section.unknown(Orders.inMemory()));
        // The record's own time, whatever the decider went by.
        var stamp = new Stamp(decided.stamp().partition(), decided.offset(), entry.atMillis, entry.variant);
        List<Recorded> recorded;
        try {
            recorded = rules.handle(section, entry.command, stamp);
        } catch (RuntimeException e) {
            throw new Violation(Invariant.REPLAY, "command " + decided.offset() + " cannot be decided again: " + e, e);
        }
        unless(
                recorded.equals(decided.recorded()),
                Invariant.REPLAY,
                () -> "command " + decided.offset() + " led to " + decided.recorded() + ", decided again to "
                        + recorded);
    }

    private SectionBooks section(String id) {
        return sections.computeIfAbsent(id, absent -> new SectionBooks(tally));
    }

    /** Whether an order has its tickets by what is committed. */
    boolean hasTickets(String section, String orderId) {
        return section(section).hasTickets(orderId);
    }

    /** When the next hold of any section ends, among those whose clocks run. */
    OptionalLong nextEndMillis() {
        return sections.values().stream()
                .map(SectionBooks::nextEndMillis)
                .flatMapToLong(OptionalLong::stream)
                .min();
    }

    /** To be called when everything has settled. */
    void requireSettled(Gateway gateway) {
        for (int i = 0; i < positions.length; i++) {
            OptionalLong undecided = partitions.get(i).log.nextCommitted(positions[i]);
            unless(
                    undecided.isEmpty(),
                    Invariant.ONE_OUTCOME,
                    () -> "command " + undecided.getAsLong() + " was never decided");
        }
        unless(nextEndMillis().isEmpty(), Invariant.SETTLEMENT, () -> "a hold is left");
        sections.forEach((id, books) -> books.requireMoneyIsRight(gateway, id));
    }

    /** Number of commands that were decided and committed. */
    long commands() {
        return commands;
    }

    /** Equal for equal runs. */
    long fingerprint() {
        return LongStream.of(positions).reduce(fingerprint, (sum, position) -> 31 * sum + position);
    }
}
