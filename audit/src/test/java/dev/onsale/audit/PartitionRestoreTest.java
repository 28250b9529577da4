package dev.onsale.audit;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.runtime.OperatorError;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Drawn partitions with gaps of all kinds are written to a real broker, and read back. */
class PartitionRestoreTest {

    private static final int PARTITIONS = 20;
    private static final String TOPIC = "restored";

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    /** Records of a partition and its end. */
    private record Drawn(List<LogRecord> records, long end) {

        /** How often offsets are left out behind a record. */
        long gaps() {
            return IntStream.range(0, records.size())
                    .filter(i -> records.get(i).offset() + 1
                            < (i + 1 == records.size()
                                    ? end
                                    : records.get(i + 1).offset()))
                    .count();
        }

        LogCursor cursor() {
            Iterator<LogRecord> each = records.iterator();
            return new LogCursor() {
                @Override
                public @Nullable LogRecord next() {
                    return each.hasNext() ? each.next() : null;
                }

                @Override
                public void close() {}
            };
        }
    }

    private Drawn draw(int partition) {
        List<LogRecord> records = new ArrayList<>();
        long offset = random.nextInt(4);
        int count = random.nextInt(30);
        for (int i = 0; i < count; i++) {
            records.add(new LogRecord(
                    TOPIC,
                    partition,
                    offset,
                    1_000_000 + i,
                    bytes(),
                    bytes(),
                    List.of(new RecordHeader("h", bytes()))));
            offset += 1 + gap();
        }
        return new Drawn(records, records.isEmpty() ? offset : records.getLast().offset() + 1 + gap());
    }

    private int gap() {
        return switch (random.nextInt(6)) {
            case 0 -> 1;
            case 1 -> 2;
            case 2 -> 3 + random.nextInt(200);
            default -> 0;
        };
    }

    private byte @Nullable [] bytes() {
        if (random.nextInt(8) == 0) {
            return null;
        }
        byte[] drawn = new byte[random.nextInt(50)];
        random.nextBytes(drawn);
        return drawn;
    }

    private static String text(LogRecord record) {
        return record.receipt() + " " + ArchiveFormat.of(record);
    }

    @Test
    void records_haveTheirOffsets_andPartitionsTheirEnds() throws Exception {
        System.out.println("seed " + seed);
        try (TestCluster cluster = TestCluster.start();
                Admin admin = Admin.create(cluster.client());
                var restore = new PartitionRestore(cluster.client(), admin);
                KafkaLogSource source = KafkaLogSource.open(cluster.client())) {
            admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS + 1, (short) 1)))
                    .all()
                    .get();
            long nanos = 0;
            long gaps = 0;
            for (int number = 0; number < PARTITIONS; number++) {
                Drawn drawn = draw(number);
                var partition = new TopicPartition(TOPIC, number);

                // As ImportTopics does: a leader that does not serve yet would take the second batch before the first.
                awaitLeader(source, number);
                long began = System.nanoTime();
                long first = restore.run(partition, drawn.cursor(), drawn.end());
                nanos += System.nanoTime() - began;
                gaps += drawn.gaps();

                admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(first)))
                        .all()
                        .get();
                assertEquals(drawn.end(), source.end(TOPIC, number), () -> "end of " + drawn);
                assertEquals(
                        drawn.records().stream().map(PartitionRestoreTest::text).toList(),
                        read(source, number).stream()
                                .map(PartitionRestoreTest::text)
                                .toList());
            }
            System.out.println(gaps + " gaps, " + nanos / 1_000_000 / gaps + " ms each");
            var one = new Drawn(List.of(new LogRecord(TOPIC, PARTITIONS, 0, 1, null, bytes(), List.of())), 1);
            var partition = new TopicPartition(TOPIC, PARTITIONS);
            awaitLeader(source, PARTITIONS);
            restore.run(partition, one.cursor(), one.end());
            var refused = assertThrows(OperatorError.class, () -> restore.run(partition, one.cursor(), one.end()));
            assertTrue(String.valueOf(refused.getMessage()).contains("somebody else writes there, too"));
        }
    }

    private static void awaitLeader(KafkaLogSource source, int partition) {
        await().ignoreExceptions().until(() -> source.end(TOPIC, partition) == 0);
    }

    private static List<LogRecord> read(KafkaLogSource source, int partition) {
        List<LogRecord> records = new ArrayList<>();
        long start = source.start(TOPIC, partition);
        try (LogCursor cursor = source.open(TOPIC, partition, start, source.end(TOPIC, partition), () -> {})) {
            for (LogRecord next = cursor.next(); next != null; next = cursor.next()) {
                records.add(next);
            }
        }
        return records;
    }
}
