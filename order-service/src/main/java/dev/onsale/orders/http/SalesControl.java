package dev.onsale.orders.http;

import dev.onsale.orders.log.CommandLog;
import dev.onsale.orders.view.Section;
import dev.onsale.orders.view.Sections;
import dev.onsale.schemas.SectionKey;
import dev.onsale.wire.PaymentsState;
import dev.onsale.wire.SalesState;
import dev.onsale.wire.SetPayments;
import dev.onsale.wire.SetSales;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Opens, pauses and closes sales, and stops payments, in the log, where it holds for what is queued already. */
final class SalesControl {

    private final CommandLog log;
    private final Sections sections;

    SalesControl(CommandLog log, Sections sections) {
        this.log = log;
        this.sections = sections;
    }

    /** The sections that are open, paused or closed now, of those that an organizer has opened. */
    List<Section> present(Predicate<Section> wanted) {
        return sections.asOfNow().stream()
                .filter(section -> section.definition() != null && wanted.test(section))
                .toList();
    }

    /**
     * Writes a command for every section that is in another state.
     *
     * @param note for people
     * @return the sections that got a command
     */
    List<SectionKey> set(List<Section> concerned, SalesState state, String note) {
        List<SectionKey> changed = new ArrayList<>();
        for (Section section : concerned) {
            if (!section.sales().equals(state.name())) {
                SectionKey key = section.key();
                log.append(key, CommandLog.header(key).build(), new SetSales(state, note));
                changed.add(key);
            }
        }
        return changed;
    }

    /** Writes a command for every section; those that are in this state already stay as they are. */
    void setPayments(List<Section> concerned, PaymentsState state, String note) {
        for (Section section : concerned) {
            SectionKey key = section.key();
            log.append(key, CommandLog.header(key).build(), new SetPayments(state, note));
        }
    }
}
