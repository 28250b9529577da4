package dev.onsale.domain;

import java.util.List;

/** How best-available seats are chosen. A strategy, so that another one can be canaried by the command's variant. */
@FunctionalInterface
public interface SeatAllocator {

    /**
     * Chooses free seats.
     *
     * @param quantity how many, at least 1 and at most as many as are free
     * @return exactly {@code quantity} different free seats, by name
     */
    List<String> choose(SeatMap seats, int quantity, SeatPreference preference);

    /** The allocator of a variant; the stable one when this build has no other by that name. */
    static SeatAllocator of(String variant) {
        return variant.equals(Stamp.CANDIDATE) ? new KeepTogether() : new FrontAndCentre();
    }
}
