package dev.onsale.release.flags;

import java.util.Map;

/**
 * Which variants a buyer's purchase is stamped with. They are resolved once, at the edge, and stand in the command from
 * then on: nothing that decides reads a flag.
 */
public final class Variants {

    /** Code path of seat allocation, as it stands on commands. */
    public static final String ALLOCATOR = "allocator";
    /** Code path of payments, as it stands on commands. */
    public static final String PAYMENTS = "payments";
    /** Code path of order-service, as it stands on commands. No flag gives it: every instance stamps the build that it is. */
    public static final String ORDER_SERVICE = "order-service";

    private static final Map<String, String> ALL_STABLE =
            Map.of(ALLOCATOR, KnownFlag.STABLE, PAYMENTS, KnownFlag.STABLE);

    private final Flags flags;
    private final KillSwitches switches;

    public Variants(Flags flags, KillSwitches switches) {
        this.flags = flags;
        this.switches = switches;
    }

    /** Code path to {@code stable} or {@code candidate}; all stable while the switch {@code candidate} is off. */
    public Map<String, String> of(String buyer) {
        if (switches.killed(KnownFlag.CANDIDATE)) {
            return ALL_STABLE;
        }
        return Map.of(
                ALLOCATOR, flags.variant(KnownFlag.ALLOCATOR, buyer),
                PAYMENTS, flags.variant(KnownFlag.PAYMENTS_PATH, buyer));
    }
}
