package dev.onsale.audit;

import dev.onsale.audit.ArchiveManifest.WrittenSchema;
import dev.onsale.inventory.InventoryTopology;
import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.SchemaIds;
import dev.onsale.schemas.Topics;
import dev.onsale.schemas.UnknownSchemaException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The schemas that records which are passed were written with. */
final class WrittenSchemas {

    private static final byte MAGIC = 0;

    /** Registry subjects of the values, by topic. */
    private static final Map<String, String> SUBJECTS = Map.of(
            Topics.COMMANDS.name(),
            Topics.COMMANDS.name() + "-value",
            Topics.EVENTS.name(),
            Topics.EVENTS.name() + "-value",
            Topics.ORDERS.name(),
            Topics.ORDERS.name() + "-value",
            Topics.PAYMENTS.name(),
            Topics.PAYMENTS.name() + "-value",
            StoreLog.ORDERS,
            InventoryTopology.ORDERS_STORE + "-value",
            StoreLog.SECTIONS,
            InventoryTopology.SECTIONS_STORE + "-value");

    private final SchemaIds ids;
    private final Map<Integer, WrittenSchema> known = new TreeMap<>();

    WrittenSchemas(SchemaIds ids) {
        this.ids = ids;
    }

    /** Bytes that name no schema, or one that nobody knows, have none: an audit finds out by itself what they are. */
    void see(LogRecord record) {
        String subject = SUBJECTS.get(record.topic());
        byte[] value = record.value();
        if (subject == null || value == null || value.length < AvroSerde.PREFIX_BYTES || value[0] != MAGIC) {
            return;
        }
        int id = ByteBuffer.wrap(value, 1, Integer.BYTES).getInt();
        if (!known.containsKey(id)) {
            try {
                known.put(id, new WrittenSchema(id, subject, ids.schemaOf(id).toString()));
            } catch (UnknownSchemaException e) {
                // Said above.
            }
        }
    }

    /** In order of ids. */
    List<WrittenSchema> all() {
        return List.copyOf(known.values());
    }
}
