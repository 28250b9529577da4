package dev.onsale.audit;

import dev.onsale.audit.AuditReport.Receipt;
import dev.onsale.schemas.SectionKey;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Who owns which seat at the offset that the audit has reached: invariant 1. */
final class Seats {

    /** The order that owns a seat, and the event by which it got it. */
    private record Owner(String orderId, String topic, int partition, long offset) {
        byte[] toBytes() {
            return String.join("\n", orderId, topic, Integer.toString(partition), Long.toString(offset))
                    .getBytes(StandardCharsets.UTF_8);
        }

        static Owner fromBytes(byte[] bytes) {
            List<String> parts =
                    new String(bytes, StandardCharsets.UTF_8).lines().toList();
            return new Owner(parts.get(0), parts.get(1), Integer.parseInt(parts.get(2)), Long.parseLong(parts.get(3)));
        }

        Receipt receipt() {
            return new Receipt(topic, partition, offset);
        }
    }

    private final Findings findings;
    private final Table<Owner> owners;

    Seats(Findings findings, Store store) {
        this.findings = findings;
        this.owners = new Table<>(store, 't', Owner::toBytes, Owner::fromBytes);
    }

    void take(SectionKey section, LogRecord command, Logged event, String orderId, List<String> seats) {
        for (String seat : seats) {
            Optional<Owner> owner = owners.find(section + "/" + seat);
            if (owner.isPresent()) {
                twice(command, event, orderId, seat, owner.get());
            } else {
                LogRecord message = event.message();
                owners.put(
                        section + "/" + seat,
                        new Owner(orderId, message.topic(), message.partition(), message.offset()));
            }
        }
    }

    void free(SectionKey section, String orderId, List<String> seats) {
        for (String seat : seats) {
            if (owners.find(section + "/" + seat)
                    .map(owner -> owner.orderId().equals(orderId))
                    .orElse(false)) {
                owners.remove(section + "/" + seat);
            }
        }
    }

    /** Reports seats that others own. @return whether there are such */
    boolean requireFree(SectionKey section, LogRecord command, Logged event, List<String> seats) {
        boolean found = false;
        for (String seat : seats) {
            Optional<Owner> owner = owners.find(section + "/" + seat);
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
