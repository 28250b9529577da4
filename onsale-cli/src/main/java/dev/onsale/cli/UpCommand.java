package dev.onsale.cli;

import dev.onsale.cli.embedded.Stack;
import dev.onsale.cli.embedded.StackOptions;
import dev.onsale.runtime.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code onsale up}: everything in one process, until SIGTERM or until a part fails for good. */
@Command(
        name = "up",
        description = "Start everything in this process: a Kafka broker with its data on disk, and all services.",
        footer = {
            "",
            "Prints one line when orders are taken. SIGTERM or Ctrl-C stops it cleanly; after a crash, start it again.",
            "Without gateway.url or gateway.key in the settings, payments go to a simulator of Stripe.",
            "Exit codes: 1 a part failed for good, 2 could not start; stopped by a signal, the code is the signal's (143, 130)."
        })
final class UpCommand implements Callable<Integer> {

    private static final String ENVIRONMENT_PREFIX = "ONSALE_";
    /** Variables that are for the launcher and for this program as a whole. */
    private static final Set<String> NOT_SETTINGS = Set.of("ONSALE_JAVA_OPTS", "ONSALE_LOG", "ONSALE_DEBUG");

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = ".onsale",
            description = "Folder for everything that is kept. Default: ${DEFAULT-VALUE} in the working folder.")
    Path data = Path.of(".onsale");

    @Option(names = "--port", defaultValue = "8080", description = "Port for orders. Default: ${DEFAULT-VALUE}.")
    int port;

    @Option(
            names = "--admin-port",
            defaultValue = "8081",
            description = "Port for organizers. Default: ${DEFAULT-VALUE}.")
    int adminPort;

    @Option(
            names = "--kafka-port",
            defaultValue = "9092",
            description = "Port of the broker. Default: ${DEFAULT-VALUE}.")
    int kafkaPort;

    @Option(
            names = "--gateway-port",
            defaultValue = "8082",
            description = "Port of the simulated payment gateway. Default: ${DEFAULT-VALUE}.")
    int gatewayPort;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description = "Partitions of the commands; fixed once the folder is used. Default: "
                    + StackOptions.DEFAULT_PARTITIONS + ".")
    @Nullable
    Integer partitions;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "Settings of the services: gateway.url, gateway.key, schema.registry.*, and the keys of one service"
                            + " after inventory., orders., worker. or simulator., such as orders.queue.limit.")
    @Nullable
    Path config;

    @Override
    public Integer call() throws InterruptedException {
        Ports.requireValid(port, "--port");
        Ports.requireValid(adminPort, "--admin-port");
        Ports.requireValid(kafkaPort, "--kafka-port");
        Ports.requireValid(gatewayPort, "--gateway-port");
        CountDownLatch failed = new CountDownLatch(1);
        Stack stack = Stack.start(
                new StackOptions(
                        data,
                        port,
                        adminPort,
                        kafkaPort,
                        gatewayPort,
                        partitions == null ? OptionalInt.empty() : OptionalInt.of(partitions),
                        settings(System.getenv())),
                failed::countDown);
        Runtime.getRuntime().addShutdownHook(new Thread(stack::close, "stop"));
        System.out.println("onsale is ready: " + stack.addresses() + ", data in "
                + data.toAbsolutePath().normalize());
        System.out.flush();
        failed.await();
        System.err.println("onsale: a part failed for good, so everything stops; the log above says which and why.");
        return 1;
    }

    /** The file, overridden by the environment: {@code orders.queue.limit} is {@code ONSALE_ORDERS_QUEUE_LIMIT}. */
    private Map<String, String> settings(Map<String, String> environment) {
        Map<String, String> settings = new HashMap<>();
        if (config != null) {
            settings.putAll(Settings.readFile(config));
        }
        environment.forEach((name, value) -> {
            if (name.startsWith(ENVIRONMENT_PREFIX) && !NOT_SETTINGS.contains(name)) {
                settings.put(
                        name.substring(ENVIRONMENT_PREFIX.length())
                                .toLowerCase(Locale.ROOT)
                                .replace('_', '.'),
                        value);
            }
        });
        return settings;
    }
}
