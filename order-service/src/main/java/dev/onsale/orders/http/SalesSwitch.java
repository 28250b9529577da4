package dev.onsale.orders.http;

import dev.onsale.orders.log.LogUnavailableException;
import dev.onsale.orders.view.Section;
import dev.onsale.orders.view.ViewUnavailableException;
import dev.onsale.release.flags.FlagChange;
import dev.onsale.release.flags.KillSwitches;
import dev.onsale.release.flags.KnownFlag;
import dev.onsale.schemas.SectionKey;
import dev.onsale.wire.SalesState;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the switch {@code sales} authoritative: the edge refuses at once, and the command that this writes holds for the
 * purchases that were queued before. Only the instance that made the change does it.
 *
 * <p>Sections that an organizer paused or closed stay as they are, at the kill and at the restoration.
 *
 * <p>While {@code payments} is off, holds go on to run out: the decider knows no command that stops only their clocks. When
 * it does, the place to write it is here.
 */
final class SalesSwitch {

    private static final Logger log = LoggerFactory.getLogger(SalesSwitch.class);

    private final SalesControl sales;
    private final KillSwitches switches;

    SalesSwitch(SalesControl sales, KillSwitches switches) {
        this.sales = sales;
        this.switches = switches;
    }

    /** Follows a change that is in the log of releases. */
    void follow(FlagChange change) {
        boolean concernsAll = change.flag().equals(KnownFlag.SALES.flag());
        String eventId = KnownFlag.eventOf(change.flag()).orElse("");
        if (!concernsAll && eventId.isEmpty()) {
            return;
        }
        try {
            List<Section> concerned =
                    sales.present(section -> concernsAll || section.eventId().equals(eventId));
            String note = Section.SWITCH_NOTE + change.flag() + ", " + change.who() + ": " + change.why();
            List<SectionKey> paused = sales.set(
                    concerned.stream()
                            .filter(section -> killed(section) && isOpen(section))
                            .toList(),
                    SalesState.PAUSED,
                    note);
            List<SectionKey> opened = sales.set(
                    concerned.stream()
                            .filter(section -> !killed(section) && section.pausedBySwitch())
                            .toList(),
                    SalesState.OPEN,
                    note);
            log.info(
                    "{} sections are paused and {} opened, after a change of {}",
                    paused.size(),
                    opened.size(),
                    change.flag());
        } catch (LogUnavailableException | ViewUnavailableException e) {
            log.error(
                    "The sections of {} could not be told in the log: purchases that are queued are still decided. Make the"
                            + " same change again: {}",
                    change.flag(),
                    e.toString());
        }
    }

    private boolean killed(Section section) {
        return switches.salesKilled(section.eventId()).isPresent();
    }

    private static boolean isOpen(Section section) {
        return section.sales().equals(SalesState.OPEN.name());
    }
}
