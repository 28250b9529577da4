package dev.onsale.audit;

import dev.onsale.audit.AuditReport.Receipt;
import dev.onsale.wire.Event;
import org.jspecify.annotations.Nullable;

/** An event as it stands in {@code onsale.events}. */
final class Logged {

    /** Where the command would stand of an event that cannot be read. */
    static final long UNREADABLE = -1;

    private final LogRecord message;
    private final @Nullable Event event;
    private boolean reported;

    Logged(LogRecord message, @Nullable Event event) {
        this.message = message;
        this.event = event;
    }

    LogRecord message() {
        return message;
    }

    Receipt receipt() {
        return message.receipt();
    }

    boolean readable() {
        return event != null;
    }

    /** @throws IllegalStateException when it cannot be read */
    Event event() {
        if (event == null) {
            throw new IllegalStateException("the event at " + receipt() + " cannot be read");
        }
        return event;
    }

    /** Offset of the command that it names, or {@link #UNREADABLE}. */
    long commandOffset() {
        return event == null ? UNREADABLE : event.getHeader().getReceipt().getOffset();
    }

    /** Whether a violation names it already as out of place. */
    boolean reported() {
        return reported;
    }

    void markReported() {
        reported = true;
    }

    String orderId() {
        return event == null ? "" : event.getHeader().getOrderId();
    }

    String name() {
        return event == null ? "record" : event.getPayload().getClass().getSimpleName();
    }
}
