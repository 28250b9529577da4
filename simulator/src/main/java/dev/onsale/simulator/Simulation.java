package dev.onsale.simulator;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Sale after sale under one seed, until enough commands were decided or an invariant broke. The same seed gives the same run
 * wherever it runs; the n-th sale of seed S, counted from 0, is the first one of seed S + n.
 */
public final class Simulation {

    /**
     * What a run has shown.
     *
     * @param sales number of sales
     * @param commands number of commands that were decided and committed
     * @param steps number of steps that were drawn
     * @param fingerprint equal for runs that led to the same events
     */
    public record Result(
            long seed,
            long sales,
            long commands,
            long steps,
            Tally tally,
            String fingerprint,
            Optional<Failure> failure) {}

    /**
     * An invariant that broke.
     *
     * @param seed seed of the sale in which it broke: that sale is the first one of this seed
     * @param step after how many steps
     * @param explanation what broke, in the shortened history
     * @param history the shortened history, a step a line
     */
    public record Failure(long seed, int step, Invariant invariant, String explanation, List<String> history) {}

    /** Nobody follows a longer story. */
    private static final int TELLABLE = 30;

    private static final int MORE_SALES = 100;

    private Simulation() {}

    /**
     * Runs on the calling thread.
     *
     * @param commands how many commands are decided at least
     * @param mutant a fault to be built in, if any
     * @param progress told after each sale how many commands were decided in it
     */
    public static Result run(long seed, long commands, Optional<Mutant> mutant, LongConsumer progress) {
        Set<Mutant> mutants = mutant.map(Set::of).orElse(Set.of());
        var tally = new Tally();
        long sales = 0;
        long decided = 0;
        long steps = 0;
        long fingerprint = 0;
        Optional<Failure> failure = Optional.empty();
        while (decided < commands && failure.isEmpty()) {
            long saleSeed = seed + sales;
            Sale sale = Sale.drawn(saleSeed, mutants);
            sales++;
            decided += sale.world.books.commands();
            steps += sale.history.size();
            fingerprint = 31 * fingerprint + sale.world.books.fingerprint();
            tally.add(sale.world.tally);
            progress.accept(sale.world.books.commands());
            failure = sale.broken().map(broken -> toldShortly(failure(saleSeed, sale, broken), saleSeed + 1, mutants));
        }
        return new Result(seed, sales, decided, steps, tally, "%016x".formatted(fingerprint), failure);
    }

    /** Looks into more sales for a failure that can be told in fewer steps. */
    private static Failure toldShortly(Failure first, long nextSeed, Set<Mutant> mutants) {
        Failure shortest = first;
        for (long seed = nextSeed; shortest.history.size() > TELLABLE && seed < nextSeed + MORE_SALES; seed++) {
            Sale sale = Sale.drawn(seed, mutants);
            if (sale.broken().isPresent()) {
                Failure other = failure(seed, sale, sale.broken().get());
                shortest = other.history.size() < shortest.history.size() ? other : shortest;
            }
        }
        return shortest;
    }

    private static Failure failure(long seed, Sale sale, Sale.Broken broken) {
        List<Step> shrunk = Shrinker.shrink(sale, broken);
        Violation violation = sale.replayed(shrunk).orElse(broken).violation();
        return new Failure(
                seed,
                broken.steps(),
                violation.invariant(),
                String.valueOf(violation.getMessage()),
                shrunk.stream().map(Narrator::tell).toList());
    }
}
