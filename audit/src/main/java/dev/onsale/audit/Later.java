package dev.onsale.audit;

import dev.onsale.wire.Event;
import dev.onsale.wire.EventHeader;
import dev.onsale.wire.PaymentOperation;
import dev.onsale.wire.PaymentRequested;
import dev.onsale.wire.PaymentsStateChanged;
import dev.onsale.wire.SalesStateChanged;
import java.util.HashSet;
import java.util.Set;

/**
 * What was decided after the last command that is audited. States and requests that such events explain are not held
 * against the commands before.
 */
final class Later {

    private final Table<byte[]> keys;
    private final Set<String> sections = new HashSet<>();
    private final Set<String> resumed = new HashSet<>();

    Later(Store store) {
        keys = new Table<>(store, 'l', value -> value, value -> value);
    }

    void note(Event event) {
        EventHeader header = event.getHeader();
        String section = header.getEventId() + "/" + header.getSectionId();
        keys.put(section + "/" + header.getOrderId(), new byte[0]);
        keys.put(header.getOrderId(), new byte[0]);
        switch (event.getPayload()) {
            case PaymentRequested requested ->
                keys.put(
                        paymentKey(section, header.getOrderId(), requested.getAttempt(), requested.getOperation()),
                        new byte[0]);
            case SalesStateChanged _, PaymentsStateChanged _ -> {
                sections.add(section);
                resumed.add(section);
            }
            case dev.onsale.wire.SectionOpened _ -> sections.add(section);
            default -> {
                // Of all other events it is enough to know the order.
            }
        }
    }

    static String paymentKey(String section, String orderId, int attempt, PaymentOperation operation) {
        return section + "/" + orderId + "/" + attempt + "/" + operation;
    }

    boolean payment(String paymentKey) {
        return keys.find(paymentKey).isPresent();
    }

    /** @param orderKey eventId/sectionId/orderId */
    boolean order(String orderKey) {
        return keys.find(orderKey).isPresent();
    }

    boolean orderOfAnySection(String orderId) {
        return keys.find(orderId).isPresent();
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
