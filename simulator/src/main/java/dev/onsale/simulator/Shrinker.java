package dev.onsale.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Cuts a failing history down to one that still fails with the same invariant and from which no single step can be left out:
 * larger and then smaller pieces are taken away, the latest first, for as long as it fails without them.
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
        List<Step> steps = List.copyOf(sale.history.subList(0, broken.steps()));
        for (int piece = Math.max(1, steps.size() / 2); ; piece = Math.max(1, piece / 2)) {
            List<Step> shorter = shrinker.withoutPieces(shrinker.waitedAtOnce(steps), piece);
            if (piece == 1 && shorter.size() == steps.size()) {
                return steps;
            }
            steps = shorter;
        }
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
