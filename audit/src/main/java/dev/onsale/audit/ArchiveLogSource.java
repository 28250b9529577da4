package dev.onsale.audit;

import dev.onsale.audit.ArchiveManifest.Partition;
import dev.onsale.audit.ArchiveManifest.Topic;
import dev.onsale.runtime.OperatorError;
import dev.onsale.schemas.SchemaIds;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads a folder that {@link Export} wrote. Every file is held against its digest before anything is read, so what is read
 * is what was exported. Bytes are those of the files.
 */
final class ArchiveLogSource implements LogSource {

    private static final Partition NONE = new Partition(0, 0, 0, 0, 0, "");

    private final Path folder;
    private final ArchiveManifest manifest;
    private final Map<String, Topic> topics = new HashMap<>();
    private final LongAdder bytesRead = new LongAdder();

    private ArchiveLogSource(Path folder, ArchiveManifest manifest) {
        this.folder = folder;
        this.manifest = manifest;
        manifest.topics().forEach(topic -> topics.put(topic.name(), topic));
    }

    /** @throws OperatorError when the folder is no archive, or not a whole one, or anything in it was changed */
    static ArchiveLogSource open(Path folder) {
        var source = new ArchiveLogSource(folder, ArchiveManifest.read(folder));
        source.requireUndamaged();
        return source;
    }

    private void requireUndamaged() {
        for (Topic topic : manifest.topics()) {
            for (int partition = 0; partition < topic.partitions().size(); partition++) {
                Path file = ArchiveManifest.file(folder, topic.name(), partition);
                if (!Files.exists(file)) {
                    throw ArchiveManifest.damaged(folder, folder.relativize(file) + " is missing");
                }
                if (!digest(file).equals(topic.partitions().get(partition).sha256())) {
                    throw ArchiveManifest.damaged(folder, folder.relativize(file) + " is not as it was written");
                }
            }
        }
    }

    private String digest(Path file) {
        MessageDigest digest = Sha256.start();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
            return Sha256.hex(digest);
        } catch (IOException e) {
            throw ArchiveManifest.unreadable(folder, e);
        }
    }

    ArchiveManifest manifest() {
        return manifest;
    }

    /** Which archive it is, for people. */
    String name() {
        return "archive " + folder + ", exported at " + manifest.exportedAt() + " from cluster " + manifest.cluster();
    }

    /** The same, with the digest of its manifest, and so of all that is in it. */
    String identity() {
        try {
            return name() + ", "
                    + Files.readString(folder.resolve(ArchiveManifest.DIGEST_FILE))
                            .strip();
        } catch (IOException e) {
            throw ArchiveManifest.unreadable(folder, e);
        }
    }

    SchemaIds schemaIds() {
        return manifest.schemaIds();
    }

    private Partition of(String topic, int partition) {
        Topic found = topics.get(topic);
        return found == null ? NONE : found.partitions().get(partition);
    }

    @Override
    public int partitions(String topic) {
        Topic found = topics.get(topic);
        return found == null ? 0 : found.partitions().size();
    }

    @Override
    public long start(String topic, int partition) {
        return of(topic, partition).start();
    }

    @Override
    public long end(String topic, int partition) {
        return of(topic, partition).end();
    }

    @Override
    public long stableEnd(String topic, int partition) {
        return of(topic, partition).stableEnd();
    }

    /** As it was when the export began, without waiting: nobody decides in an archive. */
    @Override
    public long decided(int partition, long end, Duration patience) {
        return Math.min(end, manifest.decided().get(partition));
    }

    @Override
    public long sizeBytes(String topic, int partition) {
        return of(topic, partition).bytes();
    }

    @Override
    public LogCursor open(String topic, int partition, long from, long end, Runnable beforeReading) {
        return new Cursor(topic, partition, from, end, beforeReading);
    }

    @Override
    public long bytesRead() {
        return bytesRead.sum();
    }

    @Override
    public void close() {}

    private final class Cursor implements LogCursor {

        private final String topic;
        private final int partition;
        private final long from;
        private final long end;
        private final DataFileStream<GenericRecord> records;

        Cursor(String topic, int partition, long from, long end, Runnable beforeReading) {
            this.topic = topic;
            this.partition = partition;
            this.from = from;
            this.end = end;
            try {
                records = new DataFileStream<>(
                        counted(Files.newInputStream(ArchiveManifest.file(folder, topic, partition)), beforeReading),
                        new GenericDatumReader<>(ArchiveFormat.RECORD));
            } catch (IOException e) {
                throw ArchiveManifest.unreadable(folder, e);
            }
        }

        private InputStream counted(InputStream file, Runnable beforeReading) {
            return new FilterInputStream(file) {
                @Override
                public int read(byte[] into, int at, int length) throws IOException {
                    beforeReading.run();
                    int read = super.read(into, at, length);
                    bytesRead.add(Math.max(0, read));
                    return read;
                }
            };
        }

        @Override
        public @Nullable LogRecord next() {
            try {
                while (records.hasNext()) {
                    LogRecord next = ArchiveFormat.toRecord(topic, partition, records.next());
                    if (next.offset() >= end) {
                        return null;
                    }
                    if (next.offset() >= from) {
                        return next;
                    }
                }
                return null;
            } catch (AvroRuntimeException e) {
                throw new OperatorError(
                        "Records of " + topic + "/" + partition + " in the archive " + folder + " cannot be read ("
                                + e.getMessage() + "); export them again.",
                        e);
            }
        }

        @Override
        public void close() {
            try {
                records.close();
            } catch (IOException e) {
                throw ArchiveManifest.unreadable(folder, e);
            }
        }
    }
}
