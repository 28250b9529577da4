package dev.onsale.system.stack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** What tests ask of the machine that they run on. What it lacks is said aloud. */
public final class Machine {

    private static final int LEAST_PORT = 10_000;
    private static final int LEAST_OUTGOING_PORT = 32_768;

    private Machine() {}

    /** Skips the running test, and prints why. */
    public static void skip(String why) {
        System.out.println("SKIPPED: " + why + ".");
        Assumptions.abort(why);
    }

    /** Skips the running test, and prints why, unless all of these programs are installed. */
    public static void requireOrSkip(String... programs) {
        List<String> missing =
                Arrays.stream(programs).filter(name -> program(name).isEmpty()).toList();
        if (!missing.isEmpty()) {
            skip(String.join(" and ", missing) + " is not installed (apt-get install " + String.join(" ", missing)
                    + ")");
        }
    }

    /** Where a program is, also one for administrators. */
    public static Optional<Path> program(String name) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/usr/local/sbin";
        return Stream.of(path.split(":"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** A port of loopback that nobody listens on. */
    public static int freePort() {
        return freePorts(1).getFirst();
    }

    /**
     * Different ports of loopback that nobody listens on, below those that the system gives to outgoing connections: one of these could
     * be taken before it is listened on.
     */
    public static List<Integer> freePorts(int count) {
        return new Random()
                .ints(LEAST_PORT, LEAST_OUTGOING_PORT)
                .distinct()
                .filter(Machine::free)
                .limit(count)
                .boxed()
                .toList();
    }

    private static boolean free(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
