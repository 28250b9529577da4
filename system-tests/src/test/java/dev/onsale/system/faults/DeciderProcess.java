package dev.onsale.system.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.onsale.inventory.InventoryMain;
import dev.onsale.system.stack.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** inventory-stream as a process of its own that can be killed, and started again as the same instance. */
final class DeciderProcess implements AutoCloseable {

    private static final int STOPS_WITHIN_SECONDS = 20;

    private final List<String> settings;
    private final Path output;
    private volatile Process process;

    DeciderProcess(String bootstrap, Path stateDir) {
        this(bootstrap, stateDir, "under-test");
    }

    /** @param more settings, keys and values in turn, each key with two dashes */
    DeciderProcess(String bootstrap, Path stateDir, String instanceId, String... more) {
        this.settings = new ArrayList<>(List.of(
                "--bootstrap.servers",
                bootstrap,
                "--state.dir",
                stateDir.toString(),
                "--instance.id",
                instanceId,
                "--standby.replicas",
                "0",
                "--health.port",
                "0"));
        settings.addAll(List.of(more));
        this.output = stateDir.resolveSibling(stateDir.getFileName() + ".out");
        this.process = launch();
        // A test run that is stopped must not leave a decider behind.
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    private Process launch() {
        try {
            return new ProcessBuilder(Program.command(256, InventoryMain.class, settings.toArray(String[]::new)))
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.appendTo(output.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts again on the same folder under the same name. */
    void start() {
        process = launch();
    }

    /** SIGKILL; returns when the process is gone. */
    void kill() {
        process.destroyForcibly();
        awaitEnd(STOPS_WITHIN_SECONDS);
    }

    /** SIGSTOP: it stands still and knows nothing of it. */
    void freeze() {
        signal("-STOP");
    }

    /** SIGCONT. */
    void thaw() {
        signal("-CONT");
    }

    private void signal(String signal) {
        try {
            int ended = new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            assertEquals(0, ended, "kill " + signal);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** SIGTERM; returns when the process has stopped by itself. */
    void stop() {
        process.destroy();
        awaitEnd(STOPS_WITHIN_SECONDS);
    }

    /** Fails with the process's last words if it has ended by itself. */
    void requireRunning() {
        if (!process.isAlive()) {
            throw new IllegalStateException("the decider ended with " + process.exitValue() + ": " + lastWords());
        }
    }

    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String lastWords() {
        String text = output();
        return text.substring(Math.max(0, text.length() - 4_000));
    }

    private void awaitEnd(int seconds) {
        try {
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("the decider did not stop within " + seconds + " s: " + lastWords());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
