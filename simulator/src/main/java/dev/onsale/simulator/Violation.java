package dev.onsale.simulator;

import java.io.Serial;
import java.util.function.Supplier;

/** An invariant of the design does not hold. */
final class Violation extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final Invariant invariant;

    Violation(Invariant invariant, String explanation) {
        super(explanation);
        this.invariant = invariant;
    }

    Violation(Invariant invariant, String explanation, Throwable cause) {
        super(explanation, cause);
        this.invariant = invariant;
    }

    Invariant invariant() {
        return invariant;
    }

    static void unless(boolean holds, Invariant invariant, Supplier<String> explanation) {
        if (!holds) {
            throw new Violation(invariant, explanation.get());
        }
    }
}
