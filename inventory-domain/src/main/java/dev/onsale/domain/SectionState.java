package dev.onsale.domain;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What must be kept of a section besides its orders.
 *
 * @param definition what is on sale; empty: nothing yet
 * @param pausedMillis for how long clocks of holds stood still before the present pause
 * @param pausedAtMillis since when sales are paused, epoch milliseconds; empty: they are not
 * @param version version of the section after the latest change of this state
 */
public record SectionState(
        Optional<SectionDefinition> definition,
        SalesState sales,
        long pausedMillis,
        OptionalLong pausedAtMillis,
        long version) {

    static final SectionState UNKNOWN = new SectionState(Optional.empty(), SalesState.OPEN, 0, OptionalLong.empty(), 0);

    SectionState opened(SectionDefinition newDefinition, long newVersion) {
        return new SectionState(Optional.of(newDefinition), sales, pausedMillis, pausedAtMillis, newVersion);
    }

    SectionState changed(Event.SalesStateChanged event, long atMillis, long newVersion) {
        OptionalLong paused = event.state() == SalesState.PAUSED ? OptionalLong.of(atMillis) : OptionalLong.empty();
        return new SectionState(definition, event.state(), event.pausedMillis(), paused, newVersion);
    }

    /** For how long clocks of holds have stood still by a time. */
    long pausedBy(long atMillis) {
        return pausedMillis + (pausedAtMillis.isPresent() ? Math.max(0, atMillis - pausedAtMillis.getAsLong()) : 0);
    }
}
