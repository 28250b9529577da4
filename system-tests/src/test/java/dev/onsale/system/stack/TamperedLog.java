package dev.onsale.system.stack;

import dev.onsale.schemas.AvroSerde;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.Utils;

/**
 * A copy of a stopped broker's folder whose log segments are rewritten: what somebody with access to the disk could do. Offsets,
 * timestamps and transaction markers stay as they are.
 */
public final class TamperedLog {

    private final Path logDir;

    private TamperedLog(Path logDir) {
        this.logDir = logDir;
    }

    /** Copies a broker's folder. */
    public static TamperedLog copyOf(Path logDir, Path target) throws IOException {
        try (Stream<Path> files = Files.walk(logDir)) {
            for (Path file : files.toList()) {
                Path copy = target.resolve(logDir.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
        return new TamperedLog(target);
    }

    public Path logDir() {
        return logDir;
    }

    /**
     * Rewrites the values of a topic.
     *
     * @param edit the new value of a record; empty: the record is taken out
     * @return how many records are others now
     */
    public int rewrite(String topic, Function<byte[], Optional<byte[]>> edit) throws IOException {
        int changed = 0;
        for (Path partition : partitions(topic)) {
            for (File segment : files(partition, ".log")) {
                changed += rewrite(segment, edit);
            }
            // The broker builds these again from the segments.
            for (String derived : List.of(".index", ".timeindex", ".txnindex")) {
                for (File file : files(partition, derived)) {
                    Files.delete(file.toPath());
                }
            }
        }
        Files.deleteIfExists(logDir.resolve(".kafka_cleanshutdown"));
        return changed;
    }

    private List<Path> partitions(String topic) throws IOException {
        try (Stream<Path> folders = Files.list(logDir)) {
            return folders.filter(folder -> folder.getFileName().toString().matches(topic + "-\\d+"))
                    .toList();
        }
    }

    private static List<File> files(Path partition, String ending) throws IOException {
        try (Stream<Path> files = Files.list(partition)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .map(Path::toFile)
                    .toList();
        }
    }

    private static int rewrite(File segment, Function<byte[], Optional<byte[]>> edit) throws IOException {
        List<ByteBuffer> batches = new ArrayList<>();
        int changed = 0;
        try (FileRecords records = FileRecords.open(segment, false)) {
            for (RecordBatch batch : records.batches()) {
                if (batch.isControlBatch()) {
                    batches.add(untouched(batch));
                } else {
                    changed += rewrite(batch, edit, batches);
                }
            }
        }
        try (FileChannel channel =
                FileChannel.open(segment.toPath(), StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            for (ByteBuffer batch : batches) {
                Utils.writeFully(channel, batch);
            }
        }
        return changed;
    }

    private static ByteBuffer untouched(RecordBatch batch) {
        ByteBuffer bytes = ByteBuffer.allocate(batch.sizeInBytes());
        batch.writeTo(bytes);
        return bytes.flip();
    }

    private static int rewrite(RecordBatch batch, Function<byte[], Optional<byte[]>> edit, List<ByteBuffer> batches) {
        int changed = 0;
        int kept = 0;
        ByteBuffer buffer = ByteBuffer.allocate(2 * batch.sizeInBytes() + 16_384);
        MemoryRecordsBuilder builder = MemoryRecords.builder(
                buffer,
                batch.magic(),
                Compression.NONE,
                batch.timestampType(),
                batch.baseOffset(),
                batch.maxTimestamp(),
                batch.producerId(),
                batch.producerEpoch(),
                batch.baseSequence(),
                batch.isTransactional(),
                batch.partitionLeaderEpoch());
        for (Record record : batch) {
            byte[] value = Utils.toArray(record.value());
            Optional<byte[]> edited = edit.apply(value);
            if (edited.isEmpty() || !Arrays.equals(edited.get(), value)) {
                changed++;
            }
            if (edited.isPresent()) {
                kept++;
                byte[] key = record.hasKey() ? Utils.toArray(record.key()) : null;
                builder.appendWithOffset(record.offset(), record.timestamp(), key, edited.get(), record.headers());
            }
        }
        if (kept > 0) {
            batches.add(builder.build().buffer());
        }
        return changed;
    }

    /** An edit of typed values. */
    public static <T extends SpecificRecord> Function<byte[], Optional<byte[]>> typed(
            AvroSerde<T> serde, Function<T, Optional<T>> edit) {
        return bytes -> edit.apply(serde.fromBytes(bytes)).map(serde::toBytes);
    }
}
