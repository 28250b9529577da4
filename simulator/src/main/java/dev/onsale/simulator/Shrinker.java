package dev.onsale.simulator;

import dev.onsale.domain.Command;
import dev.onsale.domain.SectionDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Cuts a failing history down to one that still fails with the same invariant and from which no single step can be left out:
 * larger and then smaller pieces are taken away, the latest first, for as long as it fails without them, and what is left is
 * told in fewer steps.
 */
final class Shrinker {

    private final Invariant invariant;
    private final Function<List<Step>, Optional<Sale.Broken>> replay;

    private Shrinker(Invariant invariant, Function<List<Step>, Optional<Sale.Broken>> replay) {
        this.invariant = invariant;
        this.replay = replay;
    }

    /** @param broken how the sale failed, with its whole history */
    static List<Step> shrink(Sale sale, Sale.Broken broken) {
        var shrinker = new Shrinker(broken.violation().invariant(), sale::replayed);
        List<Step> steps = sale.history.subList(0, broken.steps());
        while (true) {
            List<Step> shorter = shrinker.simplified(steps);
            if (shorter.equals(steps)) {
                return List.copyOf(steps);
            }
            steps = shorter;
        }
    }

    private List<Step> simplified(List<Step> steps) {
        return inSmallerSections(withoutDecided(withoutAny(waitedAtOnce(steps))));
    }

    private List<Step> withoutAny(List<Step> steps) {
        List<Step> left = steps;
        for (int piece = Math.max(1, steps.size() / 2); piece > 0; piece /= 2) {
            left = withoutPieces(left, piece);
        }
        return left;
    }

    /** Without a command and without a step that decides one: where it counts how many were decided, one goes with the other. */
    private List<Step> withoutDecided(List<Step> steps) {
        List<Step> left = steps;
        for (int i = steps.size() - 1; i >= 0; i--) {
            if (i < left.size() && left.get(i) instanceof Step.Send sent) {
                OptionalInt decision = decisionAfter(left, i, sent.partition());
                if (decision.isPresent()) {
                    List<Step> without = new ArrayList<>(left);
                    without.remove(decision.getAsInt());
                    without.remove(i);
                    Optional<Sale.Broken> broken = fails(without);
                    left = broken.isPresent() ? without.subList(0, broken.get().steps()) : left;
                }
            }
        }
        return left;
    }

    private static OptionalInt decisionAfter(List<Step> steps, int sent, int partition) {
        return IntStream.range(sent + 1, steps.size())
                .filter(i -> steps.get(i) instanceof Step.Decide decide && decide.partition() == partition)
                .findFirst();
    }

    /** The same in smaller sections: what takes a sold-out one is told sooner there. */
    private List<Step> inSmallerSections(List<Step> steps) {
        List<Step> left = new ArrayList<>(steps);
        for (int i = 0; i < left.size(); i++) {
            while (left.get(i) instanceof Step.Send(int partition, String section, Command command, String variant)
                    && command instanceof Command.OpenSection(SectionDefinition definition)
                    && definition.capacity() > 1) {
                Step before = left.get(i);
                left.set(i, new Step.Send(partition, section, new Command.OpenSection(halved(definition)), variant));
                if (fails(left).isEmpty()) {
                    left.set(i, before);
                    break;
                }
            }
        }
        return left;
    }

    private static SectionDefinition halved(SectionDefinition before) {
        boolean rows = before.rows() > 1;
        return new SectionDefinition(
                before.eventName(),
                before.currency(),
                rows ? before.rows() / 2 : before.rows(),
                rows ? before.seatsPerRow() : before.seatsPerRow() / 2,
                before.generalAdmission() / 2,
                before.price(),
                before.holdSeconds(),
                before.maxPerBuyer(),
                before.salesOpenMillis(),
                before.salesCloseMillis());
    }

    /** Times that pass one after the other pass as one, if it fails then, too. */
    private List<Step> waitedAtOnce(List<Step> steps) {
        List<Step> merged = new ArrayList<>();
        for (Step step : steps) {
            if (step instanceof Step.Pass(long more)
                    && !merged.isEmpty()
                    && merged.getLast() instanceof Step.Pass(long m)) {
                merged.set(merged.size() - 1, new Step.Pass(m + more));
            } else {
                merged.add(step);
            }
        }
        return fails(merged).map(broken -> merged.subList(0, broken.steps())).orElse(steps);
    }

    private Optional<Sale.Broken> fails(List<Step> steps) {
        return replay.apply(steps).filter(broken -> broken.violation().invariant() == invariant);
    }

    private List<Step> withoutPieces(List<Step> steps, int piece) {
        List<Step> left = steps;
        for (int end = left.size(); end > 0; end = Math.min(end - piece, left.size())) {
            List<Step> without = new ArrayList<>(left.subList(0, Math.max(0, end - piece)));
            without.addAll(left.subList(end, left.size()));
            Optional<Sale.Broken> broken = fails(without);
            if (broken.isPresent()) {
                left = List.copyOf(without.subList(0, broken.get().steps()));
            }
        }
        return left;
    }
}
