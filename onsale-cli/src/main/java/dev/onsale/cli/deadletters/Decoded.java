package dev.onsale.cli.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onsale.schemas.AvroSerde;
import dev.onsale.schemas.Requests;
import dev.onsale.schemas.SchemaIds;
import dev.onsale.schemas.UnknownSchemaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * What a value says, read field by field with the schema that it names, so that the fields before a fault are seen. A value
 * that cannot be read is shown by its first bytes.
 *
 * @param json how many {@code bytes}; {@code schemaId}, {@code schema} and {@code fields} as far as they go; {@code unread}
 *     says why it is not all; {@code hex} and, when it may be one, {@code text} of a value without fields
 */
record Decoded(ObjectNode json) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SHOWN_BYTES = 96;
    /** Whoever has it can pay with it. */
    private static final String SECRET = "paymentToken";

    static Decoded of(byte @Nullable [] value, SchemaIds ids) {
        ObjectNode json = JSON.createObjectNode();
        if (value == null) {
            return new Decoded(json.put("unread", "the record has no value"));
        }
        json.put("bytes", value.length);
        if (value.length < AvroSerde.PREFIX_BYTES || value[0] != 0) {
            return new Decoded(raw(json.put("unread", "it is not in the Confluent wire format"), value));
        }
        int schemaId = ByteBuffer.wrap(value, 1, Integer.BYTES).getInt();
        json.put("schemaId", schemaId);
        try {
            Schema schema = ids.schemaOf(schemaId);
            json.put("schema", schema.getFullName());
            new Reading(value).readInto(json, schema);
        } catch (UnknownSchemaException e) {
            raw(json.put("unread", String.valueOf(e.getMessage())), value);
        }
        return new Decoded(json);
    }

    private static ObjectNode raw(ObjectNode json, byte[] value) {
        int shown = Math.min(value.length, SHOWN_BYTES);
        json.put("hex", HexFormat.of().formatHex(value, 0, shown));
        String text = new String(value, 0, shown, UTF_8);
        return text.isEmpty() || text.chars().anyMatch(c -> Character.isISOControl(c) || c == '\uFFFD')
                ? json
                : json.put("text", text);
    }

    /** Which command or which payment operation it is; empty when that cannot be read. */
    String kind() {
        JsonNode payload = json.at("/fields/payload");
        return payload.isObject() && !payload.isEmpty()
                ? payload.fieldNames().next()
                : json.at("/fields/operation").asText();
    }

    /** {@code eventId/sectionId}; empty when they cannot be read. */
    String section() {
        String section = field("eventId") + "/" + field("sectionId");
        return section.equals("/") ? "" : section;
    }

    /** The order that it is about; empty when there is none, or it cannot be read. */
    String order() {
        String order = field("orderId");
        if (!order.isEmpty() || !kind().equals("Purchase")) {
            return order;
        }
        try {
            return Requests.orderId(field("buyer"), field("requestId"));
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private String field(String name) {
        return json.at("/fields/header/" + name)
                .asText(json.at("/fields/" + name).asText());
    }

    /** Reads the bytes of one value. */
    private static final class Reading {

        private final BinaryDecoder decoder;
        private String at = "";

        Reading(byte[] value) {
            decoder = DecoderFactory.get()
                    .binaryDecoder(value, AvroSerde.PREFIX_BYTES, value.length - AvroSerde.PREFIX_BYTES, null);
        }

        void readInto(ObjectNode json, Schema schema) {
            try {
                read(schema, "fields", json);
                if (!decoder.isEnd()) {
                    json.put("unread", "bytes are left over behind it");
                }
            } catch (IOException | RuntimeException e) {
                // Reading touches nothing but these bytes, so whatever goes wrong is theirs.
                json.put("unread", "it ends or goes wrong in " + at + ": " + e);
            }
        }

        private void read(Schema schema, String name, ObjectNode into) throws IOException {
            at = name;
            switch (schema.getType()) {
                case RECORD -> {
                    ObjectNode record = into.putObject(name);
                    for (Schema.Field field : schema.getFields()) {
                        read(field.schema(), field.name(), record);
                    }
                }
                case UNION -> {
                    Schema type = schema.getTypes().get(decoder.readIndex());
                    if (type.getType() == Schema.Type.RECORD) {
                        read(type, type.getName(), into.putObject(name));
                    } else {
                        read(type, name, into);
                    }
                }
                default -> {
                    Object value = new GenericDatumReader<>(schema).read(null, decoder);
                    into.set(name, name.equals(SECRET) ? into.textNode("***") : tree(value));
                }
            }
        }

        private static JsonNode tree(@Nullable Object value) throws IOException {
            return JSON.readTree(GenericData.get().toString(value));
        }
    }
}
