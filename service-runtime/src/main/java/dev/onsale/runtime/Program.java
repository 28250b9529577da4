package dev.onsale.runtime;

import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a service as a program: until SIGTERM, or until it fails for good. */
public final class Program {

    private static final Logger log = LoggerFactory.getLogger(Program.class);

    /** Starts a service and returns what stops it. */
    @FunctionalInterface
    public interface Start {
        /**
         * @param settings everything that was configured
         * @param failed to be called when the service cannot go on; the program then ends with code 1, for a supervisor to
         *     start it again
         */
        AutoCloseable start(Settings settings, Runnable failed);
    }

    private Program() {}

    /** Does not return before the service has ended. {@link OperatorError}: one sentence, exit code 2. */
    public static void run(String name, String[] args, Start start) {
        CountDownLatch ended = new CountDownLatch(1);
        try {
            AutoCloseable service = start.start(Settings.fromCommandLine(args, System.getenv()), () -> {
                log.error("{} cannot go on and ends with code 1", name);
                Thread.ofPlatform().start(() -> Runtime.getRuntime().exit(1));
            });
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                close(name, service);
                ended.countDown();
            }));
            log.info("{} runs", name);
            ended.await();
        } catch (OperatorError e) {
            System.err.println(name + ": " + e.getMessage());
            Runtime.getRuntime().exit(OperatorError.EXIT_CODE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.error("{} could not start", name, e);
            Runtime.getRuntime().exit(1);
        }
    }

    private static void close(String name, AutoCloseable service) {
        try {
            service.close();
            log.info("{} has stopped", name);
        } catch (Exception e) {
            log.error("{} did not stop cleanly", name, e);
        }
    }
}
