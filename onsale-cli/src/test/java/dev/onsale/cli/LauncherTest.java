package dev.onsale.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher, in a copy of the tree whose path has a space, with a Maven and JDKs that only say how they were called, and
 * with nothing on the PATH but the tools that every Unix has.
 */
@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class LauncherTest {

    private static final List<String> TOOLS = List.of(
            "bash", "dirname", "readlink", "sed", "head", "tail", "find", "mkdir", "cat", "mv", "rm", "sleep", "grep");

    @TempDir
    Path temporary = Path.of("");

    private Path tree = Path.of("");
    private Path bin = Path.of("");
    private Path mavenCalls = Path.of("");

    record Run(int exitCode, long pid, String out, String err) {}

    @BeforeEach
    void copyLauncher() throws IOException {
        tree = Files.createDirectories(temporary.resolve("a tree/onsale"));
        bin = Files.createDirectories(temporary.resolve("bin"));
        mavenCalls = temporary.resolve("maven-calls");
        Files.copy(launcher(), tree.resolve("onsale"));
        Files.createDirectories(tree.resolve("schemas/src/main/avro"));
        Files.writeString(tree.resolve("pom.xml"), "<project/>");
        Files.writeString(tree.resolve("schemas/pom.xml"), "<project/>");
        Files.writeString(tree.resolve("schemas/src/main/avro/Event.avsc"), "{}");
        for (String tool : TOOLS) {
            executable(bin.resolve(tool), "#!/bin/sh\nexec '" + find(tool) + "' \"$@\"\n");
        }
        maven("exit 0");
        // So that whatever is written from now on is newer than what was built before.
        makeOlder(tree);
    }

    private static Path launcher() {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.isRegularFile(folder.resolve("onsale")) && Files.isDirectory(folder.resolve("onsale-cli"))) {
                return folder.resolve("onsale");
            }
        }
        throw new IllegalStateException("the launcher was not found above the working folder");
    }

    private static Path find(String tool) {
        return Stream.of("/usr/bin", "/bin", "/usr/local/bin")
                .map(folder -> Path.of(folder, tool))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }

    private static void makeOlder(Path folder) throws IOException {
        FileTime past = FileTime.from(Instant.now().minusSeconds(60));
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, past);
            }
        }
    }

    private static void script(Path file, String body) throws IOException {
        Files.createDirectories(file.getParent());
        executable(file, "#!/usr/bin/env bash\n" + body + "\n");
    }

    private static void executable(Path file, String content) throws IOException {
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void maven(String end) throws IOException {
        script(
                bin.resolve("mvn"),
                "echo \"$JAVA_HOME\" >> '" + mavenCalls + "'\n"
                        + "echo '[INFO] Building schemas 0.1.0-SNAPSHOT                 [1/9]'\n"
                        + "mkdir -p onsale-cli/target/lib\n"
                        + ": > onsale-cli/target/onsale-cli-0.1.0.jar\n" + end);
    }

    private Path jdk(String name, int version) throws IOException {
        Path jdk = temporary.resolve("jdks/" + name);
        script(
                jdk.resolve("bin/java"),
                "echo \"pid $$\"; echo \"folder $PWD\"; for a in \"$@\"; do echo \"arg $a\"; done");
        script(jdk.resolve("bin/javac"), "exit 0");
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + ".0.1\"\n");
        return jdk;
    }

    private ProcessBuilder command(Path launcher, Path folder, Map<String, String> environment, String... args) {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", bin.toString());
        builder.environment().put("HOME", temporary.toString());
        builder.environment().put("ONSALE_JDK_FOLDERS", temporary.resolve("jdks") + "/*");
        builder.environment().putAll(environment);
        return builder;
    }

    private Run run(Path launcher, Path folder, Map<String, String> environment, String... args) throws Exception {
        return ended(command(launcher, folder, environment, args).start());
    }

    private Run run(Map<String, String> environment, String... args) throws Exception {
        return run(tree.resolve("onsale"), temporary, environment, args);
    }

    private static Run ended(Process process) throws Exception {
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), process.pid(), out, err);
    }

    private long builds() throws IOException {
        return Files.exists(mavenCalls) ? Files.readAllLines(mavenCalls).size() : 0;
    }

    @Test
    void launcher_buildsOnce_whenStartedTwice() throws Exception {
        Path jdk = jdk("25", 25);
        Run first = run(Map.of());
        assertEquals(0, first.exitCode(), first.err());
        assertTrue(first.err().contains("schemas [1/9]"), () -> "no progress: " + first.err());
        Run second = run(Map.of());
        assertEquals("", second.err());
        assertEquals(
                List.of(jdk.toString()), Files.readAllLines(mavenCalls), "Maven runs once, on the JDK that was found");
    }

    @Test
    void launcher_buildsAgain_whenASourceChanged() throws Exception {
        jdk("25", 25);
        run(Map.of());
        Path source = tree.resolve("schemas/src/main/avro/Event.avsc");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
        run(Map.of());
        assertEquals(2, builds());
    }

    @Test
    void launcher_becomesTheProgram_whenBuilt() throws Exception {
        jdk("25", 25);
        Run run = run(Map.of("ONSALE_JAVA_OPTS", "-Dx=1 -Dy=2"), "open", "my layout.yaml");
        assertTrue(run.out().contains("pid " + run.pid() + "\n"), () -> run.pid() + " became " + run.out());
        assertTrue(run.out().contains("arg -Dx=1\narg -Dy=2\n"), run.out());
        assertTrue(run.out().endsWith("arg dev.onsale.cli.Onsale\narg open\narg my layout.yaml\n"), run.out());
    }

    @Test
    void launcher_staysInTheCallersFolder_whenCalledByALink() throws Exception {
        jdk("25", 25);
        Path links = Files.createDirectories(temporary.resolve("links"));
        Path link = Files.createSymbolicLink(links.resolve("onsale"), Path.of("../a tree/onsale/onsale"));
        Run run = run(link, links, Map.of(), "open", "layout.yaml");
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().contains("folder " + links.toRealPath() + "\n"), run.out());
        assertTrue(run.out().contains("a tree/onsale/onsale-cli/target/onsale-cli-0.1.0.jar:"), run.out());
    }

    @Test
    void launcher_saysHowToGetAJdk_whenThereIsNoneOf25() throws Exception {
        Path old = jdk("17", 17);
        Run run = run(Map.of("JAVA_HOME", old.toString()));
        assertEquals(2, run.exitCode());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains("No JDK 25"), run.err());
        assertEquals(0, builds());
    }

    @Test
    void launcher_prefersJavaHome_whenItFits() throws Exception {
        jdk("25", 25);
        Path chosen = jdk("elsewhere/26", 26);
        run(Map.of("JAVA_HOME", chosen.toString()));
        assertEquals(List.of(chosen.toString()), Files.readAllLines(mavenCalls));
    }

    @Test
    void launcher_findsTheJdkOfThePath_whenJavaIsALink() throws Exception {
        Path chosen = jdk("elsewhere/25", 25);
        Files.createSymbolicLink(bin.resolve("java"), chosen.resolve("bin/java"));
        assertEquals(0, run(Map.of()).exitCode());
        assertEquals(List.of(chosen.toString()), Files.readAllLines(mavenCalls));
    }

    @Test
    void launcher_saysHowToGetMaven_whenItIsMissing() throws Exception {
        jdk("25", 25);
        Files.delete(bin.resolve("mvn"));
        Run run = run(Map.of());
        assertEquals(2, run.exitCode());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains("Maven was not found"), run.err());
    }

    @Test
    void launcher_showsMavensErrors_whenTheBuildFails() throws Exception {
        jdk("25", 25);
        maven("echo '[INFO] chatter'; echo '[ERROR] the reason'; exit 1");
        Run run = run(Map.of());
        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("[ERROR] the reason"), run.err());
        assertFalse(run.err().contains("chatter"), run.err());
        maven("exit 0");
        assertEquals(0, run(Map.of()).exitCode(), "a failed build is tried again");
    }

    @Test
    void launcher_buildsOnce_whenStartedAtTheSameTime() throws Exception {
        jdk("25", 25);
        maven("sleep 2");
        List<Process> starts = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            starts.add(command(tree.resolve("onsale"), temporary, Map.of()).start());
        }
        for (Process start : starts) {
            Run run = ended(start);
            assertEquals(0, run.exitCode(), run.err());
        }
        assertEquals(1, builds());
    }

    @Test
    void launcher_takesTheLockOver_whenItsHolderIsGone() throws Exception {
        jdk("25", 25);
        Process gone = new ProcessBuilder(bin.resolve("bash").toString(), "-c", "exit 0").start();
        gone.waitFor();
        Path lock = Files.createDirectory(tree.resolve(".onsale-build-lock"));
        Files.writeString(lock.resolve("pid"), gone.pid() + "\n");
        Run run = run(Map.of());
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(1, builds());
        assertFalse(Files.exists(lock), "the lock is given free");
    }
}
