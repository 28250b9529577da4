package dev.onsale.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an audit of a real broker takes is what was estimated, and what it may take is kept. */
class KafkaBudgetTest {

    private static final int MEBIBYTE = 1024 * 1024;

    @SuppressWarnings("NullAway.Init") // set before each test
    private TestCluster cluster;

    @BeforeEach
    void start() throws Exception {
        cluster = TestCluster.start(Map.of("log.cleaner.backoff.ms", "200"));
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    @Test
    void estimate_isWithinTenPercent_ofTenMegabytes() throws Exception {
        new FilledTopics(cluster, 500).fill(16_000_000, MEBIBYTE);

        AuditReport report = estimatedRightly();

        assertTrue(report.bytesRead() > 9_000_000 && report.bytesRead() < 16_000_000, report::toJson);
    }

    @Test
    @Tag("long")
    void estimate_isWithinTenPercent_ofTwoGigabytes() throws Exception {
        new FilledTopics(cluster, 4000).fill(3_000_000_000L, 64 * MEBIBYTE);

        AuditReport report = estimatedRightly();

        assertTrue(report.bytesRead() > 1_800_000_000L, report::toJson);
    }

    private AuditReport estimatedRightly() {
        AuditOptions options = AuditOptions.of(cluster.client());
        AuditReport before = Audit.run(options.withEstimateOnly(true), AuditListener.SILENT);
        AuditReport report = Audit.run(options, AuditListener.SILENT);
        System.out.printf(
                "estimated %,d bytes, read %,d bytes of %,d records%n",
                report.estimate().bytes(),
                report.bytesRead(),
                report.inputs().partitions().stream()
                        .mapToLong(Inputs.Partition::records)
                        .sum());
        assertEquals(before.estimate().bytes(), report.estimate().bytes());
        assertTrue(Math.abs(report.estimate().errorPercent().orElseThrow()) <= 10, report.estimate()::toString);
        return report;
    }

    /** Alone, and by three threads that would all like to have the last bytes. */
    @Test
    void limit_isPassedByOneFetchAtMost() throws Exception {
        int partitions = 3;
        try (Admin admin = Admin.create(cluster.client())) {
            admin.createTopics(List.of(new NewTopic("large", partitions, (short) 1)))
                    .all()
                    .get();
        }
        var filled = new FilledTopics(cluster, 1000);
        for (int partition = 0; partition < partitions; partition++) {
            filled.write("large", partition, 12 * MEBIBYTE, Map.of());
        }
        for (int threads : List.of(1, partitions)) {
            for (int limit : List.of(10 * MEBIBYTE, 17 * MEBIBYTE)) {
                try (LogSource source = KafkaLogSource.open(cluster.client())) {
                    var reader = new Reader(source, limit, 0, AuditListener.SILENT);
                    try (ExecutorService readers = Executors.newFixedThreadPool(threads)) {
                        List<Callable<Void>> reads = IntStream.range(0, partitions)
                                .<Callable<Void>>mapToObj(partition -> () -> read(reader, partition))
                                .toList();
                        for (Future<Void> read : readers.invokeAll(reads)) {
                            read.get();
                        }
                    }
                    long passed = source.bytesRead() - limit;
                    System.out.printf("%d threads passed %,d bytes by %,d%n", threads, limit, passed);
                    // A fetch's answer has a few bytes around the records.
                    assertTrue(passed >= 0 && passed <= KafkaCursor.FETCH_BYTES + MEBIBYTE / 16, "by " + passed);
                }
            }
        }
    }

    private static @Nullable Void read(Reader reader, int partition) {
        try (LogCursor cursor = reader.open("large", partition)) {
            while (cursor.next() != null) {
                // On and on, until the limit ends it.
            }
        } catch (Reader.LimitReached e) {
            // As it must be for all of them, sooner or later.
        }
        return null;
    }
}
