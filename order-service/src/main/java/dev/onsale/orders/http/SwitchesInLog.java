package dev.onsale.orders.http;

import dev.onsale.orders.log.LogUnavailableException;
import dev.onsale.orders.view.Section;
import dev.onsale.orders.view.ViewUnavailableException;
import dev.onsale.release.flags.FlagChange;
import dev.onsale.release.flags.KillSwitches;
import dev.onsale.release.flags.KnownFlag;
import dev.onsale.schemas.SectionKey;
import dev.onsale.wire.PaymentsState;
import dev.onsale.wire.SalesState;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the switches {@code sales} and {@code payments} authoritative: services follow them at once, and the commands that this
 * writes hold for what was queued before. Only the instance that made the change does it.
 *
 * <p>Sections that an organizer paused or closed stay as they are, at the kill and at the restoration. While payments are
 * stopped, the clocks of holds stand still, so that no buyer loses seats to it.
 */
final class SwitchesInLog {

    private static final Logger log = LoggerFactory.getLogger(SwitchesInLog.class);

    private final SalesControl sales;
    private final KillSwitches switches;

    SwitchesInLog(SalesControl sales, KillSwitches switches) {
        this.sales = sales;
        this.switches = switches;
    }

    /** Follows a change that is in the log of releases. */
    void follow(FlagChange change) {
        try {
            if (change.flag().equals(KnownFlag.PAYMENTS.flag())) {
                followPayments(change);
            } else {
                followSales(change);
            }
        } catch (LogUnavailableException | ViewUnavailableException e) {
            log.error(
                    "The sections of {} could not be told in the log, so it does not hold for what is queued already. Make"
                            + " the same change again: {}",
                    change.flag(),
                    e.toString());
        }
    }

    private void followPayments(FlagChange change) {
        PaymentsState state = switches.killed(KnownFlag.PAYMENTS) ? PaymentsState.STOPPED : PaymentsState.RUNNING;
        List<Section> all = sales.present(_ -> true);
        sales.setPayments(all, state, note(change));
        log.info("payments of {} sections are {}, after a change of {}", all.size(), state, change.flag());
    }

    private static String note(FlagChange change) {
        return Section.SWITCH_NOTE + change.flag() + ", " + change.who() + ": " + change.why();
    }

    private void followSales(FlagChange change) {
        boolean concernsAll = change.flag().equals(KnownFlag.SALES.flag());
        String eventId = KnownFlag.eventOf(change.flag()).orElse("");
        if (!concernsAll && eventId.isEmpty()) {
            return;
        }
        List<Section> concerned =
                sales.present(section -> concernsAll || section.eventId().equals(eventId));
        String note = note(change);
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
    }

    private boolean killed(Section section) {
        return switches.salesKilled(section.eventId()).isPresent();
    }

    private static boolean isOpen(Section section) {
        return section.sales().equals(SalesState.OPEN.name());
    }
}
