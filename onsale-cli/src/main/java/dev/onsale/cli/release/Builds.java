package dev.onsale.cli.release;

import dev.onsale.release.check.BuildFacts;
import dev.onsale.runtime.OperatorError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Facts of any build: of this one, as they were written down, or asked of another one's jar. */
final class Builds {

    /** Stands for this build. */
    static final String THIS = "-";

    private Builds() {}

    /**
     * @param build {@value #THIS}, a file that {@code describe} wrote, or the onsale-cli jar of a build with {@code lib/}
     *     beside it
     * @param partitions where the build is to run; a file has its own
     * @throws OperatorError when it cannot be asked
     */
    static BuildFacts facts(String build, int partitions) {
        if (build.equals(THIS)) {
            return ThisBuild.facts(partitions);
        }
        Path file = Path.of(build).toAbsolutePath();
        if (!Files.isReadable(file)) {
            throw new OperatorError(
                    "The file " + build
                            + " cannot be read; give what './onsale release describe' printed, or the onsale-cli jar of a build.");
        }
        try {
            return BuildFacts.fromJson(
                    build.endsWith(".jar") ? describedBy(file, partitions) : Files.readString(file), build);
        } catch (IOException e) {
            throw new OperatorError(build + " cannot be read (" + e.getMessage() + "); name another file.", e);
        }
    }

    /** The build speaks for itself, in a process of its own: its classes have the names of ours. */
    private static String describedBy(Path jar, int partitions) throws IOException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xlog:disable",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        jar
                                + java.io.File.pathSeparator
                                + jar.resolveSibling("lib").resolve("*"),
                        "dev.onsale.cli.Onsale",
                        "release",
                        "describe",
                        "--partitions",
                        Integer.toString(partitions)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() == 0) {
                return printed;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new OperatorError("The build " + jar
                + " cannot describe itself; give the onsale-cli jar of a complete build, with lib/ beside it.");
    }
}
