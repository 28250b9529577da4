package dev.onsale.system.runbook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.onsale.system.runbook.RunbookPage.Block;
import dev.onsale.system.stack.Machine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Executes every command of the runbook as it is written, beside what the README starts: {@code ./onsale up} on the usual ports,
 * with rock-night on sale.
 */
@Tag("long")
@Timeout(600)
class RunbookIT {

    private static final Duration LONGEST = Duration.ofMinutes(4);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private static PrivateNetwork network;
    private static Process onsale;

    @BeforeAll
    static void start() throws Exception {
        network = PrivateNetwork.openOrSkip();
        RunbookPage.linkCheckout(folder);
        Path output = folder.resolve("up.out");
        onsale = network.program(folder, output, "./onsale", "up", "--data", "data")
                .start();
        Awaitility.await().atMost(Duration.ofSeconds(90)).until(() -> says(output, "onsale is ready"));
        String open = "./onsale open examples/rock-night.yaml";
        execute("README.md", new Block(0, open, Optional.empty(), false, Optional.empty()));
        Optional<String> plan = RunbookPage.properties("rolling.md");
        Files.writeString(folder.resolve("roll.properties"), plan.orElseThrow());
    }

    @AfterAll
    static void stop() throws Exception {
        if (onsale != null) {
            onsale.destroy();
            onsale.waitFor();
        }
        if (network != null) {
            network.close();
        }
    }

    static List<String> pages() throws IOException {
        return RunbookPage.names();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void commands_do_whatThePageSays(String page) throws Exception {
        List<Process> started = new ArrayList<>();
        try {
            if (page.equals("canary-build.md")) {
                started.add(haproxy());
            }
            if (page.equals("dead-letters.md")) {
                putAside(RunbookPage.deadLetters(page));
            }
            for (Block block : RunbookPage.blocks(page)) {
                if (block.test().isEmpty()) {
                    started.addAll(execute(page + ":" + block.line(), block));
                }
            }
        } finally {
            started.forEach(RunbookIT::end);
        }
    }

    private static void putAside(List<String> ids) throws IOException, InterruptedException {
        Path output = folder.resolve("put-aside.out");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                PutAside.class.getName()));
        command.addAll(ids);
        Process program =
                network.program(folder, output, command.toArray(String[]::new)).start();
        assertEquals(0, program.waitFor(), () -> read(output));
    }

    private static Process haproxy() throws IOException {
        Machine.requireOrSkip("haproxy", "socat");
        Files.createDirectories(Path.of("/run/haproxy"));
        return network.program(
                        folder,
                        folder.resolve("haproxy.out"),
                        Machine.program("haproxy").orElseThrow().toString(),
                        "-db",
                        "-f",
                        "deploy/haproxy/haproxy.cfg")
                .start();
    }

    /** @return what runs on */
    private static List<Process> execute(String name, Block block) throws IOException, InterruptedException {
        Path output = folder.resolve(name + ".out");
        Process shell = network.program(folder, output, "bash", "-euo", "pipefail", "-c", block.commands())
                .start();
        boolean runsOn = false;
        try {
            if (block.until().isPresent()) {
                Awaitility.await(name).atMost(LONGEST).until(() -> {
                    assertTrue(shell.isAlive(), () -> name + " has ended:\n" + read(output));
                    return says(output, block.until().get());
                });
                runsOn = block.runsOn();
            } else {
                assertTrue(
                        shell.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS),
                        () -> name + " does not end:\n" + read(output));
                assertEquals(0, shell.exitValue(), () -> name + ":\n" + block.commands() + "\n" + read(output));
            }
            System.out.println(name + "\n" + block.commands() + "\n" + read(output));
        } finally {
            if (!runsOn) {
                end(shell);
            }
        }
        return runsOn ? List.of(shell) : List.of();
    }

    /** Like Ctrl-C, but also where a shell in the background has told its children to ignore that; after a while like kill -9. */
    private static void end(Process shell) {
        List<ProcessHandle> all =
                Stream.concat(shell.descendants(), Stream.of(shell.toHandle())).toList();
        all.forEach(ProcessHandle::destroy);
        for (ProcessHandle process : all) {
            try {
                process.onExit().get(60, TimeUnit.SECONDS);
            } catch (InterruptedException | ExecutionException | TimeoutException e) {
                process.destroyForcibly();
            }
        }
    }

    private static boolean says(Path output, String text) {
        return read(output).contains(text);
    }

    private static String read(Path output) {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
