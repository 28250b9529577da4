package dev.onsale.cli.fallback;

import java.util.concurrent.Callable;

/** Work that may be interrupted, which ends a command. */
final class Waiting {

    /** Work that waits. */
    @FunctionalInterface
    interface Work<T> extends Callable<T> {
        @Override
        T call() throws InterruptedException;
    }

    private Waiting() {}

    static <T> T on(Work<T> work) {
        try {
            return work.call();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
