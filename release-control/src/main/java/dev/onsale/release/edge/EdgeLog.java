package dev.onsale.release.edge;

import dev.onsale.runtime.OperatorError;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Follows the requests in HAProxy's ring buffer. The ring keeps the latest of them, so that what happened while nobody followed is
 * not lost, unless there was more of it than the ring holds.
 */
final class EdgeLog implements AutoCloseable {

    private static final String RING = "edge";

    private final RuntimeSocket socket;
    private final SocketChannel channel;
    private final Queue<EdgeLine> lines = new ConcurrentLinkedQueue<>();
    private volatile @Nullable IOException ended;

    private EdgeLog(RuntimeSocket socket, SocketChannel channel, long after) {
        this.socket = socket;
        this.channel = channel;
        Thread.ofVirtual().name("haproxy-log").start(() -> read(after));
    }

    /** @param after lines up to this time are passed over, epoch milliseconds by HAProxy's clock */
    static EdgeLog follow(RuntimeSocket socket, long after) {
        try {
            return new EdgeLog(socket, socket.open("show events " + RING + " -w"), after);
        } catch (IOException e) {
            throw socket.away(e);
        }
    }

    /** When the latest line was written; 0: there is none. */
    static long position(RuntimeSocket socket) {
        requireRing(socket);
        return socket.ask("show events " + RING)
                .lines()
                .map(EdgeLine::parse)
                .flatMap(Optional::stream)
                .mapToLong(EdgeLine::atMillis)
                .max()
                .orElse(0);
    }

    private static void requireRing(RuntimeSocket socket) {
        boolean there =
                socket.ask("show events").lines().anyMatch(line -> line.strip().startsWith(RING + " "));
        if (!there) {
            throw new OperatorError("HAProxy has no ring '" + RING
                    + "' with its requests; add the ring, log and log-format of deploy/haproxy/haproxy.cfg.");
        }
    }

    private void read(long after) {
        try (BufferedReader reader = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                EdgeLine.parse(line).filter(read -> read.atMillis() > after).ifPresent(lines::add);
            }
            ended = new IOException("it has ended the connection");
        } catch (IOException e) {
            ended = e;
        }
    }

    /** What was written since this was called last. @throws OperatorError when the connection is lost */
    List<EdgeLine> next() {
        List<EdgeLine> next = new ArrayList<>();
        for (EdgeLine line = lines.poll(); line != null; line = lines.poll()) {
            next.add(line);
        }
        IOException lost = ended;
        if (lost != null && next.isEmpty()) {
            throw socket.away(lost);
        }
        return next;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw socket.away(e);
        }
    }
}
