package dev.onsale.audit;

import dev.onsale.audit.AuditReport.Receipt;
import dev.onsale.inventory.InventoryService;
import dev.onsale.inventory.InventoryTopology;
import dev.onsale.wire.StoredOrder;
import dev.onsale.wire.StoredSection;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;

/** One partition of the changelogs of the decider's stores: they equal what the events lead to. */
final class StoreLog {

    static final String ORDERS = changelog(InventoryTopology.ORDERS_STORE);
    static final String SECTIONS = changelog(InventoryTopology.SECTIONS_STORE);

    private final Findings findings;
    private final Codecs codecs;
    private final Table<Seen> orders;
    private final Table<Seen> sections;
    private long newestMillis = Long.MIN_VALUE;

    StoreLog(Findings findings, Codecs codecs, Store store) {
        this.findings = findings;
        this.codecs = codecs;
        this.orders = Seen.table(store, 'c');
        this.sections = Seen.table(store, 'd');
    }

    private static String changelog(String store) {
        return InventoryService.APPLICATION_ID + "-" + store + "-changelog";
    }

    void load(Reader reader, int partition, String onlyEvent) {
        load(reader, ORDERS, partition, onlyEvent, orders);
        load(reader, SECTIONS, partition, onlyEvent, sections);
    }

    private void load(Reader reader, String topic, int partition, String onlyEvent, Table<Seen> latest) {
        try (LogCursor cursor = reader.open(topic, partition)) {
            for (LogRecord message = cursor.next(); message != null; message = cursor.next()) {
                newestMillis = Math.max(newestMillis, message.atMillis());
                byte[] value = message.value();
                if (!onlyEvent.isEmpty() && !message.keyText().startsWith(onlyEvent + "/")) {
                    continue;
                }
                if (value == null) {
                    latest.remove(message.keyText());
                } else {
                    latest.put(message.keyText(), Seen.of(message, value));
                }
            }
        }
    }

    void expectOrder(String key, StoredOrder decided, Receipt purchase, boolean changedLater) {
        expect(orders, ORDERS, codecs.storedOrders(), key, decided, List.of(purchase), changedLater);
    }

    void expectSection(String key, StoredSection decided, boolean changedLater) {
        expect(sections, SECTIONS, codecs.storedSections(), key, decided, List.of(), changedLater);
    }

    private <T extends SpecificRecord> void expect(
            Table<Seen> latest,
            String topic,
            Codec<T> codec,
            String key,
            T decided,
            List<Receipt> because,
            boolean changedLater) {
        Seen seen = latest.find(key).orElse(null);
        latest.remove(key);
        if (changedLater) {
            return;
        }
        String orderId = decided instanceof StoredOrder order ? order.getOrderId() : "";
        if (seen == null) {
            findings.violation(
                    7,
                    newestMillis,
                    orderId,
                    "",
                    "'" + key + "' is not in the store, though commands led to it.",
                    because);
            return;
        }
        String difference = difference(codec, seen, decided);
        if (!difference.isEmpty()) {
            List<Receipt> receipts = new ArrayList<>(because);
            receipts.add(seen.in(topic));
            findings.violation(
                    7,
                    seen.atMillis(),
                    orderId,
                    "",
                    "The store has something else under '" + key + "' than commands led to: " + difference + ".",
                    receipts);
        }
    }

    private static <T extends SpecificRecord> String difference(Codec<T> codec, Seen seen, T decided) {
        try {
            T stored = codec.read(seen.value());
            return stored.equals(decided) ? "" : Differences.between(stored, decided);
        } catch (SerializationException e) {
            return "it cannot be read";
        }
    }

    /** What is left was stored without a decision. */
    void end(Later later) {
        orders.forEach((key, seen) -> {
            if (!later.order(key)) {
                String orderId = key.substring(key.lastIndexOf('/') + 1);
                findings.violation(
                        7, seen.atMillis(), orderId, "The store has an order that no command led to.", seen.in(ORDERS));
            }
        });
        sections.forEach((key, seen) -> {
            if (!later.section(key)) {
                findings.violation(
                        7,
                        seen.atMillis(),
                        "",
                        "The store has section " + key + " that no command led to.",
                        seen.in(SECTIONS));
            }
        });
    }
}
