package dev.onsale.orders.identity;

/** The issuer's keys cannot be fetched, so nothing is known of a token. */
public final class KeysUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    KeysUnavailableException(Throwable cause) {
        super(cause);
    }
}
