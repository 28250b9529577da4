package dev.onsale.release.canary;

import dev.onsale.wire.Command;
import dev.onsale.wire.Event;

/**
 * What became of buyers' requests on one code path, joined from the log. The same records, commands before the events that they
 * led to, give the same observations.
 *
 * <p>Times are the broker's, at which it appended a record, in epoch milliseconds.
 */
interface Outcomes {

    /** Takes up a command; repeated ones and those of no buyer are passed over. */
    void command(int partition, long offset, long atMillis, Command command);

    /** Takes up an event. */
    void event(long atMillis, Event event);

    /**
     * Observes what is still open as failed, for a variant that swallows requests must not look like one that gets none. What
     * is answered later is observed again.
     *
     * @param nowMillis the time by which a request has waited for too long
     */
    void unanswered(long nowMillis);
}
