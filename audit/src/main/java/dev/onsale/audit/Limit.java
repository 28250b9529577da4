package dev.onsale.audit;

import dev.onsale.runtime.OperatorError;

/**
 * The most bytes that several cursors may read together, passed by one fetch at most: near the limit, who could pass it
 * beside another waits for that other's fetch to end. Safe for use by several threads.
 *
 * <p>When reading stops, brokers may be sending what was asked for ahead. Nobody takes it, so it ends in the buffers of the
 * connections, which are small beside a fetch.
 */
final class Limit {

    private final LogSource source;
    private final long maxBytes;
    private int fetching;
    private boolean stopped;

    /** @param maxBytes {@link Long#MAX_VALUE}: no limit */
    Limit(LogSource source, long maxBytes) {
        this.source = source;
        this.maxBytes = maxBytes;
    }

    /**
     * Begins a fetch, which must be {@link #end ended}.
     *
     * @return false, and no fetch is begun: nothing more may be read
     */
    synchronized boolean begin() {
        while (fetching > 0 && maxBytes - source.bytesRead() <= (long) fetching * KafkaCursor.FETCH_BYTES) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new OperatorError("The audit was interrupted.", e);
            }
        }
        if (stopped || source.bytesRead() >= maxBytes) {
            return false;
        }
        fetching++;
        return true;
    }

    /** From now on, no fetch begins. */
    synchronized void stop() {
        stopped = true;
    }

    synchronized void end() {
        fetching--;
        notifyAll();
    }
}
