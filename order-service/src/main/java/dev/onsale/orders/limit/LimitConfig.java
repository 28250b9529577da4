package dev.onsale.orders.limit;

import dev.onsale.runtime.Settings;

/**
 * How often buyers and addresses may call.
 *
 * @param buyer calls about orders by one buyer: more than a person makes
 * @param address calls to the public port from one address; no limit by default, since behind an API gateway every call comes from its
 *     address until {@code trusted.proxies} names it
 * @param proxies which addresses tell the truth about where a call comes from
 */
public record LimitConfig(Limit buyer, Limit address, TrustedProxies proxies) {

    /** A client gone wild may send one request a thousand times at once, and gets its one answer each time. */
    private static final Limit BUYER = new Limit(50, 2000);

    private static final Limit ADDRESS = new Limit(0, 1000);

    /** @throws dev.onsale.runtime.OperatorError naming a setting that is invalid */
    public static LimitConfig from(Settings settings) {
        return new LimitConfig(
                Limit.from(settings, "buyer", BUYER),
                Limit.from(settings, "address", ADDRESS),
                TrustedProxies.from(settings));
    }
}
