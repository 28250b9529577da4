package dev.onsale.orders.http;

import dev.onsale.orders.identity.BuyerTokens;
import dev.onsale.orders.identity.KeysUnavailableException;
import dev.onsale.orders.identity.TokenRefusedException;
import dev.onsale.orders.limit.LimitConfig;
import dev.onsale.orders.limit.RateLimit;
import dev.onsale.orders.limit.TrustedProxies;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may come in: an address, and then a buyer, each not too often. A buyer is whom a signed token names, or else whom the
 * API gateway names in a header. What another instance passes on was counted there.
 */
final class Entrance {

    private static final Logger log = LoggerFactory.getLogger(Entrance.class);
    private static final String BEARER = "bearer ";

    private final Optional<BuyerTokens> tokens;
    private final Fellows fellows;
    private final TrustedProxies proxies;
    private final RateLimit addresses;
    private final RateLimit buyers;
    private final Counter addressesLimited;
    private final Counter buyersLimited;

    /** @param tokens empty: the header of the API gateway is believed */
    Entrance(Optional<BuyerTokens> tokens, Fellows fellows, LimitConfig limits, MeterRegistry meters) {
        this.tokens = tokens;
        this.fellows = fellows;
        this.proxies = limits.proxies();
        this.addresses = new RateLimit(limits.address());
        this.buyers = new RateLimit(limits.buyer());
        this.addressesLimited = limited("address", meters);
        this.buyersLimited = limited("buyer", meters);
    }

    private static Counter limited(String by, MeterRegistry meters) {
        return Counter.builder("onsale.http.limited")
                .description("Calls that were refused because their buyer or their address makes too many.")
                .tag("by", by)
                .register(meters);
    }

    /** @throws Problem 429 when the caller's address makes too many calls */
    void admit(Call call) {
        if (addresses.limits() && !fellows.passedOn(call)) {
            String caller = proxies.caller(call.peer(), call.headers(proxies.header()));
            require(addresses.take(caller), "address", addressesLimited);
        }
    }

    /**
     * The buyer who makes a call. Where tokens are asked for, the header is not looked at: anyone can write it.
     *
     * @throws Problem 400 or 401 when the call does not say, 429 when the buyer makes too many calls
     */
    String buyer(Call call) {
        return call.buyer(() -> {
            String buyer = tokens.isEmpty() ? Callers.buyer(call) : named(call, tokens.get());
            if (!fellows.passedOn(call)) {
                require(buyers.take(buyer), "buyer", buyersLimited);
            }
            return buyer;
        });
    }

    private static void require(Duration untilNext, String by, Counter limited) {
        if (!untilNext.isZero()) {
            limited.increment();
            throw Problem.tooManyCalls(by, untilNext);
        }
    }

    private static String named(Call call, BuyerTokens tokens) {
        List<String> given = call.headers("Authorization");
        if (given.size() != 1 || !given.getFirst().toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            call.set("WWW-Authenticate", "Bearer");
            throw unauthenticated("Send the header Authorization: Bearer once, with " + tokens.wanted() + ".");
        }
        try {
            return tokens.buyer(given.getFirst().substring(BEARER.length()).strip());
        } catch (TokenRefusedException e) {
            call.set("WWW-Authenticate", "Bearer error=\"invalid_token\"");
            throw unauthenticated("Send " + tokens.wanted() + "; " + e.getMessage() + ".");
        } catch (KeysUnavailableException e) {
            log.warn("The keys of the tokens' issuer cannot be fetched: {}", String.valueOf(e.getCause()));
            throw Problem.keysUnavailable();
        }
    }

    private static Problem unauthenticated(String detail) {
        return Problem.of(401, "unauthenticated", "The buyer is not known", detail);
    }
}
