package dev.onsale.cli.story;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A new folder that is gone after {@link #close()}. */
record TemporaryFolder(Path path) implements AutoCloseable {

    static TemporaryFolder create() {
        try {
            return new TemporaryFolder(Files.createTempDirectory("onsale-demo-"));
        } catch (IOException e) {
            throw new dev.onsale.runtime.OperatorError(
                    "No temporary folder can be made (" + e.getMessage()
                            + "); make room in the system's temporary folder, or name another with"
                            + " ONSALE_JAVA_OPTS=-Djava.io.tmpdir=DIR.",
                    e);
        }
    }

    @Override
    public void close() {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> files = Files.walk(path)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The folder " + path + " could not be deleted", e);
        }
    }
}
