package dev.onsale.schemas;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Refuses records whose payload is of a type that this build does not know. Left to itself, Avro reads such a payload as
 * whichever type of ours has fields that fit: a new command that happens to have the fields of {@code CancelOrder} would cancel
 * the order.
 */
final class NewerTypes {

    private final GenericDatumReader<GenericRecord> reader;
    private final Set<String> unknown;

    private NewerTypes(Schema written, Set<String> unknown) {
        this.reader = new GenericDatumReader<>(written);
        this.unknown = unknown;
    }

    /** The types in unions of a record that was written and not in ours; empty, as nearly always: there are none. */
    static Optional<NewerTypes> between(Schema written, Schema ours) {
        Set<String> unknown = payloadTypes(written);
        unknown.removeAll(payloadTypes(ours));
        return unknown.isEmpty() ? Optional.empty() : Optional.of(new NewerTypes(written, unknown));
    }

    private static Set<String> payloadTypes(Schema schema) {
        return schema.getFields().stream()
                .map(Schema.Field::schema)
                .filter(Schema::isUnion)
                .flatMap(union -> union.getTypes().stream())
                .filter(type -> type.getType() == Schema.Type.RECORD)
                .map(Schema::getFullName)
                .collect(Collectors.toSet());
    }

    /**
     * @param bytes a record with its prefix
     * @throws SerializationException when it holds a type that is not ours; the message names it
     * @throws IOException as Avro throws it, when the bytes are no such record
     */
    void refuse(byte[] bytes) throws IOException {
        GenericRecord record = reader.read(
                null,
                DecoderFactory.get()
                        .binaryDecoder(bytes, AvroSerde.PREFIX_BYTES, bytes.length - AvroSerde.PREFIX_BYTES, null));
        for (Schema.Field field : record.getSchema().getFields()) {
            if (record.get(field.pos()) instanceof GenericRecord held
                    && unknown.contains(held.getSchema().getFullName())) {
                throw new SerializationException("its " + field.name() + " is a "
                        + held.getSchema().getFullName()
                        + ", which this build does not know; upgrade those who read before those who write");
            }
        }
    }
}
