package dev.onsale.audit;

import dev.onsale.audit.AuditReport.Receipt;
import dev.onsale.schemas.SectionKey;
import dev.onsale.schemas.Topics;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who owns which seat at the offset that the audit has reached: invariant 1. */
final class Seats {

    /** The order that owns a seat, and the event by which it got it. */
    private record Owner(String orderId, Receipt receipt) {}

    private final Findings findings;
    /** By section and row, the owners of its seats: all of a row together, since a section has many seats and few rows. */
    private final Table<Map<String, Owner>> rows;

    /** @param mostRows how many rows may be in memory */
    Seats(Findings findings, Store store, int mostRows) {
        this.findings = findings;
        this.rows = new Table<>(store, 't', mostRows, Seats::toBytes, Seats::fromBytes);
    }

    private static byte[] toBytes(Map<String, Owner> row) {
        var to = new Packed(1024).put(row.size());
        row.forEach((seat, owner) -> to.put(seat)
                .put(owner.orderId())
                .put(owner.receipt().partition())
                .put(owner.receipt().offset()));
        return to.toBytes();
    }

    private static Map<String, Owner> fromBytes(byte[] bytes) {
        var from = ByteBuffer.wrap(bytes);
        Map<String, Owner> row = new HashMap<>();
        for (int left = from.getInt(); left > 0; left--) {
            String seat = Packed.text(from);
            String orderId = Packed.text(from);
            row.put(seat, new Owner(orderId, new Receipt(Topics.EVENTS.name(), from.getInt(), from.getLong())));
        }
        return row;
    }

    /** Seats are named ROW-NUMBER. */
    private static String row(SectionKey section, String seat) {
        int dash = seat.lastIndexOf('-');
        return section + "/" + (dash < 0 ? seat : seat.substring(0, dash));
    }

    private Optional<Owner> owner(SectionKey section, String seat) {
        return rows.find(row(section, seat)).map(row -> row.get(seat));
    }

    void take(SectionKey section, LogRecord command, Logged event, String orderId, List<String> seats) {
        for (String seat : seats) {
            Map<String, Owner> row = rows.find(row(section, seat)).orElseGet(HashMap::new);
            Owner owner = row.putIfAbsent(seat, new Owner(orderId, event.receipt()));
            if (owner == null) {
                rows.put(row(section, seat), row);
            } else {
                twice(command, event, orderId, seat, owner);
            }
        }
    }

    void free(SectionKey section, String orderId, List<String> seats) {
        for (String seat : seats) {
            if (owner(section, seat)
                    .filter(owner -> owner.orderId().equals(orderId))
                    .isPresent()) {
                Map<String, Owner> row = rows.find(row(section, seat)).orElseThrow();
                row.remove(seat);
                rows.put(row(section, seat), row);
            }
        }
    }

    /** Reports seats that others own. @return whether there are such */
    boolean requireFree(SectionKey section, LogRecord command, Logged event, List<String> seats) {
        boolean found = false;
        for (String seat : seats) {
            Optional<Owner> owner = owner(section, seat);
            if (owner.isPresent()) {
                found = true;
                twice(command, event, event.orderId(), seat, owner.get());
            }
        }
        return found;
    }

    private void twice(LogRecord command, Logged event, String orderId, String seat, Owner owner) {
        findings.violation(
                1,
                command.atMillis(),
                orderId,
                seat,
                "Seat " + seat + " goes to order " + orderId + " while order " + owner.orderId() + " owns it.",
                List.of(owner.receipt(), event.receipt()));
    }
}
