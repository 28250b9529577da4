package dev.onsale.cli.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.runtime.OperatorError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

    @TempDir
    Path temporary = Path.of("");

    @Test
    void folder_namesItsHolder_whenLockedTwice() {
        try (DataFolder first = DataFolder.lock(temporary.resolve("data"))) {
            first.describeHolder("process 17 with orders http://127.0.0.1:8080");
            OperatorError error = assertThrows(OperatorError.class, () -> DataFolder.lock(temporary.resolve("data")));
            assertTrue(
                    String.valueOf(error.getMessage()).contains("process 17 with orders http://127.0.0.1:8080"),
                    error.getMessage());
        }
    }

    @Test
    void folder_canBeLockedAgain_whenClosed() {
        DataFolder.lock(temporary).close();
        try (DataFolder again = DataFolder.lock(temporary)) {
            assertEquals(temporary.toAbsolutePath().normalize(), again.path());
        }
    }

    @Test
    void folder_isRefused_whenAFileHasItsName() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));
        OperatorError error = assertThrows(OperatorError.class, () -> DataFolder.lock(file));
        assertTrue(String.valueOf(error.getMessage()).contains("there is a file of that name"), error.getMessage());
    }

    @Test
    void folder_isRefused_whenItMayNotBeWritten() throws IOException {
        Path folder = Files.createDirectory(
                temporary.resolve("closed"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r-x------")));
        Assumptions.assumeFalse(Files.isWritable(folder), "this account may write everywhere");
        OperatorError error = assertThrows(OperatorError.class, () -> DataFolder.lock(folder));
        assertTrue(String.valueOf(error.getMessage()).contains("no permission"), error.getMessage());
    }
}
