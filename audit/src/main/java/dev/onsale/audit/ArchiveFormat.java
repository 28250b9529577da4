package dev.onsale.audit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/** Records of topics as records of Avro, as {@code ArchivedRecord.avsc} says. */
final class ArchiveFormat {

    static final Schema RECORD = schema();
    private static final Schema HEADERS = RECORD.getField("headers").schema();

    private ArchiveFormat() {}

    private static Schema schema() {
        try (InputStream in = ArchiveFormat.class.getResourceAsStream("ArchivedRecord.avsc")) {
            if (in == null) {
                throw new IllegalStateException("ArchivedRecord.avsc is not in the audit's jar");
            }
            return new Schema.Parser().parse(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static GenericRecord of(LogRecord record) {
        var archived = new GenericData.Record(RECORD);
        archived.put("offset", record.offset());
        archived.put("timestamp", record.atMillis());
        archived.put("key", buffer(record.key()));
        archived.put("value", buffer(record.value()));
        var headers = new GenericData.Array<GenericRecord>(record.headers().size(), HEADERS);
        for (Header header : record.headers()) {
            var each = new GenericData.Record(HEADERS.getElementType());
            each.put("key", header.key());
            each.put("value", buffer(header.value()));
            headers.add(each);
        }
        archived.put("headers", headers);
        return archived;
    }

    static LogRecord toRecord(String topic, int partition, GenericRecord archived) {
        List<Header> headers = new ArrayList<>();
        for (Object each : (List<?>) archived.get("headers")) {
            GenericRecord header = (GenericRecord) each;
            headers.add(new RecordHeader(header.get("key").toString(), bytes(header.get("value"))));
        }
        return new LogRecord(
                topic,
                partition,
                (Long) archived.get("offset"),
                (Long) archived.get("timestamp"),
                bytes(archived.get("key")),
                bytes(archived.get("value")),
                headers);
    }

    private static @Nullable ByteBuffer buffer(byte @Nullable [] bytes) {
        return bytes == null ? null : ByteBuffer.wrap(bytes);
    }

    private static byte @Nullable [] bytes(@Nullable Object buffer) {
        if (buffer == null) {
            return null;
        }
        ByteBuffer held = (ByteBuffer) buffer;
        byte[] bytes = new byte[held.remaining()];
        held.get(bytes);
        return bytes;
    }
}
