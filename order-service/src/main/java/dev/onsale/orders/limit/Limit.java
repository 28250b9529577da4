package dev.onsale.orders.limit;

import dev.onsale.runtime.Settings;

/**
 * How often one caller may call.
 *
 * @param perSecond calls a second in the long run; 0: no limit
 * @param burst calls that may come at once
 */
public record Limit(int perSecond, int burst) {

    private static final int MOST = 1_000_000;

    /** Reads {@code limit.NAME.per.second} and {@code limit.NAME.burst}. */
    static Limit from(Settings settings, String name, Limit byDefault) {
        return new Limit(
                settings.integer("limit." + name + ".per.second", byDefault.perSecond(), 0, MOST),
                settings.integer("limit." + name + ".burst", byDefault.burst(), 1, MOST));
    }
}
