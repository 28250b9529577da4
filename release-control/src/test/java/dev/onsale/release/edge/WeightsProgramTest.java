package dev.onsale.release.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.release.edge.Edge.Finding;
import dev.onsale.runtime.OperatorError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a program that sets weights is told, and what becomes of its answers. */
class WeightsProgramTest {

    private final Path folder;

    WeightsProgramTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private WeightsProgram program(String script) throws IOException {
        Path file = folder.resolve("weights.sh");
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return new WeightsProgram(file.toString());
    }

    @Test
    void program_isToldTheShare() throws IOException {
        Path told = folder.resolve("told");
        WeightsProgram program = program("echo \"$@\" >> " + told);
        program.share(5);
        program.share(0);
        assertEquals("share 5\nshare 0\n", Files.readString(told));
    }

    @Test
    void share_isRefused_withWhatTheProgramSaid() throws IOException {
        WeightsProgram program = program("echo the name server is away >&2; exit 3");
        OperatorError refused = assertThrows(OperatorError.class, () -> program.share(5));
        assertTrue(
                String.valueOf(refused.getMessage()).contains("share 5' ended with 3: the name server is away;"),
                refused.getMessage());
    }

    @Test
    void abort_isEffective_whenTheProgramSaysSo() throws IOException {
        assertEquals(
                new Finding(true, "The abort is in the weights: all is stable"),
                program("[ $1 = check ] && echo all is stable").aborted());
        assertEquals(
                new Finding(false, "THE ABORT DOES NOT REACH BUYERS: still there"),
                program("echo still there; exit 1").aborted());
    }

    @Test
    void programThatIsNotThere_isRefused() {
        OperatorError refused =
                assertThrows(OperatorError.class, () -> new WeightsProgram("/nowhere/weights.sh").share(5));
        assertTrue(String.valueOf(refused.getMessage()).contains("correct --weights"), refused.getMessage());
    }
}
