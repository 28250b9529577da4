package dev.onsale.payments;

import java.time.Duration;

/** Holds all payments back while somebody has halted them. */
interface Halt {

    /** Waits until payments are not halted; returns at once when they are not. */
    void awaitEnd() throws InterruptedException;

    /** As {@link #awaitEnd}, but not for longer than this. @return false when they are still halted */
    boolean endsWithin(Duration timeout) throws InterruptedException;
}
