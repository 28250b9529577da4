package dev.onsale.audit;

import dev.onsale.wire.Event;
import dev.onsale.wire.EventHeader;
import dev.onsale.wire.FallbackEntered;
import dev.onsale.wire.FallbackLeft;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentRequested;
import dev.onsale.wire.PaymentsStateChanged;
import dev.onsale.wire.SalesStateChanged;
import dev.onsale.wire.SectionOpened;
import java.util.HashSet;
import java.util.Set;

/**
 * What was decided after the last command that is audited, in one partition. States and requests that such events explain are not
 * held against the commands before.
 */
final class Later {

    private final RowFile rows;
    private final Set<String> sections = new HashSet<>();
    private final Set<String> resumed = new HashSet<>();

    /** @param rows get what concerns an order */
    Later(RowFile rows) {
        this.rows = rows;
    }

    void note(Event event, LogRecord message) {
        EventHeader header = event.getHeader();
        String orderId = header.getOrderId();
        String section = header.getEventId() + "/" + header.getSectionId();
        rows.add(orderId, row(Row.Kind.LATER, section + "/" + orderId, message));
        switch (event.getPayload()) {
            case PaymentRequested asked ->
                rows.add(
                        orderId,
                        row(
                                Row.Kind.LATER_ASKED,
                                paymentKey(section, orderId, asked.getAttempt(), asked.getOperation()),
                                message));
            case SalesStateChanged _, PaymentsStateChanged _ -> {
                sections.add(section);
                resumed.add(section);
            }
            case SectionOpened _, FallbackEntered _, FallbackLeft _ -> sections.add(section);
            default -> {
                // Of all other events it is enough to know the order.
            }
        }
    }

    private static Row row(Row.Kind kind, String key, LogRecord message) {
        return new Row(kind, key, message.partition(), message.offset(), message.atMillis(), Row.NOTHING);
    }

    /** @param section eventId/sectionId */
    static String paymentKey(String section, String orderId, int attempt, PaymentOperation operation) {
        return section + "/" + orderId + "/" + attempt + "/" + operation;
    }

    /** Whether the section's own state changed. */
    boolean section(String section) {
        return sections.contains(section);
    }

    /** Whether clocks of holds may have stopped or gone on, which tells every hold anew. */
    boolean paused(String section) {
        return resumed.contains(section);
    }
}
