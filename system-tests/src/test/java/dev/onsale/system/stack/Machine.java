package dev.onsale.system.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** What tests ask of the machine that they run on. What it lacks is said aloud. */
public final class Machine {

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

    /** Different ports of loopback that nobody listens on. */
    public static List<Integer> freePorts(int count) {
        List<ServerSocket> sockets = IntStream.range(0, count)
                .mapToObj(i -> {
                    try {
                        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toList();
        List<Integer> ports = sockets.stream().map(ServerSocket::getLocalPort).toList();
        sockets.forEach(socket -> {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return ports;
    }
}
