package dev.onsale.simulator.violation;

/** A fixture: in the simulator time passes by steps. */
public final class ModelReadsTheClock {

    private ModelReadsTheClock() {}

    public static long now() {
        return System.nanoTime();
    }
}
