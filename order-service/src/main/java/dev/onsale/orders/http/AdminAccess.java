package dev.onsale.orders.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** The token that changing calls of organizers and operators must bear. */
final class AdminAccess {

    private final String token;

    /** @param token empty: none is asked for */
    AdminAccess(String token) {
        this.token = token;
    }

    /** Whether a token is asked for at all. */
    boolean hasToken() {
        return !token.isEmpty();
    }

    /** The same action, which answers 401 without the token. */
    Router.Action authorized(Router.Action action) {
        return call -> {
            if (hasToken()) {
                byte[] given = call.header("Authorization").orElse("").getBytes(StandardCharsets.UTF_8);
                if (!MessageDigest.isEqual(given, ("Bearer " + token).getBytes(StandardCharsets.UTF_8))) {
                    call.set("WWW-Authenticate", "Bearer");
                    throw Problem.of(
                            401,
                            "unauthorized",
                            "The admin token is missing or wrong",
                            "Send the header Authorization: Bearer and the setting admin.token.");
                }
            }
            action.answer(call);
        };
    }
}
