package dev.onsale.system.faults;

import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.onsale.schemas.Topics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The disk beneath the stores lies or is gone: the log is what counts. */
@Tag("long")
class StateDirIT {

    private static final int COMMANDS = 600;

    @TempDir
    static Path folder;

    private static Lab lab;
    private static Commands commands;

    @BeforeAll
    static void start() {
        lab = Lab.start(folder);
        commands = new Commands(lab.bootstrap());
    }

    @AfterAll
    static void stop() throws Exception {
        commands.close();
        lab.close();
    }

    enum End {
        STOPPED,
        KILLED
    }

    enum Damage {
        /** The folder is gone, and with it the name under which the brokers know the process. */
        DELETED(_ -> true),
        EVERY_FILE_IS_GARBAGE(_ -> true),
        TABLES_ARE_GARBAGE(name -> name.endsWith(".sst")),
        MANIFEST_IS_GARBAGE(name -> name.startsWith("MANIFEST") || name.equals("CURRENT")),
        TABLES_ARE_CUT_OFF(name -> name.endsWith(".sst")),
        PROCESS_NAME_IS_GARBAGE(name -> name.equals("kafka-streams-process-metadata"));

        @SuppressWarnings("ImmutableEnumChecker") // a predicate without state
        private final Predicate<String> hits;

        Damage(Predicate<String> hits) {
            this.hits = hits;
        }

        int to(Path stateDir, Random random) throws IOException {
            try (Stream<Path> tree = Files.walk(stateDir)) {
                List<Path> files = tree.sorted(Comparator.reverseOrder())
                        .filter(file -> this == DELETED
                                || (Files.isRegularFile(file)
                                        && hits.test(file.getFileName().toString())))
                        .toList();
                for (Path file : files) {
                    hit(file, random);
                }
                return files.size();
            }
        }

        private void hit(Path file, Random random) throws IOException {
            switch (this) {
                case DELETED -> Files.delete(file);
                case TABLES_ARE_CUT_OFF -> {
                    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                        channel.truncate(channel.size() / 2);
                    }
                }
                case EVERY_FILE_IS_GARBAGE, TABLES_ARE_GARBAGE, MANIFEST_IS_GARBAGE, PROCESS_NAME_IS_GARBAGE -> {
                    byte[] garbage = new byte[(int) Files.size(file)];
                    random.nextBytes(garbage);
                    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                        channel.write(ByteBuffer.wrap(garbage));
                    }
                }
            }
        }
    }

    private static int events() {
        return TopicReader.committed(lab.bootstrap(), Topics.EVENTS.name()).size();
    }

    /** Three of them; all twelve with {@code -Dfaults.all=true}. */
    static Stream<Arguments> damages() {
        return Boolean.getBoolean("faults.all")
                ? Stream.of(Damage.values())
                        .flatMap(damage -> Stream.of(End.values()).map(end -> arguments(end, damage)))
                : Stream.of(
                        arguments(End.KILLED, Damage.DELETED),
                        arguments(End.KILLED, Damage.EVERY_FILE_IS_GARBAGE),
                        arguments(End.STOPPED, Damage.TABLES_ARE_CUT_OFF));
    }

    @Tag("state-dir-corrupt-or-deleted")
    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("damages")
    void stores_equalTheLog_whenTheStateDirIs(End end, Damage damage) throws Exception {
        var finding = new Finding("state-dir-corrupt-or-deleted");
        long seed = finding.seed();
        String name = (end + "-" + damage).toLowerCase(Locale.ROOT).replace('_', '-');
        Path stateDir = folder.resolve("state");
        Oracle oracle = new Oracle(lab.bootstrap(), lab.gateway());
        try (Crowd crowd = new Crowd(commands, name, 4, seed);
                DeciderProcess decider = new DeciderProcess(lab.bootstrap(), stateDir)) {
            int before = events();
            crowd.send(COMMANDS * 3 / 4);
            commands.flush();
            // By then every store has something in it.
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> {
                decider.requireRunning();
                return events() >= before + COMMANDS / 2;
            });
            switch (end) {
                case STOPPED -> decider.stop();
                case KILLED -> decider.kill();
            }
            int hit = damage.to(stateDir, new Random(seed));

            crowd.send(COMMANDS / 4);
            decider.start();
            crowd.stop();

            finding.saw(name + ": " + hit + " files", oracle.awaitProof(decider::requireRunning));
            decider.stop();
        }
    }
}
