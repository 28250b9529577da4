package dev.onsale.simulator;

import dev.onsale.domain.Command;

/**
 * One thing that happens in the world. Steps are all that is random: a history of them always leads to the same end. A step
 * names what it is about, so that it keeps its meaning when others are left out, and does nothing where it is impossible.
 */
sealed interface Step {

    /** Which instance of a partition's decider: the one in charge, or one that was replaced and does not know it. */
    enum Role {
        LEADER,
        ZOMBIE
    }

    /** What a call to the gateway meets. */
    enum Behaviour {
        /** It is done, and the caller hears so. */
        DONE,
        /** It is refused for good, and the caller hears so. */
        DECLINED,
        /** It is done, and the caller hears nothing. */
        DONE_UNHEARD,
        /** It is refused for good, and the caller hears nothing. */
        DECLINED_UNHEARD,
        /** Nothing is done, and the caller does not know that. */
        FAILED,
        /** It is done some time later, when the caller has given up. */
        HANGS
    }

    /** A command arrives at a partition of the log, the right one for its section or not. */
    record Send(int partition, String section, Command command, String variant) implements Step {}

    /** An instance takes the next command it can see into its transaction. */
    record Decide(int partition, Role role) implements Step {}

    /** An instance tries to commit. */
    record Commit(int partition, Role role) implements Step {}

    /** The leader's clock, wrong by some milliseconds, looks for holds that have ended. */
    record Notice(int partition, long skewMillis) implements Step {}

    /** The leader dies with its transaction and is started again. */
    record Restart(int partition) implements Step {}

    /** The leader is taken for dead and replaced, and lives on as a zombie. */
    record Replace(int partition) implements Step {}

    /** An idle worker is handed a payment request that nobody has acknowledged, perhaps one that another works on. */
    record Take(int worker, PaymentKey request) implements Step {}

    /** A worker calls the gateway. */
    record Call(int worker, Behaviour behaviour) implements Step {}

    /** The gateway comes to a call that had hung. */
    record CatchUp(PaymentKey request, boolean declines) implements Step {}

    /** A worker that has a definite answer writes it to the command log; perhaps not for the first time. */
    record Report(int worker) implements Step {}

    /** A worker that has reported acknowledges the request. */
    record Acknowledge(int worker) implements Step {}

    /** A worker dies and forgets all it knew. */
    record Kill(int worker) implements Step {}

    /** Time passes. */
    record Pass(long millis) implements Step {}

    /** The broker's clock is set to be wrong by this much. */
    record Shift(long millis) implements Step {}
}
