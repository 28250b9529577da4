package dev.onsale.fallback;

import dev.onsale.domain.Order;
import dev.onsale.domain.Orders;
import dev.onsale.domain.Section;
import dev.onsale.domain.SectionState;
import dev.onsale.inventory.wire.States;
import dev.onsale.schemas.SectionKey;
import dev.onsale.wire.StoredSection;
import java.util.Collection;

/**
 * A section without its orders.
 *
 * @param partition of {@code onsale.commands} and {@code onsale.events}
 * @param version version of the section, {@link Section#version}; that of {@code state} may be an earlier one
 * @param free tickets free
 * @param held tickets held
 * @param sold tickets sold
 * @param lastAtMillis time of the latest event, epoch milliseconds
 */
public record SectionRow(
        SectionKey key,
        int partition,
        SectionState state,
        long version,
        int free,
        int held,
        int sold,
        long lastAtMillis) {

    /** A section as it stands. */
    public static SectionRow of(SectionKey key, int partition, Section section, long lastAtMillis) {
        return new SectionRow(
                key,
                partition,
                section.state(),
                section.version(),
                section.free(),
                section.held(),
                section.sold(),
                lastAtMillis);
    }

    /**
     * The section, ready to be evolved and decided.
     *
     * @param orders where its orders are looked up
     * @param owning its orders that own seats, all of them
     */
    public Section restore(Orders orders, Collection<Order> owning) {
        Section section = Section.restored(orders, state, version);
        owning.forEach(section::restore);
        return section;
    }

    /** {@link #state} in the words of the wire, for services that know no others. */
    public StoredSection stored() {
        return States.toStored(state);
    }
}
