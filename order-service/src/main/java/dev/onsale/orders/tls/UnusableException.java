package dev.onsale.orders.tls;

/** A certificate or key that cannot be served. The message says what is wrong with which file, and what to do. */
final class UnusableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnusableException(String message) {
        super(message);
    }
}
