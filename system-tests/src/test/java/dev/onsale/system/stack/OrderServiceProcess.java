package dev.onsale.system.stack;

import dev.onsale.orders.OrderServiceMain;
import dev.onsale.system.stack.HaproxyProcess.Instance;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** order-service as a process of its own, beside the one of {@code ./onsale up}. */
public final class OrderServiceProcess implements AutoCloseable {

    private static final Duration READY_WITHIN = Duration.ofSeconds(90);

    private final Instance instance;
    private final List<String> command;
    private final Path output;
    private volatile Process process;

    private OrderServiceProcess(Instance instance, List<String> command, Path output) throws IOException {
        this.instance = instance;
        this.command = command;
        this.output = output;
        this.process = launch();
        // A test run that is stopped must not leave one behind.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> process.destroyForcibly()));
    }

    /**
     * Starts it and waits until it is ready.
     *
     * @param more settings, keys and values in turn, each key with two dashes
     */
    public static OrderServiceProcess start(Path folder, String bootstrap, String... more) throws IOException {
        List<Integer> ports = Machine.freePorts(2);
        Instance instance = new Instance(ports.getFirst(), ports.getLast());
        List<String> command = Program.command(
                256,
                OrderServiceMain.class,
                "--bootstrap.servers",
                bootstrap,
                "--state.dir",
                folder.resolve("state").toString(),
                "--http.port",
                String.valueOf(instance.http()),
                "--admin.port",
                String.valueOf(instance.admin()));
        command.addAll(List.of(more));
        OrderServiceProcess started = new OrderServiceProcess(instance, command, folder.resolve("order-service.out"));
        started.awaitReady();
        return started;
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(output.toFile()))
                .start();
    }

    private void awaitReady() {
        Awaitility.await()
                .atMost(READY_WITHIN)
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new IllegalStateException("order-service ended: " + Files.readString(output));
                    }
                    return Shop.status("http://127.0.0.1:" + instance.admin() + "/health/ready") == 200;
                });
    }

    /** SIGKILL; returns when the process is gone. */
    public void kill9() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Starts it again on the same folder and the same ports, and waits until it is ready. */
    public void restart() throws IOException {
        process = launch();
        awaitReady();
    }

    public Instance instance() {
        return instance;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
