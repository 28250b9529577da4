package dev.onsale.system.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * How tests start programs, ours and Kafka's, as processes of their own: on the class path that the launcher uses, so that they
 * find the archive of loaded classes that it has made.
 */
public final class Program {

    private static final Path TARGET =
            OnsaleProcess.root().resolve("onsale-cli").resolve("target");

    private Program() {}

    /**
     * The command that starts a program.
     *
     * @param megabytes of heap
     */
    public static List<String> command(int megabytes, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + megabytes + "m",
                "-XX:+UseSerialGC",
                // A process that lives for a minute does not earn back what the second compiler costs.
                "-XX:TieredStopAtLevel=1",
                // Without the file, or with one of an older build, everything works as well.
                "-XX:SharedArchiveFile=" + TARGET.resolve("onsale.jsa"),
                "-Xshare:auto",
                "-Xlog:disable",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath(),
                main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static String classPath() {
        try (Stream<Path> files = Files.list(TARGET)) {
            Path jar = files.filter(
                            file -> file.getFileName().toString().matches("onsale-cli-[0-9.]+(-SNAPSHOT)?\\.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no jar in " + TARGET + "; run mvn package first"));
            return jar + ":" + TARGET.resolve("lib") + "/*";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
