package dev.onsale.orders.log;

/** The broker did not acknowledge in time. Whether the command is in the log is unknown. */
public final class LogUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LogUnavailableException(Throwable cause) {
        super("the command log did not acknowledge in time", cause);
    }
}
