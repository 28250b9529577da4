package dev.onsale.orders.http;

import dev.onsale.orders.log.CommandLog;
import dev.onsale.orders.view.Section;
import dev.onsale.schemas.SectionKey;
import dev.onsale.wire.CommandHeader;
import dev.onsale.wire.PaymentsState;
import dev.onsale.wire.SalesState;
import dev.onsale.wire.SetPayments;
import dev.onsale.wire.SetSales;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Opens, pauses and closes sales, and stops payments, where sections are decided, so that it holds for what is queued already. */
final class SalesControl {

    private final Decider decider;
    private final Supplier<List<Section>> sections;

    /** Who decides commands, now or later. */
    interface Decider {
        void send(SectionKey section, CommandHeader header, Object payload);
    }

    /** @param sections all of them, as of now */
    SalesControl(Decider decider, Supplier<List<Section>> sections) {
        this.decider = decider;
        this.sections = sections;
    }

    /** The sections that are open, paused or closed now, of those that an organizer has opened. */
    List<Section> present(Predicate<Section> wanted) {
        return sections.get().stream()
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
                decider.send(key, CommandLog.header(key).build(), new SetSales(state, note));
                changed.add(key);
            }
        }
        return changed;
    }

    /** Writes a command for every section; those that are in this state already stay as they are. */
    void setPayments(List<Section> concerned, PaymentsState state, String note) {
        for (Section section : concerned) {
            SectionKey key = section.key();
            decider.send(key, CommandLog.header(key).build(), new SetPayments(state, note));
        }
    }
}
