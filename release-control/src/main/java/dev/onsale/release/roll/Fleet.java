package dev.onsale.release.roll;

import dev.onsale.release.roll.RollPlan.Instance;

/** The running instances, as far as rolling touches them. */
public interface Fleet {

    /** What an instance shows now. Does not throw: an instance that does not answer is not ready. */
    Look look(Instance instance);

    /**
     * Replaces the process of an instance by one of another build.
     *
     * @return what went wrong; empty: the command succeeded
     */
    String restart(Instance instance, String build) throws InterruptedException;
}
