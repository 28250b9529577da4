package dev.onsale.audit;

import dev.onsale.audit.ArchiveManifest.Partition;
import dev.onsale.audit.ArchiveManifest.Topic;
import dev.onsale.schemas.PinnedSchemas;
import dev.onsale.schemas.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;

/** Writes an archive record by record, in whatever order the topics' records come. */
final class ArchiveWriter implements AutoCloseable {

    private static final List<String> TOPICS = List.of(
            Topics.COMMANDS.name(),
            Topics.EVENTS.name(),
            Topics.ORDERS.name(),
            Topics.PAYMENTS.name(),
            StoreLog.ORDERS,
            StoreLog.SECTIONS);

    private static final class Log {
        final SyncedFile file;
        final DataFileWriter<GenericRecord> writer;
        long end;

        Log(Path path) throws IOException {
            file = new SyncedFile(path);
            writer = new DataFileWriter<>(new GenericDatumWriter<>(ArchiveFormat.RECORD));
            writer.setCodec(CodecFactory.deflateCodec(CodecFactory.DEFAULT_DEFLATE_LEVEL));
            writer.create(ArchiveFormat.RECORD, file);
        }
    }

    private final Path folder;
    private final int partitions;
    private final Map<String, List<Log>> logs = new HashMap<>();
    private final WrittenSchemas schemas = new WrittenSchemas(PinnedSchemas.released());
    private long records;

    ArchiveWriter(Path folder, int partitions) throws IOException {
        this.folder = folder;
        this.partitions = partitions;
        for (String topic : TOPICS) {
            Files.createDirectories(folder.resolve(topic));
            List<Log> topicLogs = new ArrayList<>();
            for (int partition = 0; partition < partitions; partition++) {
                topicLogs.add(new Log(ArchiveManifest.file(folder, topic, partition)));
            }
            logs.put(topic, topicLogs);
        }
    }

    private List<Log> logs(String topic) {
        return logs.getOrDefault(topic, List.of());
    }

    /** @return the record's offset */
    long append(String topic, int partition, long atMillis, String key, byte[] value) throws IOException {
        Log log = logs(topic).get(partition);
        var message = new LogRecord(
                topic, partition, log.end, atMillis, key.getBytes(StandardCharsets.UTF_8), value, List.of());
        schemas.see(message);
        log.writer.append(ArchiveFormat.of(message));
        records++;
        return log.end++;
    }

    long records() {
        return records;
    }

    /** Makes an archive of it. */
    void end() throws IOException {
        close();
        List<Topic> topics = new ArrayList<>();
        List<Long> decided = new ArrayList<>();
        for (String topic : TOPICS) {
            List<Partition> ended = new ArrayList<>();
            for (Log log : logs(topic)) {
                ended.add(new Partition(0, log.end, log.end, log.end, log.file.bytes(), log.file.sha256()));
            }
            topics.add(new Topic(topic, Map.of(), ended));
        }
        for (int partition = 0; partition < partitions; partition++) {
            decided.add(logs(Topics.COMMANDS.name()).get(partition).end);
        }
        new ArchiveManifest(
                        ArchiveManifest.FORMAT,
                        ArchiveManifest.VERSION,
                        "2026-12-01T10:00:00Z",
                        "large",
                        topics,
                        decided,
                        List.of(),
                        false,
                        schemas.all())
                .write(folder);
    }

    @Override
    public void close() throws IOException {
        for (List<Log> each : logs.values()) {
            for (Log log : each) {
                log.writer.close();
            }
        }
    }
}
