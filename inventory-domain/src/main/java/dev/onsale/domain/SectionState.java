package dev.onsale.domain;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What must be kept of a section besides its orders.
 *
 * @param definition what is on sale; empty: nothing yet
 * @param pausedMillis for how long clocks of holds stood still before they stopped last; see {@link #pausedBy}
 * @param pausedAtMillis since when clocks of holds stand still, epoch milliseconds; empty: they run
 * @param fallback the latest time that the section was decided elsewhere
 * @param version version of the section after the latest change of this state
 */
public record SectionState(
        Optional<SectionDefinition> definition,
        SalesState sales,
        PaymentsState payments,
        long pausedMillis,
        OptionalLong pausedAtMillis,
        Fallback fallback,
        long version) {

    /**
     * A time in which a section is decided elsewhere.
     *
     * @param epoch its number, rising; 0: there was none yet
     * @param active whether it lasts
     * @param base version of the section when it was entered
     */
    public record Fallback(long epoch, boolean active, long base) {
        public static final Fallback NONE = new Fallback(0, false, 0);
    }

    static final SectionState UNKNOWN = new SectionState(
            Optional.empty(), SalesState.OPEN, PaymentsState.RUNNING, 0, OptionalLong.empty(), Fallback.NONE, 0);

    SectionState opened(SectionDefinition newDefinition, long newVersion) {
        return new SectionState(
                Optional.of(newDefinition), sales, payments, pausedMillis, pausedAtMillis, fallback, newVersion);
    }

    SectionState changed(SalesState newSales, long atMillis, long newVersion) {
        return changed(newSales, payments, atMillis, newVersion);
    }

    SectionState changed(PaymentsState newPayments, long atMillis, long newVersion) {
        return changed(sales, newPayments, atMillis, newVersion);
    }

    private SectionState changed(SalesState newSales, PaymentsState newPayments, long atMillis, long newVersion) {
        boolean stands = newSales == SalesState.PAUSED || newPayments == PaymentsState.STOPPED;
        OptionalLong since = stands ? OptionalLong.of(atMillis) : OptionalLong.empty();
        return new SectionState(definition, newSales, newPayments, pausedBy(atMillis), since, fallback, newVersion);
    }

    SectionState entered(long epoch, long newVersion) {
        return changed(new Fallback(epoch, true, newVersion), newVersion);
    }

    SectionState left(long newVersion) {
        return changed(new Fallback(fallback.epoch(), false, fallback.base()), newVersion);
    }

    private SectionState changed(Fallback newFallback, long newVersion) {
        return new SectionState(definition, sales, payments, pausedMillis, pausedAtMillis, newFallback, newVersion);
    }

    /**
     * The section's clock at a time: it stands still while sales are paused or payments stopped. Deadlines of holds are kept
     * on it, so that a pause changes no order.
     */
    public long clock(long atMillis) {
        return atMillis - pausedBy(atMillis);
    }

    /** When a hold with a deadline on the section's clock ends, epoch milliseconds, if clocks run from now on. */
    public long holdEndsAt(long deadlineMillis) {
        return deadlineMillis + pausedMillis;
    }

    /**
     * For how long clocks of holds have stood still by a time. Less than nothing when the broker's clock has gone back since
     * they stopped: they stand where they stood, whatever that clock does.
     */
    long pausedBy(long atMillis) {
        return pausedMillis + (pausedAtMillis.isPresent() ? atMillis - pausedAtMillis.getAsLong() : 0);
    }
}
