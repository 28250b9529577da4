package dev.onsale.system.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Programs of this machine. */
final class Shell {

    /** How a program ended, and what it wrote to stdout and stderr. */
    record Ended(int exitCode, String output) {
        boolean well() {
            return exitCode == 0;
        }
    }

    private static final int NOT_FOUND = 127;
    private static final int TOO_LONG = 124;

    private Shell() {}

    /** Runs a program; one that does not exist ends with 127 and one that takes too long is killed and ends with 124. */
    static Ended run(Path folder, Map<String, String> environment, Duration longest, List<String> command) {
        try {
            // Into a file, so that a program that writes much cannot block on a full pipe while it is waited for.
            Path output = Files.createTempFile("onsale-shell", ".txt");
            try {
                ProcessBuilder builder = new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
                builder.environment().putAll(environment);
                Process process = builder.start();
                boolean ended = process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS);
                if (!ended) {
                    process.destroyForcibly().waitFor();
                }
                String text = new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
                return new Ended(ended ? process.exitValue() : TOO_LONG, text);
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("Cannot run program")) {
                return new Ended(NOT_FOUND, String.valueOf(e.getMessage()));
            }
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + command, e);
        }
    }
}
