package dev.onsale.release.canary;

import java.util.List;

/**
 * What became of buyers' requests on one code path, joined from the log. The same records, commands before the events that they
 * led to, give the same observations.
 *
 * <p>Times are the broker's, at which it appended a record, in epoch milliseconds.
 */
interface Outcomes extends SaleLog.Reader {

    /**
     * What is still open after too long, as failed: a variant that swallows requests must not look like one that gets none. What
     * is answered later is observed then.
     *
     * @param nowMillis the time by which a request has waited for too long
     */
    List<Observation> unanswered(long nowMillis);
}
