package dev.onsale.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** One simulated sale, drawn from a seed: what happened in it, and how it ended. */
final class Sale {

    /**
     * An invariant that broke.
     *
     * @param steps what had happened by then; all of it when it broke while things settled
     */
    record Broken(Violation violation, int steps) {}

    final Layout layout;
    final World world;
    final List<Step> history = new ArrayList<>();
    private final Set<Mutant> mutants;
    private Optional<Broken> broken = Optional.empty();

    private Sale(Layout layout, Set<Mutant> mutants) {
        this.layout = layout;
        this.mutants = mutants;
        this.world = new World(layout, mutants);
    }

    static Sale drawn(long seed, Set<Mutant> mutants) {
        Random random = new Random(mixed(seed));
        var sale = new Sale(Layout.drawn(random), mutants);
        sale.run(new Scheduler(sale.world, random));
        return sale;
    }

    /** Neighbouring seeds begin alike in {@link Random}; mixed by the finalizer of MurmurHash3 they do not. */
    private static long mixed(long seed) {
        long z = seed;
        z = (z ^ (z >>> 33)) * 0xff51afd7ed558ccdL;
        z = (z ^ (z >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return z ^ (z >>> 33);
    }

    private void run(Scheduler scheduler) {
        // Steps beyond this are idle: with all sections closed nobody has anything to decide.
        int limit = 40 * layout.commands();
        try {
            while (world.books.commands() < layout.commands() && history.size() < limit) {
                Step step = scheduler.next();
                history.add(step);
                world.apply(step);
            }
            world.settle();
        } catch (RuntimeException e) {
            broken = Optional.of(new Broken(violation(e), history.size()));
        }
    }

    Optional<Broken> broken() {
        return broken;
    }

    /** What breaks when other steps are taken in the same sale. */
    Optional<Broken> replayed(List<Step> steps) {
        var again = new World(layout, mutants);
        int taken = 0;
        try {
            for (Step step : steps) {
                taken++;
                again.apply(step);
            }
            again.settle();
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of(new Broken(violation(e), taken));
        }
    }

    private static Violation violation(RuntimeException e) {
        return e instanceof Violation violation
                ? violation
                : new Violation(Invariant.LIVENESS, "the world stops: " + e, e);
    }
}
