package dev.onsale.audit;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten million records, in 512 MiB of heap, at not less than half the rate of one reader that only decodes them; and stopped in the
 * middle, it goes on. Fewer records with {@code -Daudit.records=N}; of few, most of the time is the compiler's.
 */
@Tag("long")
class ScaleTest {

    private static final long RECORDS = Long.getLong("audit.records", 10_000_000);
    private static final double LEAST_RATIO = 0.5;

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder = Path.of("");

    private Process start(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseParallelGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                Scale.class.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .start();
    }

    /** @return the last line that is printed */
    private ObjectNode run(String... args) throws Exception {
        int exit = start(args).waitFor();
        List<String> lines = Files.readAllLines(folder.resolve("out"));
        assertEquals(0, exit, () -> String.join("\n", lines));
        return (ObjectNode) JSON.readTree(lines.getLast());
    }

    /** What was found and read, but for how much was read, when and for how long. */
    private static ObjectNode said(ObjectNode ran) {
        return ((ObjectNode) ran.path("report")).remove(List.of("bytesRead", "estimate", "startedAt", "seconds"));
    }

    @Test
    void largeLog_isAuditedInLittleMemory_atHalfTheRateOfDecodingIt_andGoesOnWhenStopped() throws Exception {
        String archive = folder.resolve("archive").toString();
        Path work = folder.resolve("work");
        run("write", archive, Long.toString(RECORDS));

        ObjectNode audited = run("compare", archive);
        double ratio = ratio(audited, "decodeSeconds", "seconds");
        // What others do on this machine takes more from two threads than from one, so this is told, too.
        double unshared = ratio(audited, "decodeBusySeconds", "busySeconds")
                * Runtime.getRuntime().availableProcessors();
        System.out.printf(
                "%,d records: decoded in %.1f s, audited in %.1f s, at %.2f of the rate; by processor time, at %.2f if it had"
                        + " them for itself%n",
                audited.path("records").asLong(),
                audited.path("decodeSeconds").asDouble(),
                audited.path("seconds").asDouble(),
                ratio,
                unshared);

        Process stopped = start("audit", archive, work.toString());
        await().atMost(Duration.ofHours(1)).until(() -> !stopped.isAlive() || done(work) > 2);
        assertTrue(stopped.destroyForcibly().waitFor() != 0, "it must not have come to its end");
        ObjectNode gone = run("audit", archive, work.toString());
        System.out.printf(
                "stopped and gone on with: read %,d of %,d bytes the second time%n",
                gone.path("report").path("bytesRead").asLong(),
                audited.path("report").path("bytesRead").asLong());

        assertNotEquals(
                audited.path("report").path("bytesRead"), gone.path("report").path("bytesRead"));
        assertEquals(said(audited), said(gone));
        assertTrue(ratio >= LEAST_RATIO, "audited at " + ratio + " of the rate of decoding");
    }

    private static double ratio(ObjectNode ran, String of, String to) {
        return ran.path(of).asDouble() / ran.path(to).asDouble();
    }

    /** How many partitions are decided again. */
    private static long done(Path work) throws IOException {
        if (!Files.isDirectory(work)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(work)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("partition-") && name.endsWith(".json"))
                    .count();
        }
    }
}
