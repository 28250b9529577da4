package dev.onsale.audit;

import java.util.List;

/**
 * A section as another build sees it. Commands, stamps and events are records of the caller's build; answers are of the other
 * one's, which may differ in anything, so they are compared by name.
 */
public interface OtherSection {

    /**
     * What the other build would have answered to a command, in the state that what is recorded has led to; then follows what
     * was recorded. So differences do not add up: each is one that the command itself makes.
     *
     * @param recorded the events that the command led to
     * @throws IllegalStateException when what is recorded is impossible to the other build
     */
    List<Record> answer(Record command, Record stamp, List<? extends Record> recorded);
}
