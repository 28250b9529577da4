package dev.onsale.orders.identity;

/** A token names no buyer; the message says why, in words that the caller may read. */
public final class TokenRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    TokenRefusedException(String why) {
        // A refusal is data here; a stack trace would only cost.
        super(why, null, false, false);
    }
}
