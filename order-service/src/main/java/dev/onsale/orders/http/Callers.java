package dev.onsale.orders.http;

import dev.onsale.schemas.Requests;
import java.util.List;

/** Who calls, and for which request, by the headers. */
final class Callers {

    static final String BUYER = "Onsale-Buyer";
    static final String REQUEST_ID = "Idempotency-Key";
    /** Set by an instance that passes a call on to the one that holds the order, so that it goes no further. */
    static final String FORWARDED = "Onsale-Forwarded";

    private static final String RULE = "1 to 128 visible ASCII characters without spaces";

    private Callers() {}

    static String buyer(Call call) {
        return identity(call, BUYER, "who buys, as the API gateway has authenticated; " + RULE);
    }

    static String requestId(Call call) {
        return identity(
                call, REQUEST_ID, "an id that you make up for this purchase and repeat on every retry; " + RULE);
    }

    static boolean forwarded(Call call) {
        return call.header(FORWARDED).isPresent();
    }

    private static String identity(Call call, String name, String meaning) {
        List<String> values = call.headers(name);
        if (values.isEmpty()) {
            throw Problem.missingHeader(name, meaning);
        }
        if (values.size() > 1 || !Requests.isIdentity(values.getFirst())) {
            throw Problem.invalidHeader(name, RULE);
        }
        return values.getFirst();
    }
}
