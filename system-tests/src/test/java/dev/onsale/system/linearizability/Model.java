package dev.onsale.system.linearizability;

import java.util.Optional;

/**
 * What an object may do when operations come one at a time.
 *
 * @param <S> its state, compared by {@code equals}
 * @param <O> an operation together with what was answered
 */
interface Model<S, O> {

    S initial();

    /** The state after an operation with this answer; empty when the object could not have given it in this state. */
    Optional<S> after(S state, O operation);
}
